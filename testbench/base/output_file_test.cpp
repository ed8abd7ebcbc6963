// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "testbench/support/temporary_directory.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace icesim {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class OutputFileTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory_)) names.push_back(entry.path().filename().string());
    return names;
  }
  static mode_t mode_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 07777;
  }
  static std::string error_of(const std::string& path, const std::string& text = "text") {
    try {
      write_file_atomically(path, text);
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  }

  const test::TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
};

TEST_F(OutputFileTest, KeepsTheModeOfTheOldFile) {
  write_file_atomically(path("out"), "old");
  for (const mode_t mode : {0600U, 0640U, 0644U, 0755U}) {
    ASSERT_EQ(::chmod(path("out").c_str(), mode), 0);
    write_file_atomically(path("out"), "new");
    EXPECT_EQ(mode_of(path("out")), mode);
  }
  const mode_t before = ::umask(027);
  write_file_atomically(path("fresh"), "new");
  ::umask(before);
  EXPECT_EQ(mode_of(path("fresh")), 0640U);
}

TEST_F(OutputFileTest, LeavesEveryLinkOnTheWayAndReplacesTheFileBehindThem) {
  fs::create_directory(path("there"));
  write_file_atomically(path("there/real"), "old");
  fs::create_symlink("there/real", path("one"));
  fs::create_symlink(path("one"), path("two"));
  write_file_atomically(path("two"), "new");
  EXPECT_TRUE(fs::is_symlink(path("one")));
  EXPECT_TRUE(fs::is_symlink(path("two")));
  EXPECT_EQ(read_text_file(path("there/real")), "new");
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(path("there/real"))));
}

TEST_F(OutputFileTest, MakesTheFileThatADanglingLinkNames) {
  fs::create_symlink("missing", path("link"));
  write_file_atomically(path("link"), "new");
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(read_text_file(path("missing")), "new");
  fs::create_symlink("no/such/place", path("lost"));
  EXPECT_EQ(error_of(path("lost")), path("lost") + ": cannot write: No such file or directory");
}

TEST_F(OutputFileTest, RefusesLoopsLongNamesAndDirectoriesInOneLine) {
  fs::create_symlink("b", path("a"));
  fs::create_symlink("a", path("b"));
  EXPECT_EQ(error_of(path("a")), path("a") + ": cannot write: Too many levels of symbolic links");
  EXPECT_THAT(error_of(path(std::string(300, 'x'))), HasSubstr(": cannot write: File name too long"));
  EXPECT_THAT(error_of(path("new/")), HasSubstr(": cannot write: No such file or directory"));
  EXPECT_THAT(error_of(path(".")), HasSubstr(": cannot write: Is a directory"));
}

TEST_F(OutputFileTest, WritesANameOfTheGreatestLength) {
  const std::string longest(255, 'x');
  write_file_atomically(path(longest), "text");
  EXPECT_THAT(files(), testing::ElementsAre(longest));
}

TEST_F(OutputFileTest, TakesATemporaryNameThatNobodyCanGuess) {
  std::vector<std::string> names;
  for (int i = 0; i < 2; ++i) {
    const OutputFile file(path("out"));
    ASSERT_EQ(files().size(), 1U);
    names.push_back(files().front());
    EXPECT_EQ(names.back().substr(0, 9), "out.part-");
    EXPECT_EQ(names.back().size(), 9U + 16U);
  }
  EXPECT_NE(names.front(), names.back());
}

