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

TEST(CryptMergeable, CallsAWrapOfTheNumberNotContiguous) {
  EXPECT_TRUE(crypt_mergeable({7, last_dun - Dun{1}}, units(1), {7, last_dun}));
  EXPECT_FALSE(crypt_mergeable({7, last_dun}, units(1), {7, Dun{0}}));
  EXPECT_FALSE(crypt_mergeable({7, last_dun - Dun{1}}, units(4), {7, Dun{2}}));
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
