// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "models/flash/flash_translation.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace icesim {
namespace {

/// Two dies of 150 superblocks of 48 or more blocks.
FlashArrayConfig written_flash(std::uint64_t over_provisioning_ppm, std::uint64_t pages_per_block) {
  FlashArrayConfig config;
  config.channels = 2;
  config.dies_per_channel = 1;
  config.planes = 1;
  config.page_bytes = Bytes{8192};
  config.pages_per_program = 1;
  config.pages_per_block = pages_per_block;
  config.capacity = logical_block * (2 * 150 * 2 * pages_per_block);
  config.over_provisioning_ppm = over_provisioning_ppm;
  config.write_buffer = logical_block * 16;
  config.gc_threshold = 2;
  return config;
}

struct Written {
  double amplification;
  double load;  ///< share of the blocks of closed superblocks that are valid, when collection begins
};

/// Overwrites blocks at random, with dies that need no time; `hot` of `part` writes go to the first of `part` parts.
Written overwritten(const FlashArrayConfig& config, std::uint64_t hot = 0, std::uint64_t part = 5) {
  const FlashGeometry geometry(config);
  FlashDies dies(geometry);
  FlashStatistics statistics;
  FlashTranslation translation(config, geometry, dies, statistics);
  Random random(3);
  FlashStatistics before;
  for (std::uint64_t writes = 0; writes < 10 * std::uint64_t{geometry.blocks}; ++writes) {
    if (writes == 5 * std::uint64_t{geometry.blocks}) before = statistics;
    const std::uint64_t spread = random.below(part) < hot ? geometry.blocks / part : geometry.blocks;
    translation.write(static_cast<BlockNumber>(random.below(spread)));
    translation.settle();
    for (bool busy = true; busy;) {
      busy = false;
      for (std::uint32_t die = 0; die < geometry.dies; ++die) {
        if (!dies[die].start(translation.collect_first(die))) continue;
        busy = true;
        const FlashOperation operation = dies[die].active;
        dies[die].finish();
        translation.finished(die, operation);
        translation.settle();
      }
    }
  }
  // Free ones, one that the host fills and one that collection fills: on the average a half of each of the two.
  const double closed = geometry.superblocks - (static_cast<double>(config.gc_threshold) + 1.0) - 1.0;
  return {static_cast<double>(statistics.flash_blocks_programmed - before.flash_blocks_programmed) /
              static_cast<double>(statistics.host_blocks_written - before.host_blocks_written),
          geometry.blocks / (geometry.dies * closed * geometry.superblock_blocks)};
}

/// Blocks are lost as in radioactive decay: of a superblock that is collected after a round of all of them the share v =
/// exp(-(1 - v) / load) is left; 1 / (1 - v) blocks are programmed for one [victim-policies].
double fifo(double load) {
  double left = 0.5;
  for (int i = 0; i < 1000; ++i) left = std::exp(-(1 - left) / load);
  return 1 / (1 - left);
}

/// Greedy on superblocks of `blocks` blocks: the fixed point of its mean field, in which nothing is collected that has more than
/// k valid blocks, as many superblocks as have i > k are in proportion to 1 / i, and blocks - k = load * blocks * (1 / (k + 1) +
/// ... + 1 / blocks) [victim-policies].
double greedy(double load, std::uint32_t blocks) {
  double harmonic = 0;
  for (std::uint32_t k = blocks - 1; k > 0; --k) {
    harmonic += 1.0 / (k + 1);
    const double is = blocks - k, most = load * blocks * harmonic;
    if (most < is) continue;
    // Between k and k + 1.
    const double was = is - 1, less = load * blocks * (harmonic - 1.0 / (k + 1));
    const double part = (was - less) / ((was - less) + (most - is));
    return blocks / (was + part);
  }
  return 1;
}

TEST(WriteAmplification, OfFifoIsThatOfTheFormula) {
  for (const std::uint64_t over : {100'000, 200'000, 400'000}) {
    FlashArrayConfig config = written_flash(over, 24);
    config.gc_victim = GcVictim::fifo;
    const Written is = overwritten(config);
    EXPECT_NEAR(is.amplification, fifo(is.load), 0.03 * fifo(is.load)) << over;
  }
}

/// The smaller superblocks are the more does it gain to choose.
TEST(WriteAmplification, OfGreedyIsThatOfItsMeanField) {
  for (const std::uint64_t over : {100'000, 200'000, 400'000}) {
    for (const std::uint64_t pages : {4, 24}) {
      FlashArrayConfig config = written_flash(over, pages);
      const Written is = overwritten(config);
      const double expected = greedy(is.load, static_cast<std::uint32_t>(2 * pages));
      EXPECT_NEAR(is.amplification, expected, 0.03 * expected) << over << ", " << pages;
      EXPECT_LT(is.amplification, fifo(is.load));
    }
  }
}

/// Where all blocks are alike nothing beats greedy, and age alone is worst.
TEST(WriteAmplification, OfAWindowLiesBetweenThem) {
  FlashArrayConfig config = written_flash(200'000, 4);
  const double greedy = overwritten(config).amplification;
  config.gc_victim = GcVictim::fifo;
  const double fifo = overwritten(config).amplification;
  config.gc_victim = GcVictim::windowed;
  config.gc_window = 1;
  EXPECT_DOUBLE_EQ(overwritten(config).amplification, fifo);
  config.gc_window = 16;
  const double windowed = overwritten(config).amplification;
  EXPECT_LT(greedy, windowed);
  EXPECT_LT(windowed, fifo);
}

TEST(WriteAmplification, OfCostBenefitIsBelowThatOfFifoWhereSomeBlocksAreHot) {
  FlashArrayConfig config = written_flash(200'000, 24);
  config.gc_victim = GcVictim::fifo;
  const double fifo = overwritten(config, 4).amplification;
  config.gc_victim = GcVictim::cost_benefit;
  EXPECT_LT(overwritten(config, 4).amplification, 0.97 * fifo);
}

/// All but one of 20 writes go to a twentieth of the blocks, or of 50 to a fiftieth. Cost-benefit leaves less to be won: it waits for
/// hot blocks to die.
TEST(WriteAmplification, FallsWhereHotBlocksAreApart) {
  struct Case {
    GcVictim victim;
    std::uint64_t part;
    double most;
  };
  for (const auto& [victim, part, most] : {Case{GcVictim::greedy, 20, 0.90}, Case{GcVictim::greedy, 50, 0.84},
                                           Case{GcVictim::cost_benefit, 20, 0.95}}) {
    FlashArrayConfig config = written_flash(100'000, 24);
    config.gc_victim = victim;
    const double together = overwritten(config, part - 1, part).amplification;
    config.streams.hot = true;
    EXPECT_LT(overwritten(config, part - 1, part).amplification, most * together) << part;
  }
}

/// Where all blocks are alike most of them are taken for hot, and live as long as the others: only the superblock more that is open is
/// missing.
TEST(WriteAmplification, StaysWhereAllBlocksAreAlikeAndSomeAreTakenForHot) {
  for (const std::uint64_t over : {100'000, 200'000, 400'000}) {
    FlashArrayConfig config = written_flash(over, 24);
    const double together = overwritten(config).amplification;
    config.streams.hot = true;
    EXPECT_NEAR(overwritten(config).amplification, together, 0.04 * together) << over;
  }
}

}  // namespace
}  // namespace icesim
