// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "testbench/models/flash/flash_oracle.hpp"
#include "testbench/support/odd_flash.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/random_config.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

/// Lets dies work, some more often than others, until `done`; false when that takes more than any collection needs.
template <class Done>
bool work_until(FlashOracle& oracle, Random& random, Done done) {
  const FlashGeometry& g = oracle.geometry;
  const auto lazy = static_cast<std::uint32_t>(random.below(2 * g.dies));
  std::uint64_t left = 200 + 20ull * g.dies * g.superblocks * g.superblock_blocks;
  while (!done()) {
    bool worked = false;
    for (std::uint32_t die = 0; die < g.dies; ++die) {
      if (die == lazy && random.chance(90)) continue;
      worked |= oracle.step(die);
    }
    // What is left waits for the rest of a unit: the device asks for a flush in the end.
    if (!worked && !oracle.step(lazy % g.dies)) oracle.flush(~0u);
    if (left-- == 0) return false;
  }
  return true;
}

/// Hot and cold overwrites, discards and flushes of a full device of any shape, as fast as it takes them.
TEST(FlashProgress, EveryShapeOfASmallDeviceTakesWhateverIsWrittenAndKeepsIt) {
  std::uint64_t collected = 0, waited = 0, migrated = 0, passed = 0;
  test::check_cases(test::few_cases() ? 10 : 100, [&] {
    Random random(*rc::gen::arbitrary<std::uint64_t>());
    FlashOracle oracle(test::odd_flash(random));
    const FlashGeometry& g = oracle.geometry;
    const std::uint64_t hot = 1 + random.below(g.blocks), cold = random.below(60);
    const std::uint64_t trims = random.below(2) * random.below(20), flushes = random.below(2) * random.below(20);
    const std::uint64_t pace = random.below(100);
    for (std::uint64_t writes = 3ull * g.blocks; writes > 0; --writes) {
      RC_ASSERT(work_until(oracle, random, [&] { return oracle.has_room(); }));
      oracle.write(static_cast<BlockNumber>(random.below(random.chance(cold) ? g.blocks : hot)));
      if (random.chance(trims)) oracle.trim(static_cast<BlockNumber>(random.below(g.blocks)));
      if (random.chance(flushes)) oracle.flush(1);
      if (random.chance(2)) oracle.change_booster(random);
      if (random.chance(2)) oracle.collect_ahead(static_cast<std::uint32_t>(random.below(2) * random.below(9)));
      while (random.chance(pace)) oracle.step(static_cast<std::uint32_t>(random.below(g.dies)));
      if (writes % 256 == 0) oracle.check();
      RC_ASSERT(!testing::Test::HasFatalFailure());
    }
    oracle.flush(2);
    RC_ASSERT(work_until(oracle, random, [&] { return oracle.buffered == 0; }));
    RC_ASSERT(work_until(oracle, random, [&] { return !oracle.answered.empty() && oracle.answered.back() == 2; }));
    std::uint64_t left = 20ull * g.dies * g.superblocks * g.superblock_blocks;
    for (bool moved = true; moved; RC_ASSERT(left-- > 0)) {
      moved = false;
      for (std::uint32_t die = 0; die < g.dies; ++die) moved |= oracle.step(die);
    }
    oracle.check();
    RC_ASSERT(!testing::Test::HasFatalFailure());
    collected += oracle.statistics.gc_moved_blocks > 0 ? 1 : 0;
    waited += oracle.statistics.waited_writes > 0 ? 1 : 0;
    migrated += oracle.statistics.booster.migrated_blocks > 0 ? 1 : 0;
    passed += oracle.statistics.booster.passed_blocks > 0 ? 1 : 0;
    if (oracle.translation.booster() == nullptr) return;
    oracle.empty_booster();
    oracle.check();
    RC_ASSERT(!testing::Test::HasFatalFailure());
    RC_ASSERT(oracle.translation.booster()->available_blocks() == oracle.translation.booster()->blocks());
  });
  // Two of three cases collect and one of seven waits: that a hundred of them do neither is one chance in a million.
  if (test::few_cases()) return;
  EXPECT_GT(collected, 0u);
  EXPECT_GT(waited, 0u);
  EXPECT_GT(migrated, 0u);
  EXPECT_GT(passed, 0u);
}

/// Everything that the parameters' ranges allow is refused with a way out that is one, or is built and programs.
TEST(FlashProgress, EveryCombinationOfTheRangesWorksOrIsRefusedWithAWayOut) {
  std::uint64_t refused = 0, taken = 0;
  test::check_cases(150, [&] {
    FlashArrayConfig config = test::any_config<FlashArrayConfig>();
    if (*rc::gen::inRange(0, 4) > 0) {
      config.pages_per_block -= config.pages_per_block % config.pages_per_program;
      config.pages_per_block = std::max(config.pages_per_block, config.pages_per_program);
      config.page_bytes = logical_block * (config.page_bytes / logical_block);
      config.capacity = logical_block * (config.capacity / logical_block);
    }
    try {
      FlashGeometry{config};
    } catch (const UserError& error) {
      const std::string line = error.what();
      RC_ASSERT(line.find("flash") == 0);
      RC_ASSERT(line.find('\n') == std::string::npos);
      ++refused;
      return;
    }
    ++taken;
    FlashGeometry geometry(config);
    FlashDies dies(geometry);
    FlashStatistics statistics;
    FlashTranslation translation(config, geometry, dies, statistics);
    for (const std::uint64_t place : {0u, 1u, 2u, 3u}) {
      translation.write(static_cast<BlockNumber>(place * (geometry.blocks - 1) / 3));
      translation.settle();
      translation.flush(0);
      translation.settle();
      for (std::uint32_t die = 0; die < geometry.dies; ++die) {
        while (dies[die].start(translation.collect_first(die))) {
          dies[die].finish();
          translation.finished(die, dies[die].active);
          translation.settle();  // what the booster holds may migrate
        }
      }
      std::uint32_t command = 1;
      RC_ASSERT(translation.next_flushed(command));
      // Where collection goes on from the start, it may hold the block in a unit that is not full, and what it was in is
      // not erased before.
      const auto where = translation.find(static_cast<BlockNumber>(place * (geometry.blocks - 1) / 3)).where;
      const bool collects = config.precondition.pattern == FlashPattern::random;
      RC_ASSERT(where == FlashTranslation::Where::flash || (collects && where == FlashTranslation::Where::buffer));
    }
  });
  EXPECT_GT(refused, 10u);
  EXPECT_GT(taken, 10u);
}

}  // namespace
}  // namespace icesim
