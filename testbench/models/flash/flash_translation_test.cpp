// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/flash/flash_oracle.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

RC_GTEST_PROP(FlashTranslation, KeepsTheLastWriterOfEveryBlockInAnyOrderOfEvents, ()) {
  FlashArrayConfig config = tiny_flash();
  config.gc_priority = *rc::gen::element(GcPriority::after_host, GcPriority::before_host);
  config.gc_threshold = *rc::gen::inRange<std::uint64_t>(2, 5);
  config.pages_per_program = *rc::gen::element<std::uint64_t>(1, 3);
  config.capacity = logical_block * *rc::gen::inRange<std::uint64_t>(256, 2 * 6 * 24 + 1);
  FlashOracle oracle(config);
  FlashRandom random(*rc::gen::arbitrary<std::uint32_t>());
  const std::uint32_t hot = *rc::gen::inRange<std::uint32_t>(1, oracle.geometry.blocks);
  const std::uint32_t flush_every = *rc::gen::inRange<std::uint32_t>(5, 500);
  std::uint32_t flushes = 0;
  for (std::uint32_t i = 0; i < 2500; ++i) {
    const std::uint32_t dice = random() % 100;
    const std::uint32_t block = random() % (random() % 4 ? hot : oracle.geometry.blocks);
    if (dice < 45 && oracle.has_room()) {
      oracle.write(block);
    } else if (dice < 47) {
      oracle.trim(block);
    } else {
      oracle.step(random() % oracle.geometry.dies);
    }
    if (random() % flush_every == 0) oracle.flush(flushes++);
    if (i % 100 == 0) oracle.check();
    RC_ASSERT_FALSE(testing::Test::HasFatalFailure());
  }
  oracle.flush(flushes++);
  oracle.drain();
  oracle.check();
  RC_ASSERT_FALSE(testing::Test::HasFatalFailure());
  RC_ASSERT(oracle.buffered == 0u);
  RC_ASSERT(oracle.statistics.erases > 0u);
  RC_CLASSIFY(oracle.statistics.gc_moved_blocks > 0u, "moved");
  RC_CLASSIFY(oracle.statistics.waited_writes > 0u, "waited");
  RC_ASSERT(oracle.answered.size() == flushes);
}

/// A buffer so large that it fills all spare superblocks before the dies have done anything.
TEST(FlashTranslation, NeverOpensTheLastFreeSuperblockForTheHost) {
  FlashArrayConfig config = tiny_flash();
  config.write_buffer = logical_block * (40 * 24);  // more than all spare superblocks
  FlashOracle oracle(config);
  FlashRandom random(5);
  std::uint64_t refused = 0;
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    while (oracle.has_room()) {
      const auto free = [&](std::uint32_t die) { return oracle.translation.map().space(die).free(); };
      const std::uint32_t before[] = {free(0), free(1)};
      oracle.write(random() % oracle.geometry.blocks);
      for (const std::uint32_t die : {0u, 1u}) {
        ASSERT_TRUE(free(die) == before[die] || free(die) >= FlashCollector::reserve) << "die " << die;
        refused += free(die) == FlashCollector::reserve ? 1 : 0;
      }
    }
    oracle.step(i % oracle.geometry.dies);
  }
  EXPECT_GT(refused, 0u) << "else the test shows nothing";
  EXPECT_GT(oracle.statistics.waited_writes, 0u);
}

/// Writes `count` blocks of a pattern through a translation layer whose dies are infinitely fast, without an oracle.
template <class Pattern>
FlashStatistics write_all(const FlashArrayConfig& config, std::uint64_t count, Pattern pattern) {
  const FlashGeometry geometry(config);
  FlashStatistics statistics;
  FlashDies dies(geometry);
  FlashTranslation translation(config, geometry, dies, statistics);
  std::uint64_t freed = 0;
  const auto work = [&] {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::uint32_t die = 0; die < geometry.dies; ++die) {
        if (!dies[die].start(translation.collect_first(die))) continue;
        const FlashOperation operation = dies[die].active;
        dies[die].finish();
        if (operation.work == FlashWork::host_program) freed += operation.blocks;
        translation.finished(die, operation);
        translation.settle();
        moved = true;
      }
    }
  };
  for (std::uint64_t i = 0; i < count; ++i) {
    translation.write(static_cast<BlockNumber>(pattern(i)));
    translation.settle();
    work();
    if (i + 1 - freed >= geometry.buffer_blocks) throw_bug("the device stalls");
  }
  return statistics;
}

double amplification(const FlashStatistics& s) {
  return static_cast<double>(s.flash_blocks_programmed) / static_cast<double>(s.host_blocks_written);
}

TEST(FlashTranslation, SequentialOverwritesAreNotAmplified) {
  const FlashArrayConfig config = small_flash();
  const FlashGeometry g(config);
  const FlashStatistics s = write_all(config, 5ull * g.blocks, [&](std::uint64_t i) { return i % g.blocks; });
  EXPECT_EQ(s.host_blocks_written, 5ull * g.blocks);
  EXPECT_EQ(s.flash_blocks_programmed, s.host_blocks_written) << "units divide the blocks, so nothing is padded either";
  EXPECT_EQ(s.gc_moved_blocks, 0u);
  EXPECT_GT(s.erases, 4u * g.dies * g.home_superblocks - g.dies * g.superblocks);
}

TEST(FlashTranslation, RandomOverwritesAreAmplifiedAndLessSoWithMoreSpace) {
  FlashArrayConfig config = small_flash();
  config.capacity = logical_block * (4 * 60 * 96);
  const std::uint32_t blocks = FlashGeometry(config).blocks;
  double previous = 100;
  for (const std::uint64_t ppm : {500'000u, 1'000'000u, 2'000'000u}) {
    config.over_provisioning_ppm = ppm;
    FlashRandom random(7);
    const double factor =
        amplification(write_all(config, 8ull * blocks, [&](std::uint64_t) { return random() % blocks; }));
    EXPECT_GT(factor, 1);
    EXPECT_LT(factor, previous);
    // FIFO collection of uniform writes needs at most 1 / (2 p) + 1 / 2 or so for spare share p; greedy is no worse.
    const double spare = static_cast<double>(ppm) / (1e6 + static_cast<double>(ppm));
    EXPECT_LT(factor, 1 / spare);
    previous = factor;
  }
}

TEST(FlashTranslation, NeverStallsWhenEveryOverwriteHitsTheSameDie) {
  const FlashArrayConfig config = small_flash();
  const FlashGeometry g(config);
  // Every second unit overwrites what die 0 was delivered with, so live blocks drift to the other dies.
  const std::uint32_t round = g.unit_blocks * g.dies;
  const FlashStatistics s = write_all(config, 40ull * g.blocks, [&](std::uint64_t i) {
    const std::uint64_t unit = i / g.unit_blocks, offset = i % g.unit_blocks;
    return (unit * round) % (g.blocks / round * round) + offset;
  });
  EXPECT_GT(s.erases, 0u);
}

TEST(FlashTranslation, NeverStallsWithTheSmallestSpareSpaceAndRandomWrites) {
  FlashArrayConfig config = small_flash();
  for (const std::uint64_t pages : {3u, 6u, 24u}) {
    config.pages_per_block = pages;
    const FlashGeometry g(config);
    FlashRandom random(3);
    const FlashStatistics s = write_all(config, 20ull * g.blocks, [&](std::uint64_t) { return random() % g.blocks; });
    EXPECT_GT(s.gc_moved_blocks, 0u);
  }
}

}  // namespace
}  // namespace icesim
