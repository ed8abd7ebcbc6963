// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/flash/flash_fixture.hpp"
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

/// Few and short superblocks, so that a few hundred written blocks begin collection.
FlashArrayConfig short_flash(std::uint64_t gc_threshold) {
  FlashArrayConfig config = small_flash();
  config.pages_per_block = 4 * config.pages_per_program;
  config.capacity = logical_block * (4 * 3 * 48);
  config.gc_threshold = gc_threshold;
  return config;
}

TEST(FlashTranslationRanges, AreWrittenLikeTheirBlocksOneByOne) {
  std::uint64_t collected = 0, cases = 0;
  test::check_cases(150, [&] {
    ++cases;
    const FlashArrayConfig config = short_flash(test::any_of(2, 20, 14));
    Layer at_once(config), singly(config);
    const FlashGeometry& g = at_once.geometry;
    FlashRandom random(static_cast<std::uint32_t>(test::any_of(0, 1'000'000, 1)));
    const std::uint64_t spread = test::any_of(1, g.blocks, g.blocks);
    const bool skewed = test::any_of(0, 1, 0) > 0;
    const std::uint64_t pace = test::any_of(2, 12, 12), rest = test::any_of(1, 200, 20);
    std::uint32_t resting = 0;  // the die that does nothing for a while; or none
    for (std::uint64_t actions = 2500; actions > 0; --actions) {
      if (actions % rest == 0) resting = random() % (2 * g.dies);
      const std::uint32_t room = g.buffer_blocks - at_once.buffered;
      // Overwriting hardly anything of the last die fills it with blocks that are all valid, so that it finds no victim.
      const bool spares = skewed && random() % 64 > 0;
      const auto spared = [&](BlockNumber block) {
        return spares && at_once.translation.find(block).place.die + 1 == g.dies;
      };
      auto first = static_cast<BlockNumber>(random() % spread);
      for (int tries = 30; tries > 0 && spared(first); --tries) first = static_cast<BlockNumber>(random() % spread);
      const auto most = static_cast<std::uint32_t>(std::min<std::uint64_t>({1 + random() % 70, room, g.blocks - first}));
      std::uint32_t count = std::min(most, 1u);
      while (count < most && !spared(first + count)) ++count;
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
        const auto die = static_cast<std::uint32_t>(random() % g.dies);
        if (die != resting) RC_ASSERT(at_once.step(die) == singly.step(die));
      }
    }
    RC_ASSERT(at_once.places() == singly.places());
    RC_ASSERT(at_once.statistics.waited_writes == singly.statistics.waited_writes);
    collected += at_once.statistics.gc_moved_blocks > 0;
  });
  EXPECT_GT(collected, cases / 4);
}

/// A die that needs collection and has only superblocks without a hole: the first block that is overwritten makes a victim.
TEST(FlashTranslationRanges, BeginCollectionWithTheBlockThatMakesAVictim) {
  Layer layer(short_flash(14));
  const FlashGeometry& g = layer.geometry;
  const std::uint32_t last = g.dies - 1;
  const FlashSpace& space = layer.translation.map().space(last);
  const auto finish = [&] {
    layer.translation.settle();
    for (bool busy = true; busy;) {
      busy = false;
      for (std::uint32_t die = 0; die < g.dies; ++die) busy |= !layer.step(die).empty();
    }
  };
  for (BlockNumber block = 0; space.free() > 14; block = (block + 1) % g.blocks) {
    if (layer.translation.find(block).place.die == last) continue;
    layer.translation.write(block);
    finish();
  }
  layer.translation.flush(0);
  finish();
  BlockNumber block = 0;
  const auto place = [&] { return layer.translation.find(block).place; };
  while (place().die != last || !space.programmed(place().superblock, g.superblock_blocks - 1)) ++block;
  const std::uint32_t victim = place().superblock;
  ASSERT_EQ(space.valid(victim), g.superblock_blocks);
  layer.translation.write(block);
  ASSERT_TRUE(layer.dies[last].start(false));
  EXPECT_EQ(layer.dies[last].active.work, FlashWork::gc_read);
  EXPECT_EQ(layer.dies[last].active.superblock, victim);
}

}  // namespace
}  // namespace icesim
