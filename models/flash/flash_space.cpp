// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_space.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {

FlashSpace::FlashSpace(const FlashGeometry& geometry, std::uint32_t die, const FlashRandomFill* random,
                       std::unique_ptr<FlashVictims> victims, const FlashWear* wear)
    : geometry_(geometry),
      die_(die),
      random_(random),
      victims_(std::move(victims)),
      wear_(wear),
      fewest_(geometry.superblock_blocks),
      pool_(geometry.superblocks - geometry.booster_superblocks),
      booster_free_(geometry.booster_superblocks),
      fresh_booster_(geometry.superblocks - geometry.own_booster_superblocks),
      superblocks_(geometry.superblocks),
      residents_(std::size_t{geometry.superblocks} * geometry.superblock_blocks),
      heads_(geometry.superblock_blocks) {
  if (random != nullptr) {
    deliver(*random);
  } else if (geometry.delivered_superblocks > 0) {
    deliver_in_order();
  }
}

void FlashSpace::deliver_in_order() {
  // Only the last one may be delivered with holes, or empty.
  const std::uint32_t last = geometry_.delivered_superblocks - 1;
  const std::uint32_t valid = delivered_blocks(last);
  fresh_ = last + (valid > 0 ? 1 : 0);
  live_ = last * geometry_.superblock_blocks + valid;
  if (valid == 0) return;
  superblocks_[last].invalid = geometry_.superblock_blocks - valid;
  link(last);
}

void FlashSpace::deliver(const FlashRandomFill& random) {
  fresh_ = random.used(die_);
  for (std::uint32_t superblock = 0; superblock < fresh_; ++superblock) {
    const FlashRandomFill::Superblock& is = random.superblock(die_, superblock);
    Superblock& s = superblocks_[superblock];
    live_ += is.valid;
    s.invalid = geometry_.superblock_blocks - is.valid;
    s.room = s.unprogrammed = geometry_.superblock_blocks - is.filled;
    if (s.room > 0) s.state = State::open;
    if (s.room == 0) link(superblock);
  }
}

std::uint32_t FlashSpace::delivered_blocks(std::uint32_t superblock) const {
  // Residents lie in the order of their places: those that exist come first.
  std::uint32_t count = 0;
  for (std::uint32_t above = geometry_.superblock_blocks; count < above;) {
    const std::uint32_t middle = count + (above - count) / 2;
    if (geometry_.resident({die_, superblock, middle}) == no_block) {
      above = middle;
    } else {
      count = middle + 1;
    }
  }
  return count;
}

std::uint32_t FlashSpace::open(bool cold) {
  ensure(free() > 0, "flash: a superblock is opened when one is free");
  return open(oldest_free(cold), false);
}

std::uint32_t FlashSpace::open_boosted() {
  ensure(booster_free_ > 0, "flash: a superblock is opened when one is free");
  --booster_free_;
  std::uint32_t superblock = fresh_booster_;
  if (geometry_.own_booster_superblocks == 0) {
    ++pool_;
    superblock = oldest_free();
  } else if (fresh_booster_ < geometry_.superblocks) {
    ++fresh_booster_;
  } else {
    superblock = erased_boosters_.front();
    erased_boosters_.pop();
  }
  return open(superblock, true);
}

std::uint32_t FlashSpace::oldest_free(bool cold) {
  if (fresh_ < geometry_.superblocks - geometry_.own_booster_superblocks) return fresh_++;
  if (wear_ != nullptr && wear_->dynamic()) bring_forward(cold);
  const std::uint32_t superblock = erased_.front();
  erased_.pop();
  return superblock;
}

/// Collection keeps few superblocks free: looking at all of them takes no time.
void FlashSpace::bring_forward(bool most_erased) {
  const auto goes_before = [&](std::uint32_t a, std::uint32_t b) {
    const std::uint64_t first = wear_->erases(die_, a), second = wear_->erases(die_, b);
    return most_erased ? first > second : first < second;
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < erased_.size(); ++i)
    if (goes_before(erased_.at(i), erased_.at(best))) best = i;
  const std::uint32_t superblock = erased_.at(best);
  for (; best > 0; --best) erased_.at(best) = erased_.at(best - 1);
  erased_.front() = superblock;
}

std::uint32_t FlashSpace::least_erased() const {
  std::uint32_t least = none;
  for (std::uint32_t i = 0; i < fresh_; ++i) {
    if (superblocks_[i].state != State::closed) continue;
    if (least == none || wear_->erases(die_, i) < wear_->erases(die_, least)) least = i;
  }
  return least;
}

void FlashSpace::take(std::uint32_t superblock) {
  ensure(superblocks_[superblock].state == State::closed, "flash: a victim is a closed superblock");
  unlink(superblock);
  superblocks_[superblock].state = State::victim;
}

