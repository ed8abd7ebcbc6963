// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/flash/flash_oracle.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

/// Of 3840 blocks; hot is what was written at most 10 blocks before.
FlashArrayConfig apart() {
  FlashArrayConfig config = small_flash();
  config.streams.hot = true;
  config.streams.window_ppm = 10 * 1'000'000 / 3840 + 1;
  return config;
}

TEST(FlashStreams, ABlockIsHotWhoseLastWriteIsOneOfTheWindowBefore) {
  const FlashArrayConfig config = apart();
  for (const std::uint32_t between : {0, 8, 9, 10, 50}) {
    const FlashGeometry geometry(config);
    FlashHeat heat(config.streams, geometry);
    EXPECT_FALSE(heat.write(7, true)) << "it was never written";
    for (BlockNumber block = 100; block < 100 + between; ++block) heat.write(block, true);
    EXPECT_EQ(heat.write(7, true), between <= 9) << between;
    EXPECT_EQ(heat.hot(7), between <= 9);
    EXPECT_FALSE(heat.write(7, false)) << "it must not be";
    EXPECT_FALSE(heat.hot(7));
    EXPECT_TRUE(heat.write(7, true)) << "that was a write, too";
  }
}

TEST(FlashStreams, ADieKeepsASuperblockMoreForThem) {
  EXPECT_EQ(FlashGeometry(apart()).superblocks, FlashGeometry(small_flash()).superblocks + 1);
  EXPECT_EQ(FlashGeometry(apart()).live_limit, FlashGeometry(small_flash()).live_limit) << "no block of the host lies there";
}

/// Blocks that are hot and others in turn.
TEST(FlashStreams, HotBlocksAndOthersShareNoSuperblock) {
  FlashOracle oracle(apart());
  std::set<BlockNumber> hot, others;
  BlockNumber other = 100;
  for (int round = 0; round < 600; ++round) {
    oracle.write(1 + round % 2);
    oracle.write(other++);
    oracle.drain();
    const auto superblock = [&](BlockNumber block) {
      const FlashPlace place = oracle.translation.find(block).place;
      return place.die * oracle.geometry.superblocks + place.superblock;
    };
    if (round > 1) hot.insert(superblock(1 + round % 2));
    others.insert(superblock(other - 1));
  }
  for (const BlockNumber superblock : hot) EXPECT_EQ(others.count(superblock), 0u);
  EXPECT_GT(hot.size(), 4u) << "one of each die, and those after it";
  EXPECT_EQ(oracle.statistics.streams.hot_blocks_written, 598u);
  oracle.check();
}

TEST(FlashStreams, AFlushWaitsForTheUnitsOfBoth) {
  FlashOracle oracle(apart());
  for (const BlockNumber block : {1, 2, 1}) oracle.write(block);
  oracle.flush(3);
  oracle.step(0), oracle.step(0);
  EXPECT_EQ(oracle.statistics.programs, 1u);
  EXPECT_TRUE(oracle.answered.empty());
  oracle.drain();
  EXPECT_EQ(oracle.statistics.programs, 2u);
  EXPECT_EQ(oracle.answered, std::vector<std::uint32_t>{3});
  EXPECT_EQ(oracle.buffered, 0u);
}

TEST(FlashStreams, NothingIsHotWhileTheBoosterHasRoom) {
  FlashArrayConfig config = apart();
  config.booster.capacity = logical_block * (4 * 32);
  config.booster.migration = BoosterMigration::request;
  FlashOracle oracle(config);
  for (int write = 0; write < 128; ++write) {
    oracle.write(5);
    oracle.drain();
  }
  EXPECT_EQ(oracle.translation.booster()->available_blocks(), 0u);
  EXPECT_EQ(oracle.statistics.streams.hot_blocks_written, 0u);
  oracle.write(5);
  EXPECT_EQ(oracle.statistics.streams.hot_blocks_written, 1u);
}

}  // namespace
}  // namespace icesim
