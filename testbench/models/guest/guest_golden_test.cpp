// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "models/system/forget_simulation.hpp"
#include "testbench/support/rigs/guest_replay.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

/// What real drivers did to the controller, recorded from guests (testbench/linux/record-golden.sh), done again without
/// one. Every line must come again: the value of each register that was read, the end of each request and each change
/// of the interrupt pin, to the picosecond. When timing is meant to change, record the files anew and look at the
/// difference.
namespace icesim {
namespace {

void expect_again(const std::string& name, std::uint64_t keyslots) {
  const auto golden = test::golden_log(name);
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
  forget_simulation();
  std::vector<std::string> got;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) got.push_back(line);
  std::filesystem::remove(path);
  for (std::size_t i = 0; i < golden.size(); ++i)
    ASSERT_EQ(i < got.size() ? got[i] : "nothing", golden[i]) << name << ", line " << i + 1;
}

TEST(GuestGolden, Linux612Probes) { expect_again("linux-6.12-probe-32", 32); }
TEST(GuestGolden, Linux61Probes) { expect_again("linux-6.1-probe-32", 32); }
TEST(GuestGolden, Linux612WritesEncryptedFilesSuspendsAndReadsThemBack) { expect_again("linux-6.12-fscrypt-4", 4); }
TEST(GuestGolden, Linux612DoesSoWithAKeyslotForEveryKey) { expect_again("linux-6.12-fscrypt-32", 32); }
TEST(GuestGolden, Linux612DoesSoWithOneKeyslot) { expect_again("linux-6.12-fscrypt-1", 1); }

}  // namespace
}  // namespace icesim
