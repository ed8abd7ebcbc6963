// SPDX-License-Identifier: Apache-2.0
// What may lie beside a file of a recording, one per CPU.
#include "src/workload/readers/blktrace_files.hpp"

#include "testbench/workload/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace icesim {
namespace {

using testing::Contains;
using testing::HasSubstr;

class BlktraceFilesTest : public testing::Test {
 protected:
  void SetUp() override { test::write_file(directory_ / "sda.blktrace.0", part_); }
  TraceInfo read(std::string_view name) {
    const auto reader = open_trace(directory_ / name);
    test::drain(*reader);
    return reader->info();
  }
  std::string error(std::string_view name = "sda.blktrace.0") {
    return test::user_error([&] { read(name); });
  }
  std::filesystem::path at(std::string_view name) const { return directory_ / name; }

  test::TemporaryDirectory directory_;
  const std::string part_ = test::read_file(ICESIM_SOURCE_DIR "/testbench/fuzz/corpus/blktrace/sample.blktrace.0");
};

TEST_F(BlktraceFilesTest, OfOtherRecordingsAndNamesDoNotMatter) {
  const std::uint64_t alone = read("sda.blktrace.0").requests.total();
  ASSERT_GT(alone, 0u);
  for (const char* name : {"sdb.blktrace.0", "sda.blktrace.x", "sda.blktrace.1234567", "sda.blktrace.", "x"})
    test::write_file(at(name), "no records");
  std::filesystem::create_directory(at("sdc.blktrace.0"));
  EXPECT_EQ(read("sda.blktrace.0").requests.total(), alone);
  EXPECT_THAT(test::user_error([&] { open_trace(directory_.path()); }), HasSubstr("holds several recordings"));
}

TEST_F(BlktraceFilesTest, ThatAreNoneAreRefusedBecauseTheirCpuWouldBeMissing) {
  std::filesystem::create_directory(at("sda.blktrace.1"));
  EXPECT_THAT(error(), HasSubstr("sda.blktrace.1: is a directory, but by its name belongs to the recording sda"));
  EXPECT_THAT(test::user_error([&] { open_trace(directory_.path()); }), HasSubstr("is a directory"));
  std::filesystem::remove(at("sda.blktrace.1"));
  ASSERT_EQ(mkfifo(at("sda.blktrace.1").c_str(), 0600), 0);
  EXPECT_THAT(error(), HasSubstr("sda.blktrace.1: is a pipe"));
  std::filesystem::remove(at("sda.blktrace.1"));
  std::filesystem::create_symlink("nowhere", at("sda.blktrace.1"));
  EXPECT_THAT(error(), HasSubstr("sda.blktrace.1: points nowhere"));
  std::filesystem::remove(at("sda.blktrace.1"));
  std::filesystem::create_symlink("sda.blktrace.1", at("sda.blktrace.1"));
  EXPECT_THAT(error(), HasSubstr("sda.blktrace.1: points nowhere"));
  std::filesystem::remove(at("sda.blktrace.1"));
  std::filesystem::create_symlink("/dev/null", at("sda.blktrace.1"));
  EXPECT_THAT(error(), HasSubstr("sda.blktrace.1: is no file"));
  std::filesystem::remove(at("sda.blktrace.1"));
  test::write_file(at("sda.blktrace.1"), "no records");
  EXPECT_THAT(error(), HasSubstr("sda.blktrace.1: byte 0: no blktrace record"));
}

TEST_F(BlktraceFilesTest, ThatMayNotBeReadAreNamed) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  test::write_file(at("sda.blktrace.1"), part_);
  ASSERT_EQ(chmod(at("sda.blktrace.1").c_str(), 0), 0);
  EXPECT_THAT(error(), HasSubstr("sda.blktrace.1: cannot be opened: Permission denied"));
  ASSERT_EQ(chmod(directory_.path().c_str(), 0100), 0);
  EXPECT_THAT(error(), HasSubstr("cannot be searched for the files of a recording: Permission denied"));
  ASSERT_EQ(chmod(directory_.path().c_str(), 0700), 0);
}

TEST_F(BlktraceFilesTest, OfCpusBetweenThemThatAreMissingAreCounted) {
  EXPECT_EQ(read("sda.blktrace.0").missing_files, 0u);
  test::write_file(at("sda.blktrace.3"), part_);
  const TraceInfo info = read("sda.blktrace.0");
  EXPECT_EQ(info.missing_files, 2u);
  EXPECT_THAT(info.notes(), Contains(HasSubstr("2 CPUs have no file between those of the recording")));
  std::filesystem::remove(at("sda.blktrace.0"));
  EXPECT_EQ(read("sda.blktrace.3").missing_files, 3u);
  EXPECT_EQ(read("").missing_files, 3u) << "the directory";
}

TEST_F(BlktraceFilesTest, OfIdleCpusAreEmpty) {
  const std::uint64_t alone = read("sda.blktrace.0").requests.total();
  test::write_file(at("sda.blktrace.1"), "");
  EXPECT_EQ(read("sda.blktrace.0").requests.total(), alone);
  EXPECT_EQ(read("sda.blktrace.1").requests.total(), alone) << "named itself";
  EXPECT_EQ(read("sda.blktrace.0").missing_files, 0u);
  test::write_file(at("sda.blktrace.0"), "");
  EXPECT_THAT(error(), HasSubstr("the file is empty"));
}

TEST_F(BlktraceFilesTest, ThatAreCopiesAreNotReadTwice) {
  const std::uint64_t alone = read("sda.blktrace.0").requests.total();
  // What it holds does not matter: it is not opened.
  test::write_file(at("sda.blktrace.0.zst"), "compressed");
  EXPECT_EQ(read("sda.blktrace.0").requests.total(), alone);
  EXPECT_THAT(
      test::user_error([&] { open_trace(directory_.path()); }),
      HasSubstr("sda.blktrace.0.zst: is of the same CPU as sda.blktrace.0; leave one of them there, or name one"));
  test::write_file(at("sda.blktrace.00"), part_);
  EXPECT_THAT(error(), HasSubstr("is of the same CPU as"));
}

/// A pipe of such a name is read once, as it is.
TEST_F(BlktraceFilesTest, ThatArePipesAreReadAlone) {
  std::filesystem::remove(at("sda.blktrace.0"));
  ASSERT_EQ(mkfifo(at("sda.blktrace.0").c_str(), 0600), 0);
  test::write_file(at("sda.blktrace.1"), part_);
  const auto files = blktrace::files_of(at("sda.blktrace.0"));
  EXPECT_EQ(files.paths, std::vector{at("sda.blktrace.0")});
  EXPECT_EQ(files.missing, 0u);
}

}  // namespace
}  // namespace icesim
