// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "testbench/models/flash/flash_fixture.hpp"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace icesim {

/// Flash without time: operations end when the test says so, and every physical block remembers what was put there.
class FlashOracle {
 public:
  explicit FlashOracle(const FlashArrayConfig& config)
      : geometry(config), dies(geometry), translation(config, geometry, dies, statistics), active_(geometry.dies) {
    versions_.resize(geometry.blocks, 0);
    physical_.resize(geometry.dies * geometry.superblocks * geometry.superblock_blocks);
    for (BlockNumber block = geometry.delivered_blocks; block < geometry.blocks; ++block) trimmed_.insert(block);
  }

  bool has_room() const { return buffered < geometry.buffer_blocks; }

  void write(BlockNumber block) {
    ++buffered;
    ++versions_[block];
    trimmed_.erase(block);
    translation.write(block);
    settle();
  }
  void trim(BlockNumber block) {
    trimmed_.insert(block);
    translation.trim(block);
    settle();
  }
  void flush(std::uint32_t command) {
    translation.flush(command);
    settle();
  }

  /// Starts what can start on a die, or ends what it does. Returns whether it did anything.
  bool step(std::uint32_t die) {
    if (!active_[die]) {
      active_[die] = dies[die].start(translation.collect_first(die));
      return active_[die];
    }
    const FlashOperation operation = dies[die].active;
    dies[die].finish();
    active_[die] = false;
    if (operation.work == FlashWork::host_program) buffered -= operation.blocks;
    if (operation.work == FlashWork::erase) check_nothing_lives_in(die, operation.superblock);
    const bool moves = operation.work == FlashWork::gc_read || operation.work == FlashWork::migration_read;
    if (moves) note_readable(die, operation);
    translation.finished(die, operation);
    settle();
    if (moves) follow_moves();
    return true;
  }

  /// Does something to the booster, if there is one.
  void change_booster(Random& random) {
    FlashBooster* const booster = translation.booster();
    if (booster == nullptr) return;
    if (random.chance(50)) booster->rest(random.chance(50));
    if (random.chance(20)) booster->flush(random.chance(50));
    if (random.chance(20)) booster->enable(random.chance(80));
    settle();
  }
  void collect_ahead(std::uint32_t superblocks) {
    translation.collector().collect_ahead(superblocks);
    settle();
  }
  void empty_booster() {
    translation.booster()->flush(true);
    translation.booster()->rest(true);
    settle();
    drain();
  }

