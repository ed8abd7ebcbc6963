// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/numbering.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unordered_map>

namespace icesim {
namespace {

TEST(Numbering, CountsNamesInTheOrderOfTheirFirstAppearance) {
  Numbering numbering;
  EXPECT_EQ(numbering[700], 0u);
  EXPECT_EQ(numbering[0], 1u);
  EXPECT_EQ(numbering[700], 0u);
  EXPECT_EQ(numbering[~std::uint32_t{0}], 2u);
  EXPECT_EQ(numbering[0], 1u);
  EXPECT_EQ(numbering.size(), 3u);
}

TEST(Numbering, KeepsNumbersWhenItGrows) {
  Numbering numbering(1);
  for (std::uint32_t i = 0; i < 100'000; ++i) ASSERT_EQ(numbering[i * 4096], i);
  for (std::uint32_t i = 0; i < 100'000; ++i) ASSERT_EQ(numbering[i * 4096], i);
}

RC_GTEST_PROP(Numbering, EqualsAMap, (const std::vector<std::uint32_t>& names)) {
  Numbering numbering(0);
  std::unordered_map<std::uint32_t, std::uint32_t> map;
  for (const std::uint32_t name : names) {
    const auto next = static_cast<std::uint32_t>(map.size());
    RC_ASSERT(numbering[name] == map.try_emplace(name, next).first->second);
  }
  RC_ASSERT(numbering.size() == map.size());
}

}  // namespace
}  // namespace icesim