TEST_F(OutputFileTest, TwoWritersDoNotMixAndTheLastToCommitWins) {
  OutputFile one(path("out"));
  OutputFile two(path("out"));
  one.write(std::string(100'000, '1'));
  two.write(std::string(200'000, '2'));
  one.commit();
  EXPECT_EQ(read_text_file(path("out")), std::string(100'000, '1'));
  two.commit();
  EXPECT_EQ(read_text_file(path("out")), std::string(200'000, '2'));
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(OutputFileTest, WritesAPipeThroughAndLeavesIt) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const int reader = ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  write_file_atomically(path("pipe"), "text");
  char text[8] = {};
  EXPECT_EQ(::read(reader, text, sizeof text), 4);
  EXPECT_STREQ(text, "text");
  ::close(reader);
  EXPECT_TRUE(fs::is_fifo(path("pipe")));
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(OutputFileTest, WritesDescriptorsOnFromWhereTheyAre) {
  const int file = ::open(path("log").c_str(), O_RDWR | O_CREAT, 0600);
  ASSERT_EQ(::write(file, "before ", 7), 7);
  const std::string number = std::to_string(file);
  write_file_atomically("/proc/self/fd/" + number, "one ");
  write_file_atomically("/dev/fd/" + number, "two ");
  fs::create_symlink("/proc/self/fd/" + number, path("link"));
  write_file_atomically(path("link"), "three");
  EXPECT_EQ(read_text_file(path("log")), "before one two three");
  ::close(file);
  EXPECT_THAT(error_of("/proc/self/fd/" + number), HasSubstr(": cannot write: No such file or directory"));
}

TEST_F(OutputFileTest, DoesNotWriteADescriptorThatOnlyReads) {
  const int file = ::open("/dev/null", O_RDONLY);
  EXPECT_THAT(error_of("/dev/fd/" + std::to_string(file)), HasSubstr(": cannot write: Bad file descriptor"));
  ::close(file);
}

TEST_F(OutputFileTest, SaysThatADiskIsFull) {
  EXPECT_EQ(error_of("/dev/full"), "/dev/full: cannot write: No space left on device");
  EXPECT_EQ(error_of("/dev/full", std::string(1'000'000, 'x')), "/dev/full: cannot write: No space left on device");
}

TEST_F(OutputFileTest, SaysItAgainWhenAsked) {
  OutputFile file("/dev/full");
  file.write("text");
  EXPECT_NO_THROW(file.throw_if_failed());
  EXPECT_THROW(file.finish(), UserError);
  EXPECT_THROW(file.throw_if_failed(), UserError);
}

TEST_F(OutputFileTest, SaysThatAFileMayNotGrowAndLeavesTheOldOne) {
  write_file_atomically(path("out"), "old");
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{1000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string error = error_of(path("out"), std::string(2000, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, handler);
  EXPECT_EQ(error, path("out") + ": cannot write: File too large");
  EXPECT_EQ(read_text_file(path("out")), "old");
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(OutputFileTest, SaysThatNobodyReadsAPipe) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const auto handler = ::signal(SIGPIPE, SIG_IGN);
  const int reader = ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ::fcntl(reader, F_SETPIPE_SZ, 1 << 18);
  OutputFile file(path("pipe"));
  file.write(std::string(100'000, 'x'));
  ::close(reader);
  EXPECT_THROW(file.write(std::string(100'000, 'x')), UserError);
  ::signal(SIGPIPE, handler);
}

TEST_F(OutputFileTest, DoesNotReplaceAFileThatMayNotBeWritten) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everything";
  write_file_atomically(path("out"), "old");
  ASSERT_EQ(::chmod(path("out").c_str(), 0400), 0);
  EXPECT_EQ(error_of(path("out")), path("out") + ": cannot write: Permission denied");
}

TEST_F(OutputFileTest, SkipsZerosInFilesAndPipes) {
  const std::string expected = "a" + std::string(100'000, '\0') + "b" + std::string(5000, '\0');
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const int reader = ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ::fcntl(reader, F_SETPIPE_SZ, 1 << 18);
  for (const char* name : {"out", "pipe"}) {
    OutputFile file(path(name));
    file.write("a");
    file.skip(100'000);
    file.write("b");
    file.skip(5000);
    file.commit();
  }
  EXPECT_EQ(read_text_file(path("out")), expected);
  std::string piped(expected.size() + 1, 'x');
  EXPECT_EQ(::read(reader, piped.data(), piped.size()), static_cast<ssize_t>(expected.size()));
  EXPECT_EQ(piped.substr(0, expected.size()), expected);
  ::close(reader);
}

TEST_F(OutputFileTest, KnowsTheStandardOutputByAllItsNames) {
  EXPECT_TRUE(OutputFile("-").is_standard_output());
  EXPECT_TRUE(OutputFile("/dev/stdout").is_standard_output());
  EXPECT_TRUE(OutputFile("/proc/self/fd/1").is_standard_output());
  EXPECT_FALSE(OutputFile("/dev/stderr").is_standard_output());
  EXPECT_FALSE(OutputFile(path("out")).is_standard_output());
}

TEST(ReadTextFile, RefusesWhatHasNoEnd) {
  try {
    read_text_file("/dev/zero", 1 << 20);
    FAIL();
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "/dev/zero: cannot read: it has more than 1 MiB");
  }
}

}  // namespace
}  // namespace icesim
