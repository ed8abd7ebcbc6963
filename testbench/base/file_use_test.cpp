// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file_use.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "testbench/support/temporary_directory.hpp"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace icesim {
namespace {

namespace fs = std::filesystem;

class FileUseTest : public testing::Test {
 protected:
  FileUseTest() {
    fs::current_path(temporary_.path());
    write_file_atomically("real", "text");
    fs::create_symlink("real", "link");
    fs::create_hard_link("real", "hard");
    fs::create_directory("d");
    fs::create_directory_symlink("d", "e");
  }
  ~FileUseTest() override {
    fs::current_path(before_);
  }

  static std::string both_written(const std::string& one, const std::string& two) {
    FileUse files;
    files.writes("-o", one);
    try {
      files.writes("--requests", two);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  }
  static std::string read_and_written(const std::string& in, const std::string& out) {
    FileUse files;
    files.reads("IN", in);
    try {
      files.writes("OUT", out);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  }

  const test::TemporaryDirectory temporary_;
  const fs::path before_ = fs::current_path();
};

TEST_F(FileUseTest, KnowsAFileByAllItsNames) {
  for (const std::string name : {"real", "./real", "link", "hard", "d/../real", "e/../real"}) {
    EXPECT_NE(read_and_written("real", name), "") << name;
    EXPECT_NE(read_and_written(name, "real"), "") << name;
    EXPECT_NE(both_written("real", name), "") << name;
    EXPECT_NE(both_written(fs::absolute(name), "hard"), "") << name;
  }
}

TEST_F(FileUseTest, KnowsAFileThatIsYetToBe) {
  fs::create_symlink("d/new", "dangling");
  for (const std::string name : {"d/new", "./d/new", "e/new", "dangling", "d/../d/new"})
    EXPECT_NE(both_written("d/new", name), "") << name;
  EXPECT_EQ(both_written("new", "d/new"), "");
  EXPECT_EQ(both_written("new", "newer"), "");
}

TEST_F(FileUseTest, LetsDifferentFilesBe) {
  write_file_atomically("other", "text");
  EXPECT_EQ(read_and_written("real", "other"), "");
  EXPECT_EQ(both_written("real", "other"), "");
  FileUse files;
  files.reads("IN", "real");
  EXPECT_NO_THROW(files.reads("--inodes", "hard")) << "twice read is not written";
}

TEST_F(FileUseTest, LetsADeviceHaveManyUsesButNotAPipe) {
  EXPECT_EQ(both_written("/dev/null", "/dev/null"), "");
  EXPECT_EQ(read_and_written("/dev/null", "/dev/null"), "");
  ASSERT_EQ(::mkfifo("pipe", 0600), 0);
  EXPECT_NE(both_written("pipe", "./pipe"), "");
  EXPECT_NE(read_and_written("pipe", "pipe"), "");
}

TEST_F(FileUseTest, KnowsASocketThatAnEarlierRunLeft) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{AF_UNIX, "left"};
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(socket);
  EXPECT_NE(both_written("left", "./left"), "");
}

TEST_F(FileUseTest, KnowsTheStandardOutput) {
  EXPECT_NE(both_written("-", "-"), "");
  EXPECT_NE(both_written("-", "/dev/stdout"), "");
  EXPECT_NE(both_written("/proc/self/fd/1", "-"), "");
  EXPECT_EQ(both_written("-", "real"), "");
}

TEST_F(FileUseTest, NamesBothOptions) {
  EXPECT_EQ(both_written("real", "hard"), "--requests: hard cannot be written: -o (real) writes it, too");
  EXPECT_EQ(both_written("new", "new"), "--requests: new cannot be written: -o writes it, too");
  EXPECT_EQ(read_and_written("real", "link"), "OUT: link cannot be written: IN (real) reads it");
}

}  // namespace
}  // namespace icesim
