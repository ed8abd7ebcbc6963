// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_translation.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {
namespace {

std::unique_ptr<FlashRandomFill> random_fill(const FlashArrayConfig& config, const FlashGeometry& geometry) {
  const bool wanted = config.precondition.pattern == FlashPattern::random && geometry.delivered_blocks > 0;
  return wanted ? std::make_unique<FlashRandomFill>(config, geometry) : nullptr;
}

std::unique_ptr<FlashWear> counted_wear(const FlashArrayConfig& config, const FlashGeometry& geometry, FlashStatistics& statistics) {
  statistics.wears = config.wears();
  if (!config.wears()) return nullptr;
  return std::make_unique<FlashWear>(config.wear, geometry, statistics.wear);
}

}  // namespace

FlashTranslation::FlashTranslation(const FlashArrayConfig& config, const FlashGeometry& geometry, FlashDies& dies,
                                   FlashStatistics& statistics)
    : geometry_(geometry),
      dies_(dies),
      statistics_(statistics),
      random_fill_(random_fill(config, geometry)),
      wear_(counted_wear(config, geometry, statistics)),
      map_(config, geometry, random_fill_.get(), wear_.get()),
      collector_(config, geometry, map_, dies, statistics, wear_.get()),
      open_superblock_(geometry.dies, FlashSpace::none),
      waiting_(geometry.buffer_blocks) {
  if (random_fill_) adopt_delivered();
  if (geometry.booster_superblocks == 0) return;
  booster_ = std::make_unique<FlashBooster>(config.booster, geometry, map_, dies, collector_, statistics);
  statistics.boosted = true;
}

/// Goes on with the superblocks that are delivered open.
void FlashTranslation::adopt_delivered() {
  for (std::uint32_t die = 0; die < geometry_.dies; ++die) {
    open_superblock_[die] = random_fill_->open(die).host;
    collector_.adopt(die, random_fill_->open(die).collection);
  }
}

FlashTranslation::Found FlashTranslation::find(BlockNumber block) const {
  const FlashMap::Found found = map_.find(block);
  if (found.where == FlashMap::Where::waiting) return {Where::buffer, {}};
  if (found.where == FlashMap::Where::nowhere) return {Where::nowhere, {}};
  const FlashPlace& at = found.place;
  return {map_.space(at.die).programmed(at.superblock, at.offset) ? Where::flash : Where::buffer, at};
}

std::uint32_t FlashTranslation::in_order(BlockNumber block, const Found& found, BlockNumber end) const {
  const FlashPlace& at = found.place;
  const std::uint32_t left_in_row = geometry_.row_blocks - at.offset % geometry_.row_blocks;
  const std::uint32_t count = map_.one_behind_the_other(block, std::min(left_in_row, end - block));
  return map_.space(at.die).programmed(at.superblock, at.offset + count - 1) ? count : 1;
}

void FlashTranslation::write(BlockNumber first, std::uint32_t count) {
  statistics_.host_blocks_written += count;
  accepted_ += count;
  buffered_ += count;
  ensure(buffered_ <= geometry_.buffer_blocks, "flash: the device writes no more than the write buffer holds");
  for (const BlockNumber end = first + count; first < end;) {
    if (waiting_count_ == 0 && open_unit()) {
      first += place_group(first, end - first);
    } else {
      wait(first++);
    }
  }
}

/// Places blocks from `first` on in the open unit: together those whose loss is nothing to collection. Returns how
/// many.
std::uint32_t FlashTranslation::place_group(BlockNumber first, std::uint32_t most) {
  const FlashMap::Group group = map_.group(first, std::min(most, unit_blocks_ - filled_));
  if (group.die != FlashSpace::none && !collector_.rests(group.die)) {
    place(first, true);
    return 1;
  }
  map_.put(first, group, {die_, superblock_, map_.space(die_).fill(superblock_, first, group.count)});
  placed_ += group.count;
  filled_ += group.count;
  if (filled_ == unit_blocks_) seal();
  return group.count;
}

void FlashTranslation::wait(BlockNumber block) {
  ++statistics_.waited_writes;
  const std::uint32_t index = (first_waiting_ + waiting_count_++) % geometry_.buffer_blocks;
  waiting_[index] = block;
  lost(map_.await(block, index));
}

void FlashTranslation::trim(BlockNumber block) { lost(map_.forget(block)); }

void FlashTranslation::flush(std::uint32_t command) { flushes_.push({command, accepted_, 0, false}); }