std::uint32_t FlashSpace::open(std::uint32_t superblock, bool boosted) {
  Superblock& s = superblocks_[superblock];
  s.state = State::open;
  s.opened = true;
  s.boosted = boosted;
  s.invalid = s.room = s.unprogrammed = geometry_.superblock_blocks;
  return superblock;
}

std::uint32_t FlashSpace::fill(std::uint32_t superblock, BlockNumber block) {
  Superblock& s = superblocks_[superblock];
  ensure(s.state == State::open && s.room > 0, "flash: an open superblock with room is filled");
  const std::uint32_t offset = geometry_.superblock_blocks - s.room--;
  residents_[place(superblock, offset)] = block;
  return offset;
}

std::uint32_t FlashSpace::fill(std::uint32_t superblock, BlockNumber first, std::uint32_t count) {
  Superblock& s = superblocks_[superblock];
  ensure(s.state == State::open && count <= s.room, "flash: an open superblock with room is filled");
  const std::uint32_t offset = geometry_.superblock_blocks - s.room;
  const std::size_t next = place(superblock, offset);
  for (std::uint32_t i = 0; i < count; ++i) residents_[next + i] = first + i;
  s.room -= count;
  return offset;
}

void FlashSpace::gain(std::uint32_t superblock, std::uint32_t count) {
  superblocks_[superblock].invalid -= count;
  live_ += count;
}

void FlashSpace::lose(std::uint32_t superblock, std::uint32_t count) {
  Superblock& s = superblocks_[superblock];
  ensure(s.invalid + count <= geometry_.superblock_blocks,
         "flash: a block is lost from a superblock that holds valid blocks");
  if (s.state == State::closed) unlink(superblock);
  s.invalid += count;
  live_ -= count;
  if (s.state == State::closed) link(superblock);
}

void FlashSpace::unit_programmed(std::uint32_t superblock) {
  Superblock& s = superblocks_[superblock];
  const std::uint32_t unit = geometry_.unit(s.boosted);
  ensure(s.unprogrammed >= s.room + unit, "flash: only filled units are programmed");
  s.unprogrammed -= unit;
  if (s.boosted || s.unprogrammed > 0) return;
  s.state = State::closed;
  if (victims_) victims_->close(superblock);
  link(superblock);
}

std::uint32_t FlashSpace::fewest_valid() {
  while (fewest_ < geometry_.superblock_blocks && heads_[fewest_] == 0) ++fewest_;
  return fewest_ == geometry_.superblock_blocks ? none : heads_[fewest_] - 1;
}

std::uint32_t FlashSpace::take_victim() {
  const std::uint32_t superblock = victims_ ? victims_->choose() : fewest_valid();
  if (superblock != none) take(superblock);
  return superblock;
}

void FlashSpace::take_boosted(std::uint32_t superblock) {
  Superblock& s = superblocks_[superblock];
  ensure(s.boosted && s.state == State::open && all_programmed(superblock),
         "flash: a superblock in SLC mode moves when all of it is programmed");
  s.state = State::victim;
}

void FlashSpace::erased(std::uint32_t superblock, bool retired) {
  Superblock& s = superblocks_[superblock];
  ensure(s.state == State::victim && s.invalid == geometry_.superblock_blocks,
         "flash: only victims without valid blocks are erased");
  s.state = retired ? State::retired : State::free;
  if (retired) return;
  if (!s.boosted) return erased_.push(superblock);
  ++booster_free_;
  if (geometry_.own_booster_superblocks == 0) {
    --pool_;
    erased_.push(superblock);
  } else {
    erased_boosters_.push(superblock);
  }
}

void FlashSpace::link(std::uint32_t superblock) {
  Superblock& s = superblocks_[superblock];
  if (s.invalid == 0) return;
  const std::uint32_t valid = geometry_.superblock_blocks - s.invalid;
  if (victims_) return victims_->add(superblock, valid);
  s.previous = none;
  s.next = heads_[valid] - 1;  // 0 becomes none
  if (s.next != none) superblocks_[s.next].previous = superblock;
  heads_[valid] = superblock + 1;
  fewest_ = std::min(fewest_, valid);
}

void FlashSpace::unlink(std::uint32_t superblock) {
  Superblock& s = superblocks_[superblock];
  if (s.invalid == 0) return;
  if (victims_) return victims_->remove(superblock);
  if (s.previous == none) {
    heads_[geometry_.superblock_blocks - s.invalid] = s.next + 1;
  } else {
    superblocks_[s.previous].next = s.next;
  }
  if (s.next != none) superblocks_[s.next].previous = s.previous;
}

}  // namespace icesim
