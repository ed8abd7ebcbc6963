// SPDX-License-Identifier: Apache-2.0
#include "src/workload/keys/extent_map.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

constexpr std::uint64_t space = 40;

/// Reads the map block by block; -1 is unknown.
std::vector<std::pair<int, int>> blocks_of(const ExtentMap& map) {
  std::vector<std::pair<int, int>> blocks;
  while (blocks.size() < space) {
    const auto run = map.at(blocks.size(), space - blocks.size());
    EXPECT_GT(run.blocks, 0u);
    for (std::uint64_t i = 0; i < run.blocks; ++i) {
      const auto step = run.owner.counts ? i : 0;
      blocks.emplace_back(run.known ? static_cast<int>(run.owner.id) : -1, static_cast<int>(run.owner.index + step));
    }
  }
  return blocks;
}

RC_GTEST_PROP(ExtentMap, HoldsWhatALargeArrayWouldHold, ()) {
  ExtentMap map;
  std::vector<std::pair<int, int>> model(space, {-1, 0});
  const auto steps = *rc::gen::inRange(1, 60);
  for (int step = 0; step < steps; ++step) {
    const auto first = *rc::gen::inRange<std::uint64_t>(0, space);
    const auto blocks = *rc::gen::inRange<std::uint64_t>(0, space - first + 1);
    const auto id = *rc::gen::inRange(-1, 4);
    const auto index = *rc::gen::inRange(0, 6);
    // Half of the owners do not count their blocks.
    const bool counts = id >= 2;
    if (id < 0) {
      map.erase(first, blocks);
    } else {
      map.assign(first, blocks,
                 {static_cast<std::uint64_t>(id), static_cast<std::uint64_t>(counts ? index : 0), counts});
    }
    for (std::uint64_t i = 0; i < blocks; ++i) {
      model[first + i] = id < 0 ? std::pair(-1, 0) : std::pair(id, counts ? index + static_cast<int>(i) : 0);
    }
    RC_ASSERT(blocks_of(map) == model);
  }
}

TEST(ExtentMap, JoinsRangesThatContinueEachOther) {
  ExtentMap map;
  for (const std::uint64_t page : {0u, 2u, 1u, 3u}) map.assign(100 + page, 1, {7, page, true});
  EXPECT_EQ(map.size(), 1u);
  EXPECT_EQ(map.at(101, 99).blocks, 3u);
  map.assign(104, 1, {7, 9, true});
  EXPECT_EQ(map.size(), 2u) << "page 9 does not follow page 3";
}

TEST(ExtentMap, CostsOneRangeForAHugeExtent) {
  ExtentMap map;
  map.assign(0, std::uint64_t{1} << 52, {1, 0, true});
  map.assign(5, 1, {2, 0, true});
  EXPECT_EQ(map.size(), 3u);
  EXPECT_EQ(map.at(std::uint64_t{1} << 51, 1).owner.index, std::uint64_t{1} << 51);
}

}  // namespace
}  // namespace icesim