  /// Runs until no die has anything to do.
  void drain() {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::uint32_t die = 0; die < geometry.dies; ++die) moved |= step(die);
    }
  }

  void check() {
    std::set<BlockNumber> taken;
    std::uint64_t live = 0;
    for (BlockNumber block = 0; block < geometry.blocks; ++block) {
      const FlashMap::Found found = translation.map().find(block);
      ASSERT_EQ(found.where == FlashMap::Where::nowhere, trimmed_.count(block) == 1) << "block " << block;
      if (found.where != FlashMap::Where::flash) continue;
      ++live;
      const BlockNumber at = geometry.number(found.place);
      ASSERT_TRUE(taken.insert(at).second) << "two blocks at one place";
      ASSERT_EQ(translation.map().space(found.place.die).resident(found.place.superblock, found.place.offset), block);
      if (versions_[block] == 0) continue;
      ASSERT_EQ(physical_[at], stamp(block)) << "not the last writer's data";
    }
    std::uint64_t counted = 0;
    for (std::uint32_t die = 0; die < geometry.dies; ++die) {
      const FlashSpace& space = translation.map().space(die);
      std::uint64_t valid = 0;
      for (std::uint32_t s = 0; s < geometry.superblocks; ++s) valid += space.valid(s);
      ASSERT_EQ(valid, space.live());
      counted += valid;
    }
    ASSERT_EQ(counted, live) << "valid counts agree with the map";
  }

  FlashGeometry geometry;
  FlashStatistics statistics;
  FlashDies dies;
  FlashTranslation translation;
  std::vector<std::uint32_t> answered;
  std::uint32_t buffered = 0;

 private:
  using Stamp = std::pair<BlockNumber, std::uint32_t>;
  Stamp stamp(BlockNumber block) const { return {block, versions_[block]}; }

  void settle() {
    translation.settle();
    for (std::uint32_t command = 0; translation.next_flushed(command);) answered.push_back(command);
    note_new_places();
  }
  /// A host block that got its place takes its data from the buffer, which holds the last version.
  void note_new_places() {
    for (BlockNumber block = 0; block < geometry.blocks; ++block) {
      const FlashMap::Found found = translation.map().find(block);
      if (versions_[block] == 0 || found.where != FlashMap::Where::flash) continue;
      if (moving_.count(block) == 0 && stamped_[block] != versions_[block]) {
        physical_[geometry.number(found.place)] = stamp(block);
        stamped_[block] = versions_[block];
      }
    }
  }
  void note_readable(std::uint32_t die, const FlashOperation& operation) {
    for (std::uint32_t offset = operation.first; offset < operation.end; ++offset) {
      const FlashPlace place{die, operation.superblock, offset};
      const BlockNumber block = translation.map().space(die).resident(operation.superblock, offset);
      if (block != no_block && translation.map().lies_at(block, place)) moving_[block] = geometry.number(place);
    }
  }
  /// Collection copies what lies at the old place, whatever that is.
  void follow_moves() {
    for (const auto& [block, from] : moving_) {
      const FlashMap::Found found = translation.map().find(block);
      ASSERT_EQ(found.where, FlashMap::Where::flash);
      ASSERT_NE(geometry.number(found.place), from) << "a valid block is left behind";
      physical_[geometry.number(found.place)] = physical_[from];
    }
    moving_.clear();
  }
  void check_nothing_lives_in(std::uint32_t die, std::uint32_t superblock) {
    ASSERT_EQ(translation.map().space(die).valid(superblock), 0u);
    for (std::uint32_t offset = 0; offset < geometry.superblock_blocks; ++offset) {
      const FlashPlace place{die, superblock, offset};
      const BlockNumber block = translation.map().space(die).resident(superblock, offset);
      ASSERT_FALSE(block != no_block && translation.map().lies_at(block, place));
      const Stamp& data = physical_[geometry.number(place)];
      const FlashMap::Found now_at = translation.map().find(data.first);
      if (data.second == 0 || data.second != versions_[data.first] || now_at.where != FlashMap::Where::flash) continue;
      ASSERT_TRUE(translation.find(data.first).where == FlashTranslation::Where::flash || is_elsewhere(data, place))
          << "the only programmed copy is erased before the moved one is programmed";
    }
    for (std::uint32_t offset = 0; offset < geometry.superblock_blocks; ++offset)
      physical_[geometry.number({die, superblock, offset})] = {};
  }

  /// True when another superblock still holds the data: they have been moved more than once.
  bool is_elsewhere(const Stamp& data, const FlashPlace& erased) const {
    for (BlockNumber at = 0; at < physical_.size(); ++at) {
      const FlashPlace place = geometry.place(at);
      if (place.die == erased.die && place.superblock == erased.superblock) continue;
      if (physical_[at] == data && translation.map().space(place.die).programmed(place.superblock, place.offset)) return true;
    }
    return false;
  }

  std::vector<char> active_;
  std::vector<std::uint32_t> versions_;
  std::map<BlockNumber, std::uint32_t> stamped_;
  std::map<BlockNumber, BlockNumber> moving_;
  std::set<BlockNumber> trimmed_;
  std::vector<Stamp> physical_;
};

inline FlashArrayConfig tiny_flash() {
  FlashArrayConfig config = small_flash();
  config.channels = 2;
  config.dies_per_channel = 1;
  config.planes = 1;
  config.pages_per_block = 12;  // 4 units of 6 blocks
  config.capacity = logical_block * (2 * 6 * 24);
  config.write_buffer = logical_block * 24;
  return config;
}

}  // namespace icesim
