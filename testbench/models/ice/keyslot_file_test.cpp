// SPDX-License-Identifier: Apache-2.0
#include "models/ice/keyslot_file.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

namespace icesim {
namespace {

constexpr std::uint32_t words_each = CryptoConfig::word_count;

CryptoConfig entry_with(CryptoConfigWord word) {
  CryptoConfig entry;
  for (std::uint32_t i = 0; i < 16; ++i) entry.words[i] = 0x01010101u * (i + 1);
  entry.words[17] = 0xabcd0000u;
  entry.set_config(word);
  return entry;
}

void program(KeyslotFile& file, std::uint32_t keyslot, const CryptoConfig& entry) {
  for (std::size_t step = 0; step < program_writes; ++step) {
    const CryptoConfigWrite write = program_write(entry, step);
    file.write(keyslot * words_each + write.offset / 4, write.value);
  }
}

const CryptoConfigWord four_kib{8, 0, true};

TEST(KeyslotFile, ShowsItsCapabilities) {
  KeyslotFileConfig config;
  config.num_keyslots = 256;
  config.aes_xts_128 = true;
  config.data_units = 0x09;
  const KeyslotFile file(config);
  EXPECT_EQ(file.ccap(), 2u | 255u << 8 | 16u << 24);
  EXPECT_EQ(file.capability(0), 0x030900u);
  EXPECT_EQ(file.capability(1), 0x010900u);
  EXPECT_EQ(file.capability(2), 0u);
  EXPECT_EQ(file.words(), 256 * words_each);
}

TEST(KeyslotFile, MakesAKeyUsableWithTheLastWriteOfTheSequence) {
  KeyslotFile file{KeyslotFileConfig{}};
  KeyslotUse use;
  const CryptoConfig entry = entry_with(four_kib);
  for (std::size_t step = 0; step < program_writes; ++step) {
    EXPECT_EQ(file.lookup(Keyslot{5}, use), KeyslotState::invalid_configuration) << "before step " << step;
    const CryptoConfigWrite write = program_write(entry, step);
    file.write(5 * words_each + write.offset / 4, write.value);
  }
  ASSERT_EQ(file.lookup(Keyslot{5}, use), KeyslotState::usable);
  EXPECT_EQ(use.data_unit, Bytes{4096});
  EXPECT_TRUE(std::equal(entry.words.begin(), entry.words.begin() + 18, file.content(Keyslot{5}).words.begin()));
  EXPECT_EQ(file.statistics().programs, 1u);
  EXPECT_EQ(file.statistics().evictions, 0u);
  EXPECT_EQ(file.statistics().violations, 0u);
  EXPECT_EQ(file.statistics().writes, program_writes);
  EXPECT_EQ(file.lookup(Keyslot{4}, use), KeyslotState::invalid_configuration);
}

TEST(KeyslotFile, RefusesConfigurationsThatNoCapabilityCovers) {
  KeyslotFileConfig config;
  config.data_units = 0x09;  // 512 B and 4 KiB
  KeyslotFile file(config);
  KeyslotUse use;
  const auto usable = [&](CryptoConfigWord word) {
    program(file, 0, entry_with(word));
    return file.lookup(Keyslot{0}, use) == KeyslotState::usable;
  };
  EXPECT_TRUE(usable({1, 0, true}));
  EXPECT_TRUE(usable({8, 0, true}));
  EXPECT_FALSE(usable({8, 0, false})) << "CFGE clear";
  EXPECT_FALSE(usable({8, 1, true})) << "CAPIDX without a capability";
  EXPECT_FALSE(usable({2, 0, true})) << "data unit not in SDUSB";
  EXPECT_FALSE(usable({9, 0, true})) << "DUSIZE not one-hot";
  EXPECT_FALSE(usable({0, 0, true})) << "no DUSIZE";
  EXPECT_EQ(file.lookup(Keyslot{config.num_keyslots}, use), KeyslotState::invalid_configuration);
}

TEST(KeyslotFile, EvictsWithTheSequenceOfAnEmptyEntry) {
  KeyslotFile file{KeyslotFileConfig{}};
  program(file, 3, entry_with(four_kib));
  program(file, 3, CryptoConfig{});
  KeyslotUse use;
  EXPECT_EQ(file.lookup(Keyslot{3}, use), KeyslotState::invalid_configuration);
  EXPECT_EQ(file.content(Keyslot{3}).words, CryptoConfig{}.words);
  EXPECT_EQ(file.statistics().evictions, 1u);
  EXPECT_EQ(file.statistics().programs, 1u);
}

TEST(KeyslotFile, TakesKeysOfTheSecureWorldWithoutARegisterWrite) {
  KeyslotFile file{KeyslotFileConfig{}};
  KeyslotUse use;
  const CryptoConfig entry = entry_with(four_kib);
  file.load(Keyslot{3}, entry, true);
  ASSERT_EQ(file.lookup(Keyslot{3}, use), KeyslotState::usable);
  EXPECT_EQ(file.statistics().programs, 1u);
  EXPECT_EQ(file.statistics().loads, 1u);
  EXPECT_EQ(file.statistics().writes, 0u);
  EXPECT_EQ(file.statistics().violations, 0u);
  const KeyslotUse first = use;
  // Only the key: word 16 says by itself when it may be used.
  file.write(3 * words_each + 16, 0);
  const std::uint64_t version = file.version(Keyslot{3});
  file.load(Keyslot{3}, entry_with(four_kib), false);
  EXPECT_GT(file.version(Keyslot{3}), version);
  EXPECT_EQ(file.lookup(Keyslot{3}, use), KeyslotState::invalid_configuration);
  file.write(3 * words_each + 16, four_kib.encode());
  ASSERT_EQ(file.lookup(Keyslot{3}, use), KeyslotState::usable);
  EXPECT_EQ(use.generation, first.generation + 1);
  EXPECT_TRUE(std::equal(entry.words.begin(), entry.words.begin() + 16, file.content(Keyslot{3}).words.begin()));
}

TEST(KeyslotFile, TellsThatAKeyIsGoneWhichTheSecureWorldWiped) {
  struct User : KeyUser {
    void key_gone(Keyslot keyslot) override { gone.push_back(keyslot.n); }
    std::vector<std::uint64_t> gone;
  } user;
  for (const bool configure : {false, true}) {
    KeyslotFile file{KeyslotFileConfig{}};
    file.connect(user);
    file.load(Keyslot{3}, entry_with(four_kib), true);
    EXPECT_TRUE(user.gone.empty());
    file.acquire(Keyslot{3});
    file.load(Keyslot{3}, CryptoConfig{}, configure);
    EXPECT_EQ(file.statistics().hazards, 1u);
    EXPECT_EQ(user.gone, std::vector<std::uint64_t>{3});
    for (std::size_t word = 0; word < 16; ++word) EXPECT_EQ(file.content(Keyslot{3}).words[word], 0u);
    KeyslotUse use;
    EXPECT_EQ(file.lookup(Keyslot{3}, use) == KeyslotState::usable, !configure) << "word 16 is its own";
    user.gone.clear();
  }
}

TEST(KeyslotFile, CountsAGenerationForEachProgramming) {
  KeyslotFile file{KeyslotFileConfig{}};
  KeyslotUse first, second;
  program(file, 0, entry_with(four_kib));
  file.lookup(Keyslot{0}, first);
  file.write(16, four_kib.encode());
  file.lookup(Keyslot{0}, second);
  EXPECT_EQ(second.generation, first.generation + 1);
}

TEST(KeyslotFile, TakesAKeyWordWrittenWhileEnabledAndCountsIt) {
  KeyslotFile file{KeyslotFileConfig{}};
  program(file, 0, entry_with(four_kib));
  const std::uint64_t version = file.version(Keyslot{0});
  file.write(15, 0x55u);
  EXPECT_EQ(file.content(Keyslot{0}).words[15], 0x55u);
  EXPECT_GT(file.version(Keyslot{0}), version);
  EXPECT_EQ(file.statistics().violations, 1u);
  KeyslotUse use;
  EXPECT_EQ(file.lookup(Keyslot{0}, use), KeyslotState::usable);
}

TEST(KeyslotFile, NeverShowsKeyWords) {
  KeyslotFileConfig config;
  for (const bool readable : {false, true}) {
    config.readable_keys = readable;
    KeyslotFile file(config);
    program(file, 1, entry_with(four_kib));
    for (std::uint32_t word = 0; word < 16; ++word) {
      EXPECT_EQ(file.read(words_each + word), readable ? 0x01010101u * (word + 1) : 0u);
    }
    EXPECT_EQ(file.read(words_each + 16), four_kib.encode());
    EXPECT_EQ(file.read(words_each + 17), 0xabcd0000u);
  }
}

TEST(KeyslotFile, IgnoresReservedWords) {
  KeyslotFile file{KeyslotFileConfig{}};
  for (std::uint32_t word = 18; word < words_each; ++word) file.write(word, ~0u);
  for (std::uint32_t word = 18; word < words_each; ++word) EXPECT_EQ(file.read(word), 0u);
  EXPECT_THROW(file.write(file.words(), 0), Bug);
}

TEST(KeyslotFile, WipesOnTheEventsOfItsConfiguration) {
  using Cause = KeyslotFile::WipeCause;
  for (const Cause cause : {Cause::hce_clear, Cause::hardware_reset, Cause::power_collapse}) {
    for (const bool wanted : {false, true}) {
      KeyslotFileConfig config;
      config.wipe_on = {!wanted, !wanted, !wanted};
      bool& flag = cause == Cause::hce_clear        ? config.wipe_on.hce_clear
                   : cause == Cause::hardware_reset ? config.wipe_on.hardware_reset
                                                    : config.wipe_on.power_collapse;
      flag = wanted;
      KeyslotFile file(config);
      program(file, 31, entry_with(four_kib));
      file.wipe(cause);
      KeyslotUse use;
      EXPECT_EQ(file.lookup(Keyslot{31}, use) == KeyslotState::usable, !wanted);
      EXPECT_EQ(file.content(Keyslot{31}).words == CryptoConfig{}.words, wanted);
      EXPECT_EQ(file.statistics().wipes, wanted ? 1u : 0u);
    }
  }
}

TEST(KeyslotFile, ReportsAKeyslotRewrittenWhileItIsUsed) {
  KeyslotFile file{KeyslotFileConfig{}};
  program(file, 0, entry_with(four_kib));
  file.acquire(Keyslot{0});
  file.acquire(Keyslot{0});
  file.release(Keyslot{0});
  program(file, 1, entry_with(four_kib));
  EXPECT_EQ(file.statistics().hazards, 0u);
  file.write(16, 0);
  EXPECT_EQ(file.statistics().hazards, 1u);
  file.wipe(KeyslotFile::WipeCause::power_collapse);
  EXPECT_EQ(file.statistics().hazards, 2u);
  file.release(Keyslot{0});
  file.write(16, 0);
  EXPECT_EQ(file.statistics().hazards, 2u);
  EXPECT_THROW(file.release(Keyslot{0}), Bug);
}

}  // namespace
}  // namespace icesim
