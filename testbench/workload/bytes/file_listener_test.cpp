// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "src/workload/bytes/open_bytes.hpp"
#include "testbench/support/temporary_directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace icesim {
namespace {

/// What somebody who listens to a file hears.
struct Heard {
  std::string bytes;
  int ends = 0;
  std::size_t enough = ~std::size_t{0};

  FileBytes::Listener listener() {
    return [this](std::string_view more) {
      bytes += more;
      ends += more.empty() ? 1 : 0;
      return bytes.size() < enough;
    };
  }
};

class FileListeners : public testing::Test {
 protected:
  FileListeners() {
    for (int i = 0; i < 300'000; ++i) content_ += static_cast<char>('a' + i % 23);
    write_file_atomically(path_, content_);
  }
  const test::TemporaryDirectory directory_;
  const std::string path_ = directory_ / "x";
  std::string content_;
};

TEST_F(FileListeners, HearAllBytesAndTheEndOnce) {
  Heard heard;
  const auto bytes = open_bytes(path_, nullptr, heard.listener());
  std::string piece(1000, '\0');
  while (bytes->read(piece.data(), piece.size()) > 0) {
  }
  EXPECT_EQ(heard.bytes, content_);
  EXPECT_EQ(heard.ends, 1);
}

TEST_F(FileListeners, HearWhatIsLeftWhenTheFileIsClosed) {
  Heard heard;
  open_bytes(path_, nullptr, heard.listener());
  EXPECT_EQ(heard.bytes, content_);
  EXPECT_EQ(heard.ends, 1);
}

TEST_F(FileListeners, HearNothingMoreWhenTheyHaveEnough) {
  Heard heard;
  heard.enough = 70'000;
  open_bytes(path_, nullptr, heard.listener());
  EXPECT_LT(heard.bytes.size(), content_.size());
  EXPECT_EQ(heard.ends, 0);
}

TEST_F(FileListeners, HearNothingMoreOfAReadThatFailed) {
  Heard heard;
  try {
    const auto bytes = open_bytes(path_, nullptr, heard.listener());
    throw UserError("the trace makes no sense");
  } catch (const UserError&) {
  }
  EXPECT_EQ(heard.ends, 0);
}

TEST_F(FileListeners, DoNotWaitForThePipeThatNobodyEnds) {
  const std::string pipe = directory_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int writer = ::open(pipe.c_str(), O_RDWR);
  ASSERT_EQ(::write(writer, "abc", 3), 3);
  Heard heard;
  {
    FileBytes bytes(pipe, nullptr, heard.listener());
    char two[2];
    EXPECT_EQ(bytes.read(two, 2), 2U);
  }
  ::close(writer);
  EXPECT_EQ(heard.bytes, "ab");
  EXPECT_EQ(heard.ends, 0);
}

}  // namespace
}  // namespace icesim
