// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/keyring.hpp"

#include "icesim/crypto/key_derivation.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <set>

namespace icesim {
namespace {

TEST(Keyring, GivesTheSameKeysForTheSameSeed) {
  Keyring a(7, 0);
  Keyring b(7, 0);
  // In another order: the key depends on its id alone.
  b.entry(2);
  EXPECT_EQ(a.entry(1).words, b.entry(1).words);
  EXPECT_EQ(a.entry(2).words, b.entry(2).words);
  EXPECT_EQ(a.entry(1).words, a.entry(1).words);
}

TEST(Keyring, GivesDifferentKeysForDifferentIdsAndSeeds) {
  std::set<std::array<std::uint32_t, CryptoConfig::word_count>> seen;
  for (const std::uint64_t seed : {0u, 1u, 2u}) {
    Keyring keys(seed, 0);
    for (KeyId id = 1; id <= 50; ++id) seen.insert(keys.entry(id).words);
    seen.insert(keys.entry(~KeyId{0}).words);
  }
  EXPECT_EQ(seen.size(), 3u * 51);
}

TEST(Keyring, LaysOutTheDerivedKeyAndEnablesItFor4096ByteDataUnits) {
  Keyring keys(7, 0);
  const CryptoConfig& entry = keys.entry(9);
  EXPECT_EQ(entry.words[16], 0x80000008u) << "CFGE, capability 0, DUSIZE 8 [ufshci-crypto]";
  for (std::size_t word = 17; word < 32; ++word) EXPECT_EQ(entry.words[word], 0u);
  std::array<std::byte, 128> bytes{};
  entry.encode(bytes.data());
  const Secret key = derive_key(7, 9);
  ASSERT_EQ(key.size(), 64u);
  EXPECT_EQ(std::memcmp(bytes.data(), key.data(), 64), 0) << "data key at 0, tweak key at 32";
}

TEST(Keyring, GivesKeysThatShareAPlaceOneAfterTheOther) {
  Keyring keys(7, 0);
  for (const KeyId id : {5u, 5u + 1024u, 5u, 5u + 2 * 1024u, 5u}) {
    Keyring alone(7, 0);
    EXPECT_EQ(keys.entry(id).words, alone.entry(id).words) << id;
  }
}

TEST(Keyring, NamesTheCapabilityItWasGiven) {
  Keyring keys(7, 1);
  EXPECT_EQ(keys.entry(9).words[16], 0x80000108u);
}

}  // namespace
}  // namespace icesim
