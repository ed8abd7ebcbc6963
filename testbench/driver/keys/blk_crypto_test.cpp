// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/blk_crypto.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

constexpr Bytes units(std::uint64_t n) { return Bytes{n * crypto_data_unit.n}; }
constexpr Dun last_dun{~std::uint64_t{0}};

TEST(CryptMergeable, AcceptsTwoPlainBiosWhateverTheirNumbers) {
  EXPECT_TRUE(crypt_mergeable({no_key, Dun{5}}, units(1), {no_key, Dun{99}}));
}

TEST(CryptMergeable, AcceptsTheNextNumberUnderTheSameKeyOnly) {
  const BioCryptContext first{7, Dun{100}};
  EXPECT_TRUE(crypt_mergeable(first, units(4), {7, Dun{104}}));
  EXPECT_FALSE(crypt_mergeable(first, units(4), {7, Dun{103}}));
  EXPECT_FALSE(crypt_mergeable(first, units(4), {7, Dun{105}}));
  EXPECT_FALSE(crypt_mergeable(first, units(4), {8, Dun{104}}));
}

TEST(CryptMergeable, NeverMixesEncryptedWithPlain) {
  EXPECT_FALSE(crypt_mergeable({7, Dun{100}}, units(1), {no_key, Dun{101}}));
  EXPECT_FALSE(crypt_mergeable({no_key, Dun{100}}, units(1), {7, Dun{101}}));
}

TEST(CryptMergeable, CallsANumberThatLosesItsHighBitsNotContiguous) {
  EXPECT_TRUE(crypt_mergeable({7, last_dun - Dun{1}}, units(1), {7, last_dun}));
  EXPECT_FALSE(crypt_mergeable({7, last_dun}, units(1), {7, Dun{0}}));
  EXPECT_FALSE(crypt_mergeable({7, last_dun - Dun{1}}, units(4), {7, Dun{2}}));
}

WideDun wide(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d) {
  WideDun dun;
  dun.words = {a, b, c, d};
  return dun;
}
constexpr std::uint64_t full = ~std::uint64_t{0};

TEST(CryptMergeable, CarriesIntoTheHigherWords) {
  EXPECT_TRUE(crypt_mergeable({7, last_dun}, units(1), {7, wide(0, 1, 0, 0)}));
  EXPECT_TRUE(crypt_mergeable({7, wide(full - 1, 4, 0, 0)}, units(4), {7, wide(2, 5, 0, 0)}));
  EXPECT_TRUE(crypt_mergeable({7, wide(full, full, 8, 0)}, units(1), {7, wide(0, 0, 9, 0)}));
  EXPECT_TRUE(crypt_mergeable({7, wide(full, full, full, 1)}, units(2), {7, wide(1, 0, 0, 2)}));
  EXPECT_TRUE(crypt_mergeable({7, wide(full - 1, full, full, full)}, units(1), {7, wide(full, full, full, full)}));
  for (int word = 0; word < 4; ++word) {
    WideDun other = wide(6, 1, 2, 3);
    ++other.words[static_cast<std::size_t>(word)];
    EXPECT_FALSE(crypt_mergeable({7, wide(5, 1, 2, 3)}, units(1), {7, other})) << "every word counts";
  }
}

TEST(CryptMergeable, CallsAWrapPastTheLastNumberNotContiguous) {
  EXPECT_FALSE(crypt_mergeable({7, wide(full, full, full, full)}, units(1), {7, wide(0, 0, 0, 0)}));
  EXPECT_FALSE(crypt_mergeable({7, wide(full - 1, full, full, full)}, units(4), {7, wide(2, 0, 0, 0)}));
}

RC_GTEST_PROP(CryptMergeable, IsTrueForExactlyOneNumberUnlessItWraps, ()) {
  const auto key = *rc::gen::inRange<KeyId>(1, 4);
  const auto start = *rc::gen::arbitrary<std::uint64_t>();
  const auto length = *rc::gen::inRange<std::uint64_t>(1, 257);
  const auto off_by = *rc::gen::nonZero<std::uint64_t>();
  const BioCryptContext first{key, Dun{start}};
  RC_ASSERT(crypt_mergeable(first, units(length), {key, Dun{start + length}}) == (start + length >= start));
  RC_ASSERT(!crypt_mergeable(first, units(length), {key, Dun{start + length + off_by}}));
}

}  // namespace
}  // namespace icesim
