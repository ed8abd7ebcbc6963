// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_collector.hpp"

#include <algorithm>

namespace icesim {

FlashCollector::FlashCollector(const FlashArrayConfig& config, const FlashGeometry& geometry, FlashMap& map,
                               FlashDies& dies, FlashStatistics& statistics)
    : geometry_(geometry),
      map_(map),
      dies_(dies),
      statistics_(statistics),
      threshold_(config.gc_threshold),
      always_first_(config.gc_priority == GcPriority::before_host),
      state_(geometry.dies) {}

void FlashCollector::check(std::uint32_t die) {
  Die& d = state_[die];
  FlashSpace& space = map_.space(die);
  while (!d.reading) {
    if (d.victim == FlashSpace::none) {
      if (!has_enough(die)) d.victim = space.take_victim();
      if (d.victim == FlashSpace::none) {
        if (space.free() + d.erasing <= reserve && padding_gains(die)) pad(die);
        return;
      }
      d.scan = d.moved = 0;
      d.unit = 0;
    }
    if (space.valid(d.victim) == 0) {
      drain(die);
      continue;
    }
    read_next(die);
    return;
  }
}

void FlashCollector::read_next(std::uint32_t die) {
  Die& d = state_[die];
  const FlashSpace& space = map_.space(die);
  const std::uint32_t room = (d.target == FlashSpace::none ? 0 : geometry_.superblock_blocks - space.filled(d.target)) +
                             (space.free() > 0 ? geometry_.superblock_blocks : 0);
  if (room == 0) return;  // the erase of a drained superblock is under way and calls again
  while (!lives(die, d.victim, d.scan)) ++d.scan;
  const std::uint32_t row_end = (d.scan / geometry_.row_blocks + 1) * geometry_.row_blocks;
  FlashOperation read;
  read.work = FlashWork::gc_read;
  read.superblock = d.victim;
  read.first = read.end = d.scan;
  for (; read.end < row_end && read.blocks < room; ++read.end) read.blocks += lives(die, d.victim, read.end);
  d.reading = true;
  dies_.queue(die, read);
}

void FlashCollector::drain(std::uint32_t die) {
  Die& d = state_[die];
  if (d.unit > d.programmed) {
    d.drained.push({d.victim, d.moved, d.unit});
  } else {
    erase(die, d.victim);
  }
  d.victim = FlashSpace::none;
}

void FlashCollector::finished(std::uint32_t die, const FlashOperation& operation) {
  Die& d = state_[die];
  if (operation.work == FlashWork::gc_read) {
    ++statistics_.gc_reads;
    d.reading = false;
    move(die, operation);
  } else if (operation.work == FlashWork::gc_program) {
    ++statistics_.gc_programs;
    statistics_.flash_blocks_programmed += geometry_.unit_blocks;
    map_.space(die).unit_programmed(operation.superblock);
    d.programmed = operation.sequence;
    for (; !d.drained.empty() && d.drained.front().unit <= d.programmed; d.drained.pop())
      erase(die, d.drained.front().superblock);
  } else {
    ++statistics_.erases;
    --d.erasing;
    map_.space(die).erased(operation.superblock);
  }
  check(die);
}

void FlashCollector::move(std::uint32_t die, const FlashOperation& read) {
  Die& d = state_[die];
  for (std::uint32_t offset = read.first; offset < read.end; ++offset) {
    if (!lives(die, read.superblock, offset)) continue;  // overwritten while it was read
    ++statistics_.gc_moved_blocks;
    ++d.moved;
    d.unit = d.sealed + 1;
    fill(die, map_.space(die).resident(read.superblock, offset));
  }
  d.scan = read.end;
}

void FlashCollector::fill(std::uint32_t die, BlockNumber block) {
  Die& d = state_[die];
  FlashSpace& space = map_.space(die);
  if (d.target == FlashSpace::none) d.target = space.open();
  const std::uint32_t offset = space.fill(d.target, block);
  if (block != no_block) map_.put(block, {die, d.target, offset});
  if ((offset + 1) % geometry_.unit_blocks != 0) return;
  FlashOperation program;
  program.work = FlashWork::gc_program;
  program.superblock = d.target;
  program.sequence = ++d.sealed;
  dies_.queue(die, program);
  if (offset + 1 == geometry_.superblock_blocks) d.target = FlashSpace::none;
}

/// True when drained superblocks wait for nothing but a unit that is not full, and hold more than it would be padded with.
bool FlashCollector::padding_gains(std::uint32_t die) const {
  const Die& d = state_[die];
  if (d.drained.empty() || d.drained.front().unit <= d.sealed) return false;
  if (d.drained.size() > 1) return true;
  const std::uint32_t padding =
      geometry_.unit_blocks - map_.space(die).filled(d.target) % geometry_.unit_blocks;
  return geometry_.superblock_blocks - d.drained.front().moved > padding;
}

void FlashCollector::pad(std::uint32_t die) {
  const Die& d = state_[die];
  while (d.target != FlashSpace::none && map_.space(die).filled(d.target) % geometry_.unit_blocks != 0)
    fill(die, no_block);
}

void FlashCollector::erase(std::uint32_t die, std::uint32_t superblock) {
  FlashOperation operation;
  operation.work = FlashWork::erase;
  operation.superblock = superblock;
  ++state_[die].erasing;
  dies_.queue(die, operation);
}

bool FlashCollector::lives(std::uint32_t die, std::uint32_t superblock, std::uint32_t offset) const {
  const BlockNumber block = map_.space(die).resident(superblock, offset);
  return block != no_block && map_.lies_at(block, {die, superblock, offset});
}

}  // namespace icesim
