// SPDX-License-Identifier: Apache-2.0
#include "models/flash/cells/wear.hpp"

#include "testbench/models/flash/flash_fixture.hpp"

#include <algorithm>

namespace icesim {
namespace {

TEST(FlashWear, KnowsTheFewestTheMeanAndTheMost) {
  const FlashGeometry geometry(small_flash());
  const std::uint32_t dies = geometry.dies, superblocks = geometry.superblocks;
  FlashWearStatistics s;
  FlashWearConfig config;
  config.delivered_erases = 100;
  FlashWear wear(config, geometry, s);
  EXPECT_EQ(s.fewest_erases, 100u);
  EXPECT_EQ(s.most_erases, 100u);
  std::vector<std::uint64_t> count(dies * superblocks, 100);
  FlashRandom random(1);
  for (std::uint64_t erases = 1; erases < 1000; ++erases) {
    const std::uint32_t at = random() % (dies * superblocks);
    wear.erased(at / superblocks, at % superblocks);
    ++count[at];
    ASSERT_EQ(wear.erases(at / superblocks, at % superblocks), count[at]);
    ASSERT_EQ(s.fewest_erases, *std::min_element(count.begin(), count.end()));
    ASSERT_EQ(s.most_erases, *std::max_element(count.begin(), count.end()));
    ASSERT_EQ(s.mean_erases, 100 + erases / count.size());
  }
}

/// All superblocks of a die are written, emptied and erased, in order.
void cycle(FlashSpace& space, const FlashGeometry& g) {
  for (std::uint32_t i = 0; i < g.superblocks; ++i) {
    const std::uint32_t superblock = space.open();
    for (std::uint32_t block = 0; block < g.superblock_blocks; ++block) space.fill(superblock, no_block);
    for (std::uint32_t unit = 0; unit < g.superblock_units; ++unit) space.unit_programmed(superblock);
  }
  for (std::uint32_t i = 0; i < g.superblocks; ++i) {
    space.take(i);
    space.erased(i);
  }
}

TEST(FlashWear, OfFreeSuperblocksTheLeastErasedOneIsWrittenNext) {
  FlashArrayConfig c = small_flash();
  c.precondition.fill_ppm = 0;
  const FlashGeometry geometry(c);
  for (const FlashLevelling levelling : {FlashLevelling::none, FlashLevelling::dynamic_only}) {
    FlashWearStatistics s;
    c.wear.levelling = levelling;
    FlashWear wear(c.wear, geometry, s);
    FlashSpace space(geometry, 0, nullptr, nullptr, &wear);
    cycle(space, geometry);
    for (std::uint32_t i = 0; i < geometry.superblocks; ++i)
      for (std::uint32_t erases = i == 7 ? 1 : i == 4 ? 2 : 3; erases > 0; --erases) wear.erased(0, i);
    const bool levels = levelling != FlashLevelling::none;
    EXPECT_EQ(space.open(), levels ? 7u : 0u);
    EXPECT_EQ(space.open(), levels ? 4u : 1u);
    EXPECT_EQ(space.open(), levels ? 0u : 2u) << "of equal ones the one that has been free for longest";
    wear.erased(0, 11);
    EXPECT_EQ(space.open(true), levels ? 11u : 3u) << "for what has lain for some time";
  }
}

TEST(FlashWear, WhatIsDeliveredBadIsMissingFromTheOverProvisioned) {
  FlashArrayConfig c = small_flash();
  c.over_provisioning_ppm = 2'000'000;
  const FlashGeometry all(c);
  c.wear.delivered_bad_ppm = 100'000;
  const FlashGeometry some(c);
  EXPECT_EQ(some.bad_superblocks, 3u) << "of 30";
  EXPECT_EQ(some.superblocks + 3, all.superblocks);
  EXPECT_LT(some.live_limit, all.live_limit);
  c.over_provisioning_ppm = 0;
  EXPECT_EQ(FlashGeometry(c).superblocks, FlashGeometry(small_flash()).superblocks) << "collection keeps what it must have";
}

class FlashWearTest : public FlashTest {
 protected:
  /// Overwrites blocks from `first` on at random; all of them are programmed in the end.
  void overwrite(std::uint32_t writes, std::uint32_t first) {
    FlashRandom random(5);
    const std::uint64_t freed = listener->freed_blocks();
    for (std::uint32_t i = 0; i < writes; ++i) {
      flash->write(Lba{first + random() % (flash->geometry().blocks - first)}, 1, kernel_now() + Picoseconds{1});
      if (i % 90 == 89) run();
    }
    flash->flush(1, kernel_now() + Picoseconds{1});
    run();
    EXPECT_EQ(listener->freed_blocks() - freed, writes);
  }
};

/// Three of four blocks are never written.
TEST_F(FlashWearTest, StaticLevellingWearsWhatIsNeverWrittenToo) {
  FlashArrayConfig c = small_flash();
  c.channels = c.dies_per_channel = 1;
  c.capacity = logical_block * (10 * 96);
  c.wear.static_gap = 4;
  for (const FlashLevelling levelling : {FlashLevelling::dynamic_only, FlashLevelling::with_static}) {
    c.wear.levelling = levelling;
    build(c);
    overwrite(100'000, flash->geometry().blocks * 3 / 4);
    const FlashWearStatistics& w = flash->statistics().wear;
    EXPECT_GT(w.most_erases, 50u);
    if (levelling == FlashLevelling::dynamic_only) {
      EXPECT_EQ(w.fewest_erases, 0u);
      EXPECT_EQ(w.levelled, 0u);
    } else {
      // One moves at a time: the last of a die's superblocks that nobody writes waits for all others.
      EXPECT_LE(w.most_erases - w.fewest_erases, c.wear.static_gap + flash->geometry().home_superblocks + 2);
      EXPECT_GT(w.levelled, 0u);
    }
    take_down();
  }
}

TEST_F(FlashWearTest, SparesReplaceWhatFailsAndWhenTheyAreOutTheDeviceSaysSo) {
  FlashArrayConfig c = small_flash();
  c.over_provisioning_ppm = 2'000'000;
  c.gc_threshold = 4;
  c.wear.delivered_erases = 1000;
  c.wear.bad_ppm_per_thousand_erases = 100'000;  // a tenth
  build(c);
  const FlashGeometry& g = flash->geometry();
  const FlashWearStatistics& w = flash->statistics().wear;
  ASSERT_GT(g.spare_superblocks, 0u);
  EXPECT_EQ(w.spares, g.dies * g.spare_superblocks);
  overwrite(4 * g.blocks, 0);
  EXPECT_GT(w.grown_bad, 0u);
  EXPECT_EQ(w.spares + w.grown_bad, g.dies * g.spare_superblocks);
  overwrite(30 * g.blocks, 0);
  EXPECT_EQ(w.spares, 0u);
  EXPECT_GT(w.unreplaced, 0u);
}

TEST_F(FlashWearTest, CountsWhatCollectionErases) {
  FlashArrayConfig c = small_flash();
  c.wear.counted = true;
  build(c);
  overwrite(6000, 0);
  const FlashStatistics& s = flash->statistics();
  const FlashGeometry& g = flash->geometry();
  EXPECT_GT(s.erases, 0u);
  EXPECT_EQ(s.wear.mean_erases, s.erases / (g.dies * g.superblocks));
  EXPECT_EQ(s.wear.fewest_erases, 0u);
  EXPECT_GT(s.wear.most_erases, 0u);
}

}  // namespace
}  // namespace icesim
