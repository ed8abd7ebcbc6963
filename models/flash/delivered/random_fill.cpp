// SPDX-License-Identifier: Apache-2.0
#include "models/flash/delivered/random_fill.hpp"

#include "models/flash/delivered/steady_state.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::uint64_t model_superblocks = 256;
constexpr std::uint64_t model_blocks = 1024;
constexpr std::uint64_t snapshots = 8;

/// A die with `live` blocks as it is, or a smaller one with the same share of free space.
SteadyState::Shape model_of(const FlashArrayConfig& config, const FlashGeometry& g, std::uint32_t live) {
  SteadyState::Shape shape{g.superblocks - g.booster_superblocks, g.superblock_blocks, g.unit_blocks, live,
                           static_cast<std::uint32_t>(config.gc_threshold), config.gc_victim, config.gc_window};
  if (shape.superblocks <= model_superblocks && shape.superblock_blocks <= model_blocks) return shape;
  const std::uint64_t used = shape.superblocks - shape.gc_threshold - 1;
  const std::uint64_t room = used * shape.superblock_blocks;
  if (shape.superblocks > model_superblocks) {
    shape.gc_window = divide_up(shape.gc_window * model_superblocks, shape.superblocks);
    shape.superblocks = model_superblocks;
    shape.gc_threshold = 2;
  }
  if (shape.superblock_blocks > model_blocks) {
    shape.superblock_blocks = model_blocks;
    shape.unit_blocks = 16;
  }
  const std::uint64_t model_room = std::uint64_t{shape.superblocks - shape.gc_threshold - 1} * shape.superblock_blocks;
  shape.live = static_cast<std::uint32_t>(std::max(live * model_room / room, std::uint64_t{1}));
  return shape;
}

/// The same superblock with `blocks` blocks instead of `model` ones, filled to whole units.
FlashRandomFill::Superblock scaled(const SteadyState::Superblock& s, std::uint64_t blocks, std::uint64_t model,
                                   std::uint64_t unit) {
  const std::uint64_t filled = s.filled * blocks / model / unit * unit;
  return {static_cast<std::uint32_t>(filled),
          static_cast<std::uint32_t>(std::min(filled, (s.valid * blocks + model / 2) / model))};
}

/// Moves the sum of valid blocks to `live`, a few in each superblock.
void adjust(FlashRandomFill::Superblock* first, std::size_t count, std::uint64_t live) {
  for (;;) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += first[i].valid;
    if (sum == live) return;
    std::uint64_t left = sum < live ? live - sum : sum - live;
    const std::uint64_t each = divide_up(left, count);
    for (std::size_t i = 0; i < count && left > 0; ++i) {
      FlashRandomFill::Superblock& s = first[i];
      const std::uint64_t possible = sum < live ? s.filled - s.valid : s.valid;
      const auto part = static_cast<std::uint32_t>(std::min({each, left, possible}));
      s.valid = sum < live ? s.valid + part : s.valid - part;
      left -= part;
    }
  }
}

}  // namespace

FlashRandomFill::FlashRandomFill(const FlashArrayConfig& config, const FlashGeometry& g)
    : blocks_(g.delivered_blocks, 0xb10c5u) {
  const std::uint32_t total = g.superblocks - g.booster_superblocks;
  const std::uint32_t used = total - static_cast<std::uint32_t>(config.gc_threshold) - 1;
  const std::uint32_t live = g.delivered_blocks / g.dies;
  const SteadyState::Shape shape = model_of(config, g, std::max(live, 1u));
  const std::uint64_t room = std::uint64_t{shape.superblocks} * shape.superblock_blocks;
  SteadyState die_model(shape);
  die_model.overwrite(4 * room);
  std::vector<SteadyState::Snapshot> states;
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(snapshots, g.dies); ++i) {
    die_model.overwrite(room / snapshots);
    states.push_back(die_model.snapshot());
  }
  superblocks_.reserve(std::size_t{g.dies} * used);
  for (std::uint32_t die = 0; die < g.dies; ++die) {
    const auto& [closed, target, host] = states[die % states.size()];
    const auto add = [&](const SteadyState::Superblock& s) {
      superblocks_.push_back(scaled(s, g.superblock_blocks, shape.superblock_blocks, g.unit_blocks));
    };
    const std::size_t first = superblocks_.size();
    first_of_.push_back(static_cast<std::uint32_t>(first));
    // As many as are used less the open ones; of a die that is its own model, its own.
    const std::uint32_t open = (target.filled > 0 ? 1 : 0) + (host.filled > 0 ? 1 : 0);
    const std::uint64_t count = shape.superblocks == total ? closed.size() : used - open;
    for (std::uint64_t i = 0; i < count; ++i) add(closed[i * closed.size() / count]);
    const auto add_open = [&](const SteadyState::Superblock& s) {
      const auto number = static_cast<std::uint32_t>(superblocks_.size() - first);
      add(s);
      if (superblocks_.back().filled > 0) return number;
      superblocks_.pop_back();
      return none;
    };
    Open is;
    is.collection = add_open(target);
    is.host = add_open(host);
    open_.push_back(is);
    const std::uint32_t rest = die < g.delivered_blocks % g.dies ? 1 : 0;
    adjust(&superblocks_[first], superblocks_.size() - first, live + rest);
  }
  first_of_.push_back(static_cast<std::uint32_t>(superblocks_.size()));
  std::uint32_t valid = 0;
  for (const Superblock& s : superblocks_) {
    first_valid_.push_back(valid);
    valid += s.valid;
  }
}

FlashPlace FlashRandomFill::place(BlockNumber block) const {
  const std::uint32_t index = blocks_.at(block);
  const auto next = std::upper_bound(first_valid_.begin(), first_valid_.end(), index);
  const auto superblock = static_cast<std::size_t>(next - first_valid_.begin()) - 1;
  const auto die = static_cast<std::uint32_t>(
      std::upper_bound(first_of_.begin(), first_of_.end(), superblock) - first_of_.begin()) - 1;
  return {die, static_cast<std::uint32_t>(superblock) - first_of_[die],
          places_in(superblock).at(index - first_valid_[superblock])};
}

BlockNumber FlashRandomFill::resident(const FlashPlace& place) const {
  const std::size_t superblock = std::size_t{first_of_[place.die]} + place.superblock;
  if (place.offset >= superblocks_[superblock].filled) return no_block;
  const std::uint32_t index = places_in(superblock).index_of(place.offset);
  return index < superblocks_[superblock].valid ? blocks_.index_of(first_valid_[superblock] + index) : no_block;
}

}  // namespace icesim
