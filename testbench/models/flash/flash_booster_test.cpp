// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/flash/flash_oracle.hpp"

namespace icesim {
namespace {
using namespace literals;

/// A small flash with a booster of a third of it, 2 superblocks of 8 rows on each die.
class FlashBoosterTest : public FlashTest {
 protected:
  static FlashArrayConfig boosted_flash() {
    FlashArrayConfig config = small_flash();
    config.booster.capacity = logical_block * (4 * 2 * 32);
    config.booster.migration = BoosterMigration::request;
    config.booster.idle_time = 2_ms;
    return config;
  }
  FlashBoosterControl& booster() { return *flash->booster(); }
  const FlashBoosterStatistics& counts() const { return flash->statistics().booster; }
  /// Writes blocks one behind the other as the buffer takes them; returns what it takes until all are programmed.
  Picoseconds write_all(std::uint32_t first, std::uint32_t count) {
    const Picoseconds begin = kernel_now();
    const std::uint64_t freed = listener->freed_blocks();
    std::uint32_t written = 0;
    while (listener->freed_blocks() < freed + count) {
      while (written < count && written - (listener->freed_blocks() - freed) + 4 <= flash->buffer_blocks()) {
        flash->write(Lba{first + written}, 4, kernel_now() + 1_ps);
        written += 4;
      }
      if (written == count) flash->flush(1, kernel_now() + 1_ps);
      run_to(kernel_now() + 5_us);
    }
    return kernel_now() - begin;
  }
};

TEST_F(FlashBoosterTest, IsNotThereUnlessAskedFor) {
  build(small_flash());
  EXPECT_EQ(flash->booster(), nullptr);
}

TEST_F(FlashBoosterTest, HoldsWhatWasAskedForRoundedUpToSuperblocksOfEveryDie) {
  build(boosted_flash());
  const FlashGeometry& g = flash->geometry();
  EXPECT_EQ(g.boosted_blocks, 32u) << "a row of 4 blocks for each unit of 12";
  EXPECT_EQ(g.booster_superblocks, 2u);
  EXPECT_EQ(booster().state().blocks, 4u * 2 * 32);
  EXPECT_EQ(booster().state().available_blocks, 4u * 2 * 32);
  EXPECT_TRUE(booster().state().enabled);
  EXPECT_FALSE(booster().state().flushing);
}

/// Sequential writes are as fast as SLC mode until the booster is full, then as slow as without it.
TEST_F(FlashBoosterTest, SequentialWritesFallOffACliffWhereItIsFull) {
  const std::uint32_t part = 4 * 2 * 32;
  build(boosted_flash());
  const Picoseconds fast = write_all(0, part);
  EXPECT_EQ(booster().state().available_blocks, 0u);
  EXPECT_EQ(counts().blocks_written, part);
  EXPECT_EQ(counts().passed_blocks, 0u);
  const Picoseconds slow = write_all(part, 4 * part);
  EXPECT_EQ(counts().blocks_written, part);
  EXPECT_EQ(counts().passed_blocks, 4 * part);
  // Per die 16 rows of 75 us against 4 * 16 / 3 units of 937.5 us for four times as much: 4.2 times as long for each block.
  const double cliff = static_cast<double>(slow.n) / 4 / static_cast<double>(fast.n);
  EXPECT_GT(cliff, 3.0);
  EXPECT_LT(cliff, 5.0);
}

TEST_F(FlashBoosterTest, TakesNothingWhileItIsNotEnabled) {
  FlashArrayConfig c = boosted_flash();
  c.booster.enabled = false;
  build(c);
  write_all(0, 96);
  EXPECT_EQ(counts().blocks_written, 0u);
  EXPECT_EQ(counts().passed_blocks, 0u) << "nobody wanted it to take them";
  booster().enable(true, kernel_now() + 1_ps);
  run_to(kernel_now() + 1_us);
  write_all(96, 96);
  EXPECT_EQ(counts().blocks_written, 96u);
  booster().enable(false, kernel_now() + 1_ps);
  run_to(kernel_now() + 1_us);
  write_all(192, 96);
  EXPECT_EQ(counts().blocks_written, 96u);
  EXPECT_EQ(booster().state().available_blocks, 4u * 2 * 32 - 96);
}

class FlashBoosterKinds : public FlashBoosterTest, public testing::WithParamInterface<BoosterKind> {};

TEST_P(FlashBoosterKinds, AFlushThatIsAskedForEmptiesItAndCountsItsWear) {
  FlashArrayConfig c = boosted_flash();
  c.booster.kind = GetParam();
  c.booster.endurance = 100;
  build(c);
  write_all(0, 4 * 2 * 32 - 12);
  run_to(kernel_now() + 20_ms);
  EXPECT_EQ(booster().state().available_blocks, 12u) << "on request only";
  booster().flush(true, kernel_now() + 1_us);
  run();
  EXPECT_EQ(booster().state().available_blocks, booster().state().blocks) << "the open superblocks, too";
  EXPECT_EQ(counts().migrated_blocks, 4u * 2 * 32 - 12);
  EXPECT_EQ(counts().erases, 8u);
  EXPECT_EQ(booster().state().life_used_ppm, 10'000u) << "each of 8 was erased once, of 100 times";
  EXPECT_TRUE(booster().state().flushing);
}

INSTANTIATE_TEST_SUITE_P(All, FlashBoosterKinds, testing::Values(BoosterKind::dedicated, BoosterKind::shared));

TEST_F(FlashBoosterTest, WhatIsOverwrittenOrTrimmedDoesNotMigrate) {
  build(boosted_flash());
  write_all(0, 128);
  flash->trim(Lba{0}, 64, kernel_now() + 1_ps);
  write_all(64, 64);
  booster().flush(true, kernel_now() + 1_us);
  run();
  EXPECT_EQ(counts().migrated_blocks, 64u);
  flash->read(7, Lba{64}, 1, kernel_now() + 1_us);
  run();
  EXPECT_EQ(listener->pieces.back().first, 64u);
}

TEST_F(FlashBoosterTest, SharedTakesSuperblocksThatAreOverProvisioned) {
  FlashArrayConfig c = boosted_flash();
  c.over_provisioning_ppm = 2'000'000;
  const FlashGeometry dedicated(c);
  c.booster.kind = BoosterKind::shared;
  const FlashGeometry shared(c);
  EXPECT_EQ(dedicated.superblocks, shared.superblocks + 2);
  EXPECT_GT(dedicated.live_limit, shared.live_limit);
}

TEST_F(FlashBoosterTest, WhereItMigratesWhenFullItTakesWritesAgainWhileTheHostWrites) {
  FlashArrayConfig c = boosted_flash();
  c.booster.migration = BoosterMigration::full;
  build(c);
  for (std::uint32_t round = 0; round < 8; ++round) write_all(round % 2 * 1024, 1024);
  EXPECT_GT(counts().migrated_blocks, 256u);
  EXPECT_GT(counts().blocks_written, 512u);
}

/// For want of room the superblock of each die that became full first is emptied, and no other as long as there is that room.
TEST_F(FlashBoosterTest, ForWantOfRoomOneSuperblockOfEachDieIsEmptied) {
  FlashArrayConfig c = boosted_flash();
  c.booster.capacity = logical_block * (4 * 3 * 32);
  c.booster.migration = BoosterMigration::full;
  FlashOracle oracle(c);
  constexpr BlockNumber superblocks = 4 * 32;  // one of each die
  for (BlockNumber block = 0; block < 3 * superblocks; ++block) {
    oracle.write(block);
    oracle.drain();
  }
  for (BlockNumber block = 0; block < 3 * superblocks; ++block)
    EXPECT_EQ(oracle.translation.boosted(oracle.translation.find(block).place), block >= superblocks) << block;
  EXPECT_EQ(oracle.translation.booster()->available_blocks(), superblocks);
  EXPECT_EQ(oracle.statistics.booster.erases, 4u);
  EXPECT_EQ(oracle.statistics.booster.migrated_blocks, superblocks);
  oracle.check();
}

}  // namespace
}  // namespace icesim
