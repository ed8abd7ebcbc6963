// SPDX-License-Identifier: Apache-2.0
// A guest's keys are not to be found in this process once the guest has written 0 to HCE.
#include "testbench/support/rigs/guest_driver.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {
namespace {

using test::GuestDriver;
using Key = std::array<std::byte, 64>;

/// A key of which this process keeps no copy: it is made anew where it is needed.
void make_key(Key& key, std::uint32_t seed) {
  std::uint64_t state = 0x9e37'79b9'7f4a'7c15 * (seed + 1);
  for (std::byte& byte : key) {
    state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
    byte = static_cast<std::byte>(state >> 56);
  }
}

using Words = std::array<std::uint64_t, 8>;

/// The words of the key that lie between two addresses; they are given inverted, so as not to be found themselves.
[[gnu::no_sanitize_address]] void look(std::uintptr_t begin, std::uintptr_t end, const std::uint64_t* inverted,
                                       bool* found) {
  bool may_begin[256]{};
  for (std::size_t i = 0; i < 8; ++i) may_begin[inverted[i] % 256] = true;
  for (std::uintptr_t at = begin; at + 8 <= end; at += 4) {
    const auto* const halves = reinterpret_cast<const volatile std::uint32_t*>(at);
    const std::uint64_t here = ~(halves[0] | std::uint64_t{halves[1]} << 32);
    if (!may_begin[here % 256]) continue;
    for (std::size_t i = 0; i < 8; ++i) {
      if (here == inverted[i]) found[i] = true;
    }
  }
}

/// How many of the 8 words of a key lie in the private memory that may be written, other than the stack. An AES key
/// schedule begins with the key, so it counts.
std::size_t words_found(std::uint32_t seed) {
  constexpr std::uintptr_t largest = 1 << 30;  // what a sanitizer keeps of its own is larger, and mostly not there
  Words inverted{};
  Key key;
  make_key(key, seed);
  std::memcpy(inverted.data(), key.data(), key.size());
  key.fill(std::byte{0});
  for (std::uint64_t& word : inverted) word = ~word;
  std::array<bool, 8> found{};
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0, end = 0;
    std::array<char, 5> rights{};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &begin, &end, rights.data()) != 3) continue;
    const bool ours = std::string_view(rights.data()) == "rw-p" && line.find("[stack") == std::string::npos;
    if (ours && end - begin <= largest) look(begin, end, inverted.data(), found.data());
  }
  return static_cast<std::size_t>(std::count(found.begin(), found.end(), true));
}

class GuestKeysTest : public testing::Test {
 protected:
  static constexpr std::uint32_t seed = 7;
  GuestDriver guest;

  void program(std::uint32_t keyslot) {
    Key key;
    make_key(key, seed);
    guest.program(keyslot, key.data());
    key.fill(std::byte{0});
  }
  Ocs write(std::uint32_t keyslot) {
    return guest.carry_out(
        3, {scsi::write_10(Lba{5}, 1), DataDirection::to_device, 1, GuestDriver::data, true, keyslot, Dun{1}});
  }
  Ocs read(std::uint32_t keyslot) {
    return guest.carry_out(
        4, {scsi::read_10(Lba{5}, 1), DataDirection::to_host, 1, GuestDriver::data, true, keyslot, Dun{1}});
  }
};

TEST_F(GuestKeysTest, AreGoneWhenTheControllerIsDisabled) {
  guest.start();
  program(2);
  ASSERT_EQ(write(2), Ocs::success);
  ASSERT_EQ(read(2), Ocs::success);
  EXPECT_EQ(words_found(seed), 8u) << "the search finds a key that is there";
  guest.write(Reg::HCE, 0);
  guest.pass(Picoseconds{1'000'000});
  EXPECT_EQ(words_found(seed), 0u);
}

TEST_F(GuestKeysTest, AreGoneWhenTheKeyslotIsCleared) {
  guest.start();
  program(2);
  ASSERT_EQ(write(2), Ocs::success);
  const std::uint32_t first =
      static_cast<std::uint32_t>(guest.config.keyslots.config_pointer * 0x100 + 2 * CryptoConfig::size);
  for (std::size_t step = 0; step < program_writes; ++step) {
    const CryptoConfigWrite write = program_write(CryptoConfig{}, step);
    guest.hardware->write_register(first + write.offset, write.value);
  }
  guest.pass(Picoseconds{1'000'000});
  EXPECT_EQ(words_found(seed), 0u);
}

TEST_F(GuestKeysTest, AreGoneWithTheSimulation) {
  guest.start();
  program(2);
  ASSERT_EQ(write(2), Ocs::success);
  guest.simulation.reset();
  EXPECT_EQ(words_found(seed), 0u);
}

TEST_F(GuestKeysTest, AreKnownAgainAfterTheyWereGone) {
  struct Numbers : GuestObserver {
    std::vector<KeyId> keys;
    void access(bool, std::uint32_t, std::uint32_t, Picoseconds) override {}
    void rung(Tag, const GuestRequest&, Picoseconds) override {}
    void ended(Tag, const GuestRequest& request, Ocs, Picoseconds) override { keys.push_back(request.key); }
    void interrupt(bool, Picoseconds) override {}
  } numbers;
  guest.simulation->connect(numbers);
  guest.start();
  Key other;
  make_key(other, 1);
  program(2);
  ASSERT_EQ(write(2), Ocs::success);
  guest.program(2, other.data());
  ASSERT_EQ(write(2), Ocs::success);
  guest.write(Reg::HCE, 0);
  guest.pass(Picoseconds{1'000'000});
  guest.program(1, other.data());
  program(0);
  guest.enable();
  guest.start_lists();
  ASSERT_EQ(write(1), Ocs::success);
  ASSERT_EQ(write(0), Ocs::success);
  EXPECT_EQ(numbers.keys, (std::vector<KeyId>{1, 2, 2, 1}));
}

}  // namespace
}  // namespace icesim
