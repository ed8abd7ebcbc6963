// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_booster.hpp"

#include <algorithm>

namespace icesim {

FlashBooster::FlashBooster(const FlashBoosterConfig& config, const FlashGeometry& geometry, FlashMap& map,
                           FlashDies& dies, FlashCollector& collector, FlashStatistics& statistics)
    : geometry_(geometry),
      map_(map),
      dies_(dies),
      collector_(collector),
      statistics_(statistics),
      when_idle_(config.migration != BoosterMigration::request),
      when_full_(config.migration == BoosterMigration::full),
      enabled_(config.enabled),
      mover_({FlashWork::migration_read, FlashWork::migration_program, true, FlashCollector::reserve}, geometry, map, dies),
      state_(geometry.dies) {}

void FlashBooster::flush(bool on) {
  flushing_ = on;
  for (std::uint32_t die = 0; on && die < geometry_.dies; ++die) touch(die);
}

void FlashBooster::rest(bool on) {
  const bool begins = on && !rests_;
  rests_ = on;
  for (std::uint32_t die = 0; begins && die < geometry_.dies; ++die) touch(die);
}

std::uint32_t FlashBooster::open(std::uint32_t die) {
  std::uint32_t& superblock = state_[die].open;
  if (superblock == FlashSpace::none) {
    superblock = map_.space(die).open_boosted();
    ++opened_;
  }
  return superblock;
}

void FlashBooster::sealed(std::uint32_t die) {
  Die& d = state_[die];
  if (map_.space(die).filled(d.open) < geometry_.boosted_blocks) return;
  d.full.push(d.open);
  d.open = FlashSpace::none;
  --opened_;
  ++unmoved_;
  touch(die);
}

void FlashBooster::finished(std::uint32_t die, const FlashOperation& operation) {
  FlashBoosterStatistics& count = statistics_.booster;
  switch (operation.work) {
    case FlashWork::host_program:
      count.blocks_written += operation.blocks;
      break;
    case FlashWork::migration_read:
      ++count.migration_reads;
      count.migrated_blocks += mover_.ended(die, operation);
      break;
    case FlashWork::migration_program:
      ++count.migration_programs;
      statistics_.flash_blocks_programmed += geometry_.unit_blocks;
      mover_.ended(die, operation);
      collector_.check(die);  // a closed superblock may be the victim it looks for
      break;
    default:
      ++count.erases;
      mover_.erased(die, operation.superblock);
  }
  touch(die);
}

void FlashBooster::touch(std::uint32_t die) {
  if (state_[die].touched) return;
  state_[die].touched = true;
  touched_.push_back(die);
}

void FlashBooster::settle() {
  if (touched_.size() > 1) std::sort(touched_.begin(), touched_.end());
  for (const std::uint32_t die : touched_) {
    state_[die].touched = false;
    check(die);
  }
  touched_.clear();
}

bool FlashBooster::may_migrate(std::uint32_t die) const {
  if (flushing_ || (rests_ && when_idle_)) return true;
  // For want of room one superblock is enough.
  return when_full_ && !has_room(die) && mover_.drained(die) == 0 && mover_.erasing(die) == 0;
}

void FlashBooster::check(std::uint32_t die) {
  dies_[die].migrates_in_turn = when_full_ && !has_room(die);
  const std::uint32_t free = map_.space(die).free();
  while (mover_.reads(die) || !mover_.has_victim(die) || may_migrate(die)) {
    const bool had_victim = mover_.has_victim(die);
    if (mover_.goes_on(die)) break;
    unmoved_ -= had_victim ? 1 : 0;
    const std::uint32_t victim = may_migrate(die) ? next_victim(die) : FlashSpace::none;
    if (victim == FlashSpace::none) {
      if (mover_.drained(die) > 0 && mover_.waits_for_unit(die)) mover_.pad(die);
      break;
    }
    mover_.take(die, victim);
  }
  if (map_.space(die).free() < free) collector_.check(die);
}

/// Takes the superblock that became full first; for a flush at last the open one, too. What it
/// takes is programmed.
std::uint32_t FlashBooster::next_victim(std::uint32_t die) {
  Die& d = state_[die];
  FlashSpace& space = map_.space(die);
  std::uint32_t victim = FlashSpace::none;
  if (!d.full.empty() && space.all_programmed(d.full.front())) {
    victim = d.full.front();
    d.full.pop();
  } else if (d.full.empty() && flushing_ && rests_ && d.open != FlashSpace::none && space.all_programmed(d.open)) {
    std::swap(victim, d.open);
    --opened_;
    ++unmoved_;
  }
  if (victim != FlashSpace::none) space.take_boosted(victim);
  return victim;
}

std::uint64_t FlashBooster::available_blocks() const {
  std::uint64_t blocks = 0;
  for (std::uint32_t die = 0; die < geometry_.dies; ++die) {
    const FlashSpace& space = map_.space(die);
    const std::uint32_t open = state_[die].open;
    blocks += std::uint64_t{space.booster_free()} * geometry_.boosted_blocks;
    if (open != FlashSpace::none) blocks += geometry_.boosted_blocks - space.filled(open);
  }
  return blocks;
}

bool FlashBooster::empty() const { return available_blocks() == blocks(); }

}  // namespace icesim
