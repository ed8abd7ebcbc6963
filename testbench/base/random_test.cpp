// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace icesim {
namespace {

TEST(Random, RepeatsItselfForTheSameSeed) {
  Random a(42);
  Random b(42);
  Random other(43);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t value = a.next();
    EXPECT_EQ(value, b.next());
    differs |= value != other.next();
  }
  EXPECT_TRUE(differs);
}

TEST(Random, ReachesEveryNumberBelowTheBoundAboutEquallyOften) {
  Random random(1);
  constexpr std::uint64_t bound = 10;
  constexpr std::uint64_t each = 10'000;
  std::vector<std::uint64_t> seen(bound);
  for (std::uint64_t i = 0; i < bound * each; ++i) {
    const std::uint64_t value = random.below(bound);
    ASSERT_LT(value, bound);
    ++seen[value];
  }
  for (const std::uint64_t count : seen) EXPECT_NEAR(static_cast<double>(count), each, each / 20);
}

TEST(Random, AcceptsBoundsAtBothEnds) {
  Random random(1);
  EXPECT_EQ(random.below(0), 0u);
  EXPECT_EQ(random.below(1), 0u);
  EXPECT_LT(random.below(~std::uint64_t{0}), ~std::uint64_t{0});
  EXPECT_FALSE(random.chance(0));
  EXPECT_TRUE(random.chance(100));
}

}  // namespace
}  // namespace icesim
