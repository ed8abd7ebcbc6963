// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_translation.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/seldom.hpp"

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
      heat_(config.streams.hot ? std::make_unique<FlashHeat>(config.streams, geometry) : nullptr),
      open_superblock_(std::size_t{geometry.dies} * (heat_ ? 2 : 1), FlashSpace::none),
      waiting_(geometry.buffer_blocks),
      waiting_hot_(heat_ ? geometry.buffer_blocks : 0) {
  statistics.parts_hot = heat_ != nullptr;
  if (random_fill_) adopt_delivered();
  if (geometry.booster_superblocks == 0) return;
  booster_ = std::make_unique<FlashBooster>(config.booster, geometry, map_, dies, collector_, statistics);
  statistics.boosted = true;
}

/// Goes on with the superblocks that are delivered open.
void FlashTranslation::adopt_delivered() {
  for (std::uint32_t die = 0; die < geometry_.dies; ++die) {
    open_superblock(die, cold) = random_fill_->open(die).host;
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
  if (seldom(heat_ != nullptr)) return write_apart(first, first + count);
  put(first, first + count, cold);
}

/// Writes blocks that are as hot together.
void FlashTranslation::write_apart(BlockNumber first, BlockNumber end) {
  const bool may_be_hot = !booster_ || !booster_->enabled() || booster_->available_blocks() == 0;
  for (bool hot = first < end && heat_->write(first, may_be_hot); first < end;) {
    const bool is_hot = hot;
    BlockNumber next = first + 1;
    while (next < end && (hot = heat_->write(next, may_be_hot)) == is_hot) ++next;
    if (is_hot) statistics_.streams.hot_blocks_written += next - first;
    put(first, next, is_hot);
    first = next;
  }
}

void FlashTranslation::put(BlockNumber first, BlockNumber end, bool hot) {
  while (first < end) {
    if (waiting_count_ == 0 && open_unit(hot)) {
      first += place_group(first, end - first, hot);
    } else {
      wait(first++, hot);
    }
  }
}

/// Places blocks from `first` on in the open unit: together those whose loss is nothing to collection. Returns how
/// many.
std::uint32_t FlashTranslation::place_group(BlockNumber first, std::uint32_t most, bool hot) {
  Unit& unit = units_[hot];
  const FlashMap::Group group = map_.group(first, std::min(most, unit.blocks - unit.filled));
  if (group.die != FlashSpace::none && !collector_.rests(group.die)) {
    place(first, true, hot);
    return 1;
  }
  map_.put(first, group, {unit.die, unit.superblock, map_.space(unit.die).fill(unit.superblock, first, group.count)});
  placed_ += group.count;
  unit.placed += group.count;
  unit.filled += group.count;
  if (unit.filled == unit.blocks) seal(hot);
  return group.count;
}

void FlashTranslation::wait(BlockNumber block, bool hot) {
  ++statistics_.waited_writes;
  const std::uint32_t index = (first_waiting_ + waiting_count_++) % geometry_.buffer_blocks;
  waiting_[index] = block;
  if (heat_) waiting_hot_[index] = hot;
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
  const auto is_hot = [this] { return heat_ != nullptr && waiting_hot_[first_waiting_]; };
  while (waiting_count_ > 0 && open_unit(is_hot())) {
    const BlockNumber block = waiting_[first_waiting_];
    const FlashMap::Found found = map_.find(block);
    place(block, found.where == FlashMap::Where::waiting && found.waiting == first_waiting_, is_hot());
    first_waiting_ = (first_waiting_ + 1) % geometry_.buffer_blocks;
    --waiting_count_;
  }
  for (; sealed_flushes_ < flushes_.size() && flushes_.at(sealed_flushes_).blocks <= placed_; ++sealed_flushes_) {
    for (const bool hot : {cold, true})
      if (units_[hot].die != FlashSpace::none) seal(hot);
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

bool FlashTranslation::accepts(std::uint32_t die, bool hot) const {
  const FlashSpace& space = map_.space(die);
  if (space.live() >= geometry_.live_limit) return false;
  return open_superblock_[hot ? geometry_.dies + die : die] != FlashSpace::none || space.free() > FlashCollector::reserve;
}

bool FlashTranslation::open_unit(bool hot) {
  if (units_[hot].die != FlashSpace::none) return true;
  if (booster_ && !hot && booster_->enabled() && open_boosted_unit()) return true;
  for (std::uint32_t i = 0; i < geometry_.dies; ++i) {
    const std::uint32_t die = (next_die_ + i) % geometry_.dies;
    if (!accepts(die, hot)) continue;
    if (open_superblock(die, hot) == FlashSpace::none) {
      open_superblock(die, hot) = map_.space(die).open();
      collector_.check(die);
    }
    begin_unit(hot, die, open_superblock(die, hot), false);
    return true;
  }
  return false;
}

bool FlashTranslation::open_boosted_unit() {
  for (std::uint32_t i = 0; i < geometry_.dies; ++i) {
    const std::uint32_t die = (next_die_ + i) % geometry_.dies;
    if (map_.space(die).live() >= geometry_.live_limit || !booster_->has_room(die)) continue;
    begin_unit(cold, die, booster_->open(die), true);
    return true;
  }
  return false;
}

void FlashTranslation::begin_unit(bool hot, std::uint32_t die, std::uint32_t superblock, bool boosted) {
  units_[hot] = {die, superblock, geometry_.unit(boosted), 0, boosted, units_[hot].placed};
  next_die_ = (die + 1) % geometry_.dies;
}

void FlashTranslation::place(BlockNumber block, bool current, bool hot) {
  Unit& unit = units_[hot];
  const FlashPlace place{unit.die, unit.superblock, map_.space(unit.die).fill(unit.superblock, block)};
  ++placed_;
  ++unit.placed;
  if (current) lost(map_.put(block, place));
  if (++unit.filled == unit.blocks) seal(hot);
}

void FlashTranslation::seal(bool hot) {
  Unit& unit = units_[hot];
  FlashSpace& space = map_.space(unit.die);
  for (std::uint32_t i = unit.filled; i < unit.blocks; ++i) space.fill(unit.superblock, no_block);
  FlashOperation program;
  program.work = FlashWork::host_program;
  program.boosted = unit.boosted;
  program.hot = hot;
  program.superblock = unit.superblock;
  program.first = unit.placed - unit.filled;
  program.end = space.filled(unit.superblock);
  program.blocks = unit.filled;
  program.sequence = sealed_++;
  unit_programmed_.push(0);
  dies_.queue(unit.die, program);
  if (unit.boosted) {
    booster_->sealed(unit.die);
  } else {
    if (space.filled(unit.superblock) == geometry_.superblock_blocks) open_superblock(unit.die, hot) = FlashSpace::none;
    if (booster_ && booster_->enabled()) statistics_.booster.passed_blocks += unit.filled;
  }
  unit.die = FlashSpace::none;
}

void FlashTranslation::lost(std::uint32_t die) {
  if (die != FlashSpace::none) collector_.check(die);
}

}  // namespace icesim
