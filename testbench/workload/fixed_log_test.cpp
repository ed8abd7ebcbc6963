// SPDX-License-Identifier: Apache-2.0
#include "src/workload/fixed_log.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace icesim {
namespace {

constexpr double unit = 4294967296.0;

TEST(FixedLog, IsExactForPowersOfTwo) {
  for (unsigned n = 0; n < 64; ++n) EXPECT_EQ(log2_fixed(std::uint64_t{1} << n), std::uint64_t{n} << 32);
  for (std::uint64_t n = 0; n < 63; ++n) EXPECT_EQ(exp2_minus_fixed(n << 32), (std::uint64_t{1} << 63) >> n);
  EXPECT_EQ(exp2_minus_fixed(std::uint64_t{63} << 32), 0u);
}

TEST(FixedLog, IsWhatTheMathematicalFunctionIsToTheLastDigitKept) {
  for (std::uint64_t x = 1; x < 100'000; x = x * 9 / 8 + 1) {
    EXPECT_NEAR(static_cast<double>(log2_fixed(x)) / unit, std::log2(static_cast<double>(x)), 2 / unit) << x;
    const double expected = std::exp2(-static_cast<double>(x) / 1e4);
    const auto argument = static_cast<std::uint64_t>(static_cast<double>(x) / 1e4 * unit);
    EXPECT_NEAR(static_cast<double>(exp2_minus_fixed(argument)) / std::exp2(63), expected, expected * 1e-8) << x;
  }
  EXPECT_NEAR(static_cast<double>(log2_fixed(~std::uint64_t{0})) / unit, 64, 2 / unit);
}

TEST(FixedLog, TakesRoots) {
  for (std::uint64_t x : {0u, 1u, 2u, 3u, 4u, 1000u, 999'999'999u}) {
    EXPECT_EQ(root_fixed(Wide{x} * x), x);
    EXPECT_EQ(root_fixed(Wide{x} * x + x), x);
  }
}

}  // namespace
}  // namespace icesim
