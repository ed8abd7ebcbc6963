// SPDX-License-Identifier: Apache-2.0
#include "models/base/zeroed_array.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <utility>

namespace icesim {
namespace {

TEST(ZeroedArray, IsZeroUntilItIsWrittenHoweverLargeItIs) {
  constexpr std::size_t many = std::size_t{1} << 32;  // 16 GiB, of which two pages are touched
  ZeroedArray<std::uint32_t> array(many);
  array[many - 1] = 7;
  EXPECT_EQ(array[many - 1], 7u);
  EXPECT_EQ(array[many - 2], 0u);
  EXPECT_EQ(array[0], 0u);
}

TEST(ZeroedArray, MovesWithItsContent) {
  ZeroedArray<std::uint32_t> first(10);
  first[3] = 5;
  const ZeroedArray<std::uint32_t> second(std::move(first));
  EXPECT_EQ(second[3], 5u);
}

TEST(ZeroedArray, MayBeEmpty) { ZeroedArray<std::uint32_t>(0); }

}  // namespace
}  // namespace icesim
