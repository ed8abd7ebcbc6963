// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_map.hpp"

#include <algorithm>

namespace icesim {

namespace {

std::unique_ptr<FlashVictims> victims(const FlashArrayConfig& config, const FlashGeometry& geometry) {
  if (config.gc_victim == GcVictim::greedy) return nullptr;
  return std::make_unique<FlashVictims>(config.gc_victim, config.gc_window, geometry.superblocks,
                                        geometry.superblock_blocks);
}

}  // namespace

FlashMap::FlashMap(const FlashArrayConfig& config, const FlashGeometry& geometry, const FlashRandomFill* random,
                   const FlashWear* wear)
    : geometry_(geometry),
      random_(random),
      first_waiting_(first_place + geometry.dies * geometry.superblocks * geometry.superblock_blocks),
      entries_(geometry.blocks) {
  spaces_.reserve(geometry.dies);
  for (std::uint32_t die = 0; die < geometry.dies; ++die) 
    spaces_.emplace_back(geometry, die, random, victims(config, geometry), wear);
}

FlashMap::Found FlashMap::find(BlockNumber block) const {
  const BlockNumber at = entries_[block];
  if (at == home && block < geometry_.delivered_blocks) return {Where::flash, home_of(block), 0};
  if (at == home) return {Where::nowhere, {}, 0};
  if (at == unmapped) return {Where::nowhere, {}, 0};
  if (at >= first_waiting_) return {Where::waiting, {}, at - first_waiting_};
  return {Where::flash, geometry_.place(at - first_place), 0};
}

bool FlashMap::lies_at(BlockNumber block, const FlashPlace& place) const {
  const BlockNumber at = entries_[block];
  if (at != home) return at == geometry_.number(place) + first_place;
  return block < geometry_.delivered_blocks && geometry_.number(home_of(block)) == geometry_.number(place);
}

std::uint32_t FlashMap::one_behind_the_other(BlockNumber block, std::uint32_t most) const {
  const BlockNumber at = entries_[block];
  const std::uint32_t step = at == home ? 0 : 1;
  std::uint32_t count = 1;
  if (at == home) most = random_ ? 1 : std::min(most, geometry_.delivered_blocks - block);
  while (count < most && entries_[block + count] == at + count * step) ++count;
  return count;
}

FlashMap::Group FlashMap::group(BlockNumber block, std::uint32_t most) const {
  const BlockNumber at = entries_[block];
  Group group{FlashSpace::none, 0, 1};
  BlockNumber least = at, greatest = at;  // entries of the group
  if (at == home && block < geometry_.delivered_blocks) {
    const FlashPlace place = home_of(block);
    group.die = place.die;
    group.superblock = place.superblock;
    most = random_ ? 1
                   : std::min({most, geometry_.unit_blocks - block % geometry_.unit_blocks,
                               geometry_.delivered_blocks - block});
  } else if (at >= first_place && at < first_waiting_) {
    const FlashPlace place = geometry_.place(at - first_place);
    group.die = place.die;
    group.superblock = place.superblock;
    least = at - place.offset;
    greatest = least + geometry_.superblock_blocks - 1;
  }
  while (group.count < most && entries_[block + group.count] - least <= greatest - least) ++group.count;
  return group;
}

void FlashMap::put(BlockNumber first, const Group& from, const FlashPlace& place) {
  const BlockNumber to = geometry_.number(place) + first_place;
  for (std::uint32_t i = 0; i < from.count; ++i) entries_[first + i] = to + i;
  spaces_[place.die].gain(place.superblock, from.count);
  if (from.die != FlashSpace::none) spaces_[from.die].lose(from.superblock, from.count);
}

std::uint32_t FlashMap::put(BlockNumber block, const FlashPlace& place) {
  spaces_[place.die].gain(place.superblock);
  return replace(block, geometry_.number(place) + first_place);
}

std::uint32_t FlashMap::await(BlockNumber block, std::uint32_t index) { return replace(block, first_waiting_ + index); }

std::uint32_t FlashMap::forget(BlockNumber block) { return replace(block, unmapped); }

std::uint32_t FlashMap::replace(BlockNumber block, BlockNumber new_entry) {
  const Found old = find(block);
  entries_[block] = new_entry;
  if (old.where != Where::flash) return FlashSpace::none;
  spaces_[old.place.die].lose(old.place.superblock);
  return old.place.die;
}

}  // namespace icesim
