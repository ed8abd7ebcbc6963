// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/support/guest_replay.hpp"
#include "testbench/support/kernel.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <zstd.h>

/// What real drivers did to the controller, recorded from guests (testbench/linux/record-golden.sh), done again without
/// one. Every line must come again: the value of each register that was read, the end of each request and each change
/// of the interrupt pin, to the picosecond. When timing is meant to change, record the files anew and look at the
/// difference.
namespace icesim {
namespace {

std::string decompress(const std::filesystem::path& path) {
  const std::string packed = read_text_file(path.string());
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  ensure(size < (1u << 30), "a golden log says its size");
  std::string text(size, '\0');
  ensure(ZSTD_decompress(text.data(), text.size(), packed.data(), packed.size()) == size, "a golden log is whole");
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void expect_again(const std::string& name, std::uint64_t keyslots) {
  const auto golden = lines_of(decompress(std::filesystem::path(ICESIM_SOURCE_DIR) / "testbench/golden" / name));
  ASSERT_GT(golden.size(), 1000u);
  SystemConfig config;
  config.keyslots.num_keyslots = keyslots;
  config.flash.capacity = Bytes{256 << 20};
  const std::string path = (std::filesystem::temp_directory_path() / (name + std::to_string(::getpid()))).string();
  {
    OutputFile file(path);
    test::GuestReplay replay(config, file);
    replay.run(golden);
    file.commit();
  }
  test::reset_kernel();
  const auto got = lines_of(read_text_file(path));
  std::filesystem::remove(path);
  for (std::size_t i = 0; i < golden.size(); ++i)
    ASSERT_EQ(i < got.size() ? got[i] : "nothing", golden[i]) << name << ", line " << i + 1;
}

TEST(GuestGolden, Linux612Probes) { expect_again("linux-6.12-probe.log.zst", 32); }
TEST(GuestGolden, Linux61Probes) { expect_again("linux-6.1-probe.log.zst", 32); }
TEST(GuestGolden, Linux612WritesEncryptedFilesSuspendsAndReadsThemBack) {
  expect_again("linux-6.12-fscrypt.log.zst", 4);
}

}  // namespace
}  // namespace icesim
