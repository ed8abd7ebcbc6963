// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/narrow_dun.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

constexpr std::uint64_t numbers = std::uint64_t{1} << 32;

TEST(NarrowDun, NumbersOf32BitsFit) {
  EXPECT_TRUE(NarrowDun::fits(Dun{0}));
  EXPECT_TRUE(NarrowDun::fits(Dun{numbers - 1}));
  EXPECT_FALSE(NarrowDun::fits(Dun{numbers}));
}

TEST(NarrowDun, TheUnitsOfAFileFollowEachOtherAndWrap) {
  const NarrowDun narrow(1);
  const Dun first = narrow(fscrypt::iv_ino_lblk_64_dun(77, 0));
  for (const std::uint32_t index : {1u, 1000u, 0xffffffffu}) {
    const Dun later = narrow(fscrypt::iv_ino_lblk_64_dun(77, index));
    EXPECT_EQ(later.n, (first.n + index) % numbers);
    EXPECT_EQ(later, NarrowDun::after(first, index));
    EXPECT_TRUE(NarrowDun::fits(later));
  }
}

TEST(NarrowDun, FilesAndSeedsHaveNumbersOfTheirOwn) {
  const NarrowDun narrow(1), other(2);
  const Dun dun = fscrypt::iv_ino_lblk_64_dun(77, 5);
  EXPECT_NE(narrow(dun), narrow(fscrypt::iv_ino_lblk_64_dun(78, 5)));
  EXPECT_NE(narrow(dun), other(dun));
  EXPECT_EQ(narrow(dun), NarrowDun(1)(dun));
}

TEST(NarrowDun, ItIsLinuxsRuleForInodes) {
  const Secret key = fscrypt::inode_hash_key(derive_key(9, no_key));
  EXPECT_EQ(NarrowDun(9)(fscrypt::iv_ino_lblk_64_dun(1234, 56)), fscrypt::iv_ino_lblk_32_dun(key, 1234, 56));
}

TEST(NarrowDun, TheWrapIsBehindTheLastNumber) {
  EXPECT_EQ(NarrowDun::before_wrap(Dun{0}), numbers);
  EXPECT_EQ(NarrowDun::before_wrap(Dun{numbers - 3}), 3u);
  EXPECT_EQ(NarrowDun::before_wrap(Dun{numbers + 5}), numbers - 5);
  EXPECT_EQ(NarrowDun::after(Dun{numbers - 3}, 3), Dun{0});
}

}  // namespace
}  // namespace icesim
