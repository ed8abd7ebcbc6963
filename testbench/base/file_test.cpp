// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"

#include "icesim/base/error.hpp"
#include "testbench/support/temporary_directory.hpp"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>

namespace icesim {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::size_t file_count() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
  }
  static std::string error_of(const std::string& path) {
    try {
      write_file_atomically(path, "text");
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  }

  const test::TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
};

TEST_F(FileTest, ReadsBackWhatItWrote) {
  const std::string text("a\0b\n", 4);
  write_file_atomically(path("out"), text);
  EXPECT_EQ(read_text_file(path("out")), text);
}

TEST_F(FileTest, ReplacesAnExistingFileAndLeavesNothingElse) {
  write_file_atomically(path("out"), "old and longer");
  write_file_atomically(path("out"), "new");
  EXPECT_EQ(read_text_file(path("out")), "new");
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(FileTest, WritesThroughASymbolicLink) {
  write_file_atomically(path("real"), "old");
  fs::create_symlink("real", path("link"));
  write_file_atomically(path("link"), "new");
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(read_text_file(path("real")), "new");
}

TEST_F(FileTest, DoesNotReplaceADevice) {
  write_file_atomically("/dev/null", "text");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(FileTest, NamesTheFileAndTheReason) {
  EXPECT_EQ(error_of(path("missing/out")), path("missing/out") + ": cannot write: No such file or directory");
  EXPECT_EQ(error_of(directory_.string()), directory_.string() + ": cannot write: Is a directory");
  EXPECT_THROW(read_text_file(path("missing")), UserError);
  EXPECT_THROW(read_text_file(directory_.string()), UserError);
  EXPECT_EQ(file_count(), 0U);
}

TEST_F(FileTest, ShowsNothingBeforeTheCommit) {
  OutputFile file(path("out"));
  const std::string piece(100'000, 'x');
  for (int i = 0; i < 3; ++i) file.write(piece);
  EXPECT_FALSE(fs::exists(path("out")));
  file.commit();
  EXPECT_EQ(read_text_file(path("out")), piece + piece + piece);
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(FileTest, LeavesTheOldFileWhenItIsNotCommitted) {
  write_file_atomically(path("out"), "old");
  {
    OutputFile file(path("out"));
    file.write("new");
  }
  EXPECT_EQ(read_text_file(path("out")), "old");
  EXPECT_EQ(file_count(), 1U);
}

}  // namespace
}  // namespace icesim
