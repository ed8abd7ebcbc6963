// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/flash_fixture.hpp"
#include "testbench/support/any_train.hpp"
#include "testbench/support/random_cases.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

/// A translation layer whose operations end when the test says so.
struct Layer {
  explicit Layer(const FlashArrayConfig& config)
      : geometry(config), dies(geometry), translation(config, geometry, dies, statistics) {}

  /// Starts what can start on a die, or ends what it does; tells what it was.
  std::vector<std::uint64_t> step(std::uint32_t die) {
    FlashDie& d = dies[die];
    if (!d.busy()) {
      if (!d.start(translation.collect_first(die))) return {};
      const FlashOperation& o = d.active;
      return {1, static_cast<std::uint64_t>(o.work), o.superblock, o.first, o.end, o.blocks, o.sequence};
    }
    const FlashOperation operation = d.active;
    d.finish();
    if (operation.work == FlashWork::host_program) buffered -= operation.blocks;
    translation.finished(die, operation);
    translation.settle();
    return {2};
  }
  std::vector<std::uint32_t> places() const {
    std::vector<std::uint32_t> result;
    for (BlockNumber block = 0; block < geometry.blocks; ++block) {
      const FlashTranslation::Found found = translation.find(block);
      result.push_back(static_cast<std::uint32_t>(found.where));
      if (found.where == FlashTranslation::Where::flash) result.push_back(geometry.number(found.place));
    }
    return result;
  }

  FlashGeometry geometry;
  FlashDies dies;
  FlashStatistics statistics;
  FlashTranslation translation;
  std::uint32_t buffered = 0;
};

TEST(FlashTranslationRanges, AreWrittenLikeTheirBlocksOneByOne) {
  std::uint64_t collected = 0, cases = 0;
  test::check_cases(150, [&] {
    ++cases;
    FlashArrayConfig config = small_flash();
    config.gc_threshold = test::any_of(2, 20, 4);
    Layer at_once(config), singly(config);
    const FlashGeometry& g = at_once.geometry;
    FlashRandom random(static_cast<std::uint32_t>(test::any_of(0, 1'000'000, 1)));
    const std::uint64_t spread = test::any_of(1, g.blocks, g.blocks);
    const bool skewed = test::any_of(0, 1, 0) > 0;
    const std::uint64_t pace = test::any_of(1, 12, 12), idle_dies = test::any_of(0, 3, 0);
    for (std::uint64_t actions = 2500; actions > 0; --actions) {
      const std::uint32_t room = g.buffer_blocks - at_once.buffered;
      // Overwriting what lies on half of the dies fills the others with blocks that are all valid.
      auto first = static_cast<BlockNumber>(random() % spread);
      for (int tries = skewed ? 12 : 0; tries > 0; --tries) {
        if (at_once.translation.find(first).place.die < g.dies / 2) break;
        first = static_cast<BlockNumber>(random() % spread);
      }
      const auto count = static_cast<std::uint32_t>(
          std::min<std::uint64_t>({1 + random() % (skewed ? g.unit_blocks : 70), room, g.blocks - first}));
      if (random() % 3 > 0 && count > 0) {
        at_once.translation.write(first, count);
        for (std::uint32_t i = 0; i < count; ++i) singly.translation.write(first + i);
        at_once.buffered += count;
        singly.buffered += count;
      } else if (random() % 40 == 0) {
        for (Layer* layer : {&at_once, &singly}) layer->translation.trim(first);
      }
      for (Layer* layer : {&at_once, &singly}) layer->translation.settle();
      RC_ASSERT(at_once.dies.touched == singly.dies.touched);
      for (Layer* layer : {&at_once, &singly}) layer->dies.touched.clear();
      for (std::uint64_t steps = random() % pace; steps > 0; --steps) {
        const auto die = static_cast<std::uint32_t>(random() % (g.dies - idle_dies));
        RC_ASSERT(at_once.step(die) == singly.step(die));
      }
    }
    RC_ASSERT(at_once.places() == singly.places());
    RC_ASSERT(at_once.statistics.waited_writes == singly.statistics.waited_writes);
    collected += at_once.statistics.gc_moved_blocks > 0;
  });
  EXPECT_GT(collected, cases / 10);
}

}  // namespace
}  // namespace icesim