void FlashTranslation::finished(std::uint32_t die, const FlashOperation& operation) {
  if (booster_) booster_->touch(die);
  if (wear_ && operation.work == FlashWork::erase && !operation.boosted) wear_->erased(die, operation.superblock);
  if (operation.work != FlashWork::host_program) {
    return operation.boosted || operation.work == FlashWork::migration_program ? booster_->finished(die, operation)
                                                                               : collector_.finished(die, operation);
  }
  ++statistics_.programs;
  statistics_.flash_blocks_programmed += geometry_.unit(operation.boosted);
  map_.space(die).unit_programmed(operation.superblock);
  buffered_ -= operation.blocks;
  unit_programmed_.at(operation.sequence - programmed_) = 1;
  for (; !unit_programmed_.empty() && unit_programmed_.front(); ++programmed_) unit_programmed_.pop();
  if (operation.boosted) return booster_->finished(die, operation);
  collector_.check(die);  // a closed superblock may be the victim it looks for
}

void FlashTranslation::settle() {
  while (waiting_count_ > 0 && open_unit()) {
    const BlockNumber block = waiting_[first_waiting_];
    const FlashMap::Found found = map_.find(block);
    place(block, found.where == FlashMap::Where::waiting && found.waiting == first_waiting_);
    first_waiting_ = (first_waiting_ + 1) % geometry_.buffer_blocks;
    --waiting_count_;
  }
  for (; sealed_flushes_ < flushes_.size() && flushes_.at(sealed_flushes_).blocks <= placed_; ++sealed_flushes_) {
    if (die_ != FlashSpace::none) seal();
    flushes_.at(sealed_flushes_).units = sealed_;
  }
  if (booster_) booster_->settle();
}

bool FlashTranslation::next_flushed(std::uint32_t& command) {
  if (sealed_flushes_ == 0 || flushes_.front().units > programmed_) return false;
  command = flushes_.front().command;
  flushes_.pop();
  --sealed_flushes_;
  return true;
}

bool FlashTranslation::accepts(std::uint32_t die) const {
  const FlashSpace& space = map_.space(die);
  if (space.live() >= geometry_.live_limit) return false;
  return open_superblock_[die] != FlashSpace::none || space.free() > FlashCollector::reserve;
}

bool FlashTranslation::open_unit() {
  if (die_ != FlashSpace::none) return true;
  if (booster_ && booster_->enabled() && open_boosted_unit()) return true;
  for (std::uint32_t i = 0; i < geometry_.dies; ++i) {
    const std::uint32_t die = (next_die_ + i) % geometry_.dies;
    if (!accepts(die)) continue;
    if (open_superblock_[die] == FlashSpace::none) {
      open_superblock_[die] = map_.space(die).open();
      collector_.check(die);
    }
    begin_unit(die, open_superblock_[die], false);
    return true;
  }
  return false;
}

bool FlashTranslation::open_boosted_unit() {
  for (std::uint32_t i = 0; i < geometry_.dies; ++i) {
    const std::uint32_t die = (next_die_ + i) % geometry_.dies;
    if (map_.space(die).live() >= geometry_.live_limit || !booster_->has_room(die)) continue;
    begin_unit(die, booster_->open(die), true);
    return true;
  }
  return false;
}

void FlashTranslation::begin_unit(std::uint32_t die, std::uint32_t superblock, bool boosted) {
  die_ = die;
  superblock_ = superblock;
  unit_blocks_ = geometry_.unit(boosted);
  boosted_ = boosted;
  filled_ = 0;
  next_die_ = (die + 1) % geometry_.dies;
}

void FlashTranslation::place(BlockNumber block, bool current) {
  const FlashPlace place{die_, superblock_, map_.space(die_).fill(superblock_, block)};
  ++placed_;
  if (current) lost(map_.put(block, place));
  if (++filled_ == unit_blocks_) seal();
}

void FlashTranslation::seal() {
  FlashSpace& space = map_.space(die_);
  for (std::uint32_t i = filled_; i < unit_blocks_; ++i) space.fill(superblock_, no_block);
  FlashOperation program;
  program.work = FlashWork::host_program;
  program.boosted = boosted_;
  program.superblock = superblock_;
  program.first = static_cast<std::uint32_t>(placed_ - filled_);
  program.end = space.filled(superblock_);
  program.blocks = filled_;
  program.sequence = sealed_++;
  unit_programmed_.push(0);
  dies_.queue(die_, program);
  if (boosted_) {
    booster_->sealed(die_);
  } else {
    if (space.filled(superblock_) == geometry_.superblock_blocks) open_superblock_[die_] = FlashSpace::none;
    if (booster_ && booster_->enabled()) statistics_.booster.passed_blocks += filled_;
  }
  die_ = FlashSpace::none;
}

void FlashTranslation::lost(std::uint32_t die) {
  if (die != FlashSpace::none) collector_.check(die);
}

}  // namespace icesim
