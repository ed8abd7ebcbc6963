// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_mover.hpp"

namespace icesim {

FlashMover::FlashMover(const Way& way, const FlashGeometry& geometry, FlashMap& map, FlashDies& dies)
    : way_(way), geometry_(geometry), map_(map), dies_(dies), state_(geometry.dies) {}

void FlashMover::take(std::uint32_t die, std::uint32_t victim) {
  Die& d = state_[die];
  d.victim = victim;
  d.scan = d.moved = 0;
  d.unit = 0;
}

/// Reads on, or ends with a superblock of which nothing is left.
bool FlashMover::works_on(std::uint32_t die) {
  if (map_.space(die).valid(state_[die].victim) > 0) {
    read_next(die);
    return true;
  }
  drain(die);
  return false;
}

/// Blocks that can be moved now.
std::uint32_t FlashMover::room(std::uint32_t die) {
  Die& d = state_[die];
  FlashSpace& space = map_.space(die);
  const bool may_open = space.free() > way_.reserve;
  // Who leaves some to others must have a superblock before he reads: another might take the last one meanwhile.
  if (way_.reserve > 0 && d.target == FlashSpace::none && may_open) d.target = space.open(true);
  return (d.target == FlashSpace::none ? 0 : geometry_.superblock_blocks - space.filled(d.target)) +
         (way_.reserve == 0 && may_open ? geometry_.superblock_blocks : 0);
}

void FlashMover::read_next(std::uint32_t die) {
  Die& d = state_[die];
  const std::uint32_t most = room(die);
  if (most == 0) return;  // the erase of a drained superblock is under way and calls again
  while (!lives(die, d.victim, d.scan)) ++d.scan;
  const std::uint32_t row_end = (d.scan / geometry_.row_blocks + 1) * geometry_.row_blocks;
  FlashOperation read;
  read.work = way_.read;
  read.boosted = way_.boosted;
  read.superblock = d.victim;
  read.first = read.end = d.scan;
  for (; read.end < row_end && read.blocks < most; ++read.end) read.blocks += lives(die, d.victim, read.end);
  d.reading = true;
  dies_.queue(die, read);
}

void FlashMover::drain(std::uint32_t die) {
  Die& d = state_[die];
  if (d.unit > d.programmed) {
    d.drained.push({d.victim, d.moved, d.unit});
  } else {
    erase(die, d.victim);
  }
  d.victim = FlashSpace::none;
}

std::uint32_t FlashMover::ended(std::uint32_t die, const FlashOperation& operation) {
  Die& d = state_[die];
  if (operation.work == way_.read) {
    d.reading = false;
    return move(die, operation);
  }
  map_.space(die).unit_programmed(operation.superblock);
  d.programmed = operation.sequence;
  for (; !d.drained.empty() && d.drained.front().unit <= d.programmed; d.drained.pop())
    erase(die, d.drained.front().superblock);
  return 0;
}

void FlashMover::erased(std::uint32_t die, std::uint32_t superblock, bool retired) {
  --state_[die].erasing;
  map_.space(die).erased(superblock, retired);
}

std::uint32_t FlashMover::move(std::uint32_t die, const FlashOperation& read) {
  Die& d = state_[die];
  std::uint32_t moved = 0;
  for (std::uint32_t offset = read.first; offset < read.end; ++offset) {
    if (!lives(die, read.superblock, offset)) continue;  // overwritten while it was read
    ++moved;
    d.unit = d.sealed + 1;
    fill(die, map_.space(die).resident(read.superblock, offset));
  }
  d.moved += moved;
  d.scan = read.end;
  return moved;
}

void FlashMover::fill(std::uint32_t die, BlockNumber block) {
  Die& d = state_[die];
  FlashSpace& space = map_.space(die);
  if (d.target == FlashSpace::none) d.target = space.open(true);
  const std::uint32_t offset = space.fill(d.target, block);
  if (block != no_block) map_.put(block, {die, d.target, offset});
  if ((offset + 1) % geometry_.unit_blocks != 0) return;
  FlashOperation program;
  program.work = way_.program;
  program.superblock = d.target;
  program.end = offset + 1;
  program.sequence = ++d.sealed;
  dies_.queue(die, program);
  if (offset + 1 == geometry_.superblock_blocks) d.target = FlashSpace::none;
}

void FlashMover::pad(std::uint32_t die) {
  const Die& d = state_[die];
  while (d.target != FlashSpace::none && map_.space(die).filled(d.target) % geometry_.unit_blocks != 0)
    fill(die, no_block);
}

void FlashMover::erase(std::uint32_t die, std::uint32_t superblock) {
  FlashOperation operation;
  operation.work = FlashWork::erase;
  operation.boosted = way_.boosted;
  operation.superblock = superblock;
  ++state_[die].erasing;
  dies_.queue(die, operation);
}

bool FlashMover::lives(std::uint32_t die, std::uint32_t superblock, std::uint32_t offset) const {
  const BlockNumber block = map_.space(die).resident(superblock, offset);
  return block != no_block && map_.lies_at(block, {die, superblock, offset});
}

}  // namespace icesim
