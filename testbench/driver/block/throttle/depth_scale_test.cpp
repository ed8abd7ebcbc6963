// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/depth_scale.hpp"

#include <gtest/gtest.h>
#include <vector>

/// How the depth of a throttle goes up and down [linux-wbt].
namespace icesim {
namespace {

using Depths = std::vector<std::uint64_t>;

Depths ups(DepthScale& scale) {
  Depths depths;
  while (scale.up()) depths.push_back(scale.depth());
  return depths;
}
Depths downs(DepthScale& scale, bool urgent) {
  Depths depths;
  while (scale.down(urgent)) depths.push_back(scale.depth());
  return depths;
}

TEST(DepthScale, DoublesUpToThreeQuartersOfTheTags) {
  DepthScale scale(16, 31);
  EXPECT_EQ(scale.depth(), 16u);
  EXPECT_EQ(ups(scale), (Depths{23}));
  EXPECT_EQ(scale.steps_down(), -1);
  DepthScale small(4, 256);
  EXPECT_EQ(ups(small), (Depths{7, 13, 25, 49, 97, 192}));
}

TEST(DepthScale, HalvesDownToOne) {
  DepthScale scale(16, 31);
  EXPECT_EQ(downs(scale, true), (Depths{8, 4, 2, 1}));
  EXPECT_EQ(scale.steps_down(), 4);
  EXPECT_EQ(ups(scale), (Depths{2, 4, 8, 16, 23}));
}

TEST(DepthScale, FallsFromAboveToTheUsualDepthWhenItIsUrgent) {
  for (const bool urgent : {false, true}) {
    DepthScale scale(3, 256);
    ASSERT_TRUE(scale.up());
    ASSERT_TRUE(scale.up());
    EXPECT_EQ(scale.depth(), 9u);
    EXPECT_EQ(downs(scale, urgent), urgent ? (Depths{3, 2, 1}) : (Depths{5, 3, 2, 1}));
  }
}

TEST(DepthScale, IsNeverDeeperThanThereAreTags) {
  DepthScale scale(16, 6);
  EXPECT_EQ(scale.depth(), 6u);
  EXPECT_EQ(ups(scale), (Depths{4}));
}

TEST(DepthScale, LetsTwoThroughWhereThereIsOneTag) {
  DepthScale scale(16, 1);
  EXPECT_EQ(scale.depth(), 2u);
  EXPECT_EQ(downs(scale, true), (Depths{1}));
  EXPECT_EQ(ups(scale), (Depths{2}));
}

}  // namespace
}  // namespace icesim
