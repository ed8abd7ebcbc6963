// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_collector.hpp"

#include <algorithm>

namespace icesim {

FlashCollector::FlashCollector(const FlashArrayConfig& config, const FlashGeometry& geometry, FlashMap& map,
                               FlashDies& dies, FlashStatistics& statistics, FlashWear* wear)
    : geometry_(geometry),
      map_(map),
      statistics_(statistics),
      wear_(wear),
      threshold_(config.gc_threshold),
      always_first_(config.gc_priority == GcPriority::before_host),
      mover_({FlashWork::gc_read, FlashWork::gc_program, false, 0}, geometry, map, dies) {}

void FlashCollector::check(std::uint32_t die) {
  FlashSpace& space = map_.space(die);
  while (!mover_.goes_on(die)) {
    const std::uint32_t victim = has_enough(die) ? lagging(die) : space.take_victim();
    if (victim == FlashSpace::none) {
      if (space.free() + mover_.erasing(die) <= reserve && padding_gains(die)) mover_.pad(die);
      return;
    }
    mover_.take(die, victim);
  }
}

/// Whether a superblock that was erased is given up: never one that collection may count on.
bool FlashCollector::retires(std::uint32_t die, std::uint32_t superblock) {
  return wear_ != nullptr && map_.space(die).free() > reserve && wear_->retires(die, superblock);
}

/// Takes the superblock that static levelling has moved, if there is one.
std::uint32_t FlashCollector::lagging(std::uint32_t die) {
  if (!wants_levelling(die)) return FlashSpace::none;
  FlashSpace& space = map_.space(die);
  const std::uint32_t superblock = space.least_erased();
  if (superblock == FlashSpace::none || !wear_->levels(die, wear_->erases(die, superblock))) return FlashSpace::none;
  space.take(superblock);
  return superblock;
}

void FlashCollector::collect_ahead(std::uint32_t superblocks) {
  ahead_ = superblocks;
  for (std::uint32_t die = 0; die < geometry_.dies; ++die) check(die);
}

bool FlashCollector::gains(std::uint32_t die) const {
  const FlashSpace& space = map_.space(die);
  const std::uint64_t others = space.free() + geometry_.booster_superblocks + (wear_ == nullptr ? 0 : wear_->retired(die));
  const std::uint64_t used = geometry_.superblocks - std::min<std::uint64_t>(geometry_.superblocks, others);
  return used * geometry_.superblock_blocks >= space.live() + 3 * std::uint64_t{geometry_.superblock_blocks};
}

void FlashCollector::finished(std::uint32_t die, const FlashOperation& operation) {
  if (operation.work == FlashWork::gc_read) {
    ++statistics_.gc_reads;
    statistics_.gc_moved_blocks += mover_.ended(die, operation);
  } else if (operation.work == FlashWork::gc_program) {
    ++statistics_.gc_programs;
    statistics_.flash_blocks_programmed += geometry_.unit_blocks;
    mover_.ended(die, operation);
  } else {
    ++statistics_.erases;
    mover_.erased(die, operation.superblock, retires(die, operation.superblock));
  }
  check(die);
}

/// True when drained superblocks wait for nothing but a unit that is not full, and hold more than it would be padded with.
bool FlashCollector::padding_gains(std::uint32_t die) const {
  if (mover_.drained(die) == 0 || !mover_.waits_for_unit(die)) return false;
  if (mover_.drained(die) > 1) return true;
  return geometry_.superblock_blocks - mover_.first_moved(die) > mover_.padding(die);
}

}  // namespace icesim
