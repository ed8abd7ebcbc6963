// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_space.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {

FlashSpace::FlashSpace(const FlashGeometry& geometry, std::uint32_t die)
    : geometry_(geometry),
      die_(die),
      fewest_(geometry.superblock_blocks),
      superblocks_(geometry.superblocks),
      residents_(std::size_t{geometry.superblocks} * geometry.superblock_blocks),
      buckets_(geometry.superblock_blocks, none) {
  for (std::uint32_t s = 0; s < geometry.superblocks; ++s) {
    const std::uint32_t valid = delivered_blocks(s);
    if (valid == 0) {
      free_.push(s);
      continue;
    }
    Superblock& superblock = superblocks_[s];
    superblock.state = State::closed;
    superblock.delivered = true;
    superblock.valid = valid;
    superblock.filled = superblock.programmed = geometry.superblock_blocks;
    live_ += valid;
    link(s);
  }
}

std::uint32_t FlashSpace::delivered_blocks(std::uint32_t superblock) const {
  if (superblock >= geometry_.home_superblocks) return 0;
  if (superblock + 1 < geometry_.home_superblocks) return geometry_.superblock_blocks;
  // Residents lie in the order of their places: those that exist come first.
  std::uint32_t count = 0;
  for (std::uint32_t above = geometry_.superblock_blocks; count < above;) {
    const std::uint32_t middle = (count + above) / 2;
    if (geometry_.resident({die_, superblock, middle}) == no_block) {
      above = middle;
    } else {
      count = middle + 1;
    }
  }
  return count;
}

std::uint32_t FlashSpace::open() {
  ensure(!free_.empty(), "flash: a superblock is opened when one is free");
  const std::uint32_t superblock = free_.front();
  free_.pop();
  superblocks_[superblock].state = State::open;
  return superblock;
}

std::uint32_t FlashSpace::fill(std::uint32_t superblock, BlockNumber block) {
  Superblock& s = superblocks_[superblock];
  ensure(s.state == State::open && s.filled < geometry_.superblock_blocks,
         "flash: an open superblock with room is filled");
  residents_[place(superblock, s.filled)] = block;
  return s.filled++;
}

std::uint32_t FlashSpace::fill(std::uint32_t superblock, BlockNumber first, std::uint32_t count) {
  Superblock& s = superblocks_[superblock];
  ensure(s.state == State::open && count <= geometry_.superblock_blocks - s.filled,
         "flash: an open superblock with room is filled");
  const std::size_t next = place(superblock, s.filled);
  for (std::uint32_t i = 0; i < count; ++i) residents_[next + i] = first + i;
  s.filled += count;
  return s.filled - count;
}

void FlashSpace::gain(std::uint32_t superblock, std::uint32_t count) {
  superblocks_[superblock].valid += count;
  live_ += count;
}

void FlashSpace::lose(std::uint32_t superblock, std::uint32_t count) {
  Superblock& s = superblocks_[superblock];
  ensure(s.valid >= count, "flash: a block is lost from a superblock that holds valid blocks");
  if (s.state == State::closed) unlink(superblock);
  s.valid -= count;
  live_ -= count;
  if (s.state == State::closed) link(superblock);
}

void FlashSpace::unit_programmed(std::uint32_t superblock) {
  Superblock& s = superblocks_[superblock];
  s.programmed += geometry_.unit_blocks;
  ensure(s.programmed <= s.filled, "flash: only filled units are programmed");
  if (s.programmed < geometry_.superblock_blocks) return;
  s.state = State::closed;
  link(superblock);
}

std::uint32_t FlashSpace::take_victim() {
  while (fewest_ < geometry_.superblock_blocks && buckets_[fewest_] == none) ++fewest_;
  if (fewest_ == geometry_.superblock_blocks) return none;
  const std::uint32_t superblock = buckets_[fewest_];
  unlink(superblock);
  superblocks_[superblock].state = State::victim;
  return superblock;
}

void FlashSpace::erased(std::uint32_t superblock) {
  Superblock& s = superblocks_[superblock];
  ensure(s.state == State::victim && s.valid == 0, "flash: only victims without valid blocks are erased");
  s.state = State::free;
  s.delivered = false;
  s.filled = s.programmed = 0;
  free_.push(superblock);
}

void FlashSpace::link(std::uint32_t superblock) {
  Superblock& s = superblocks_[superblock];
  if (s.valid == geometry_.superblock_blocks) return;
  s.previous = none;
  s.next = buckets_[s.valid];
  if (s.next != none) superblocks_[s.next].previous = superblock;
  buckets_[s.valid] = superblock;
  fewest_ = std::min(fewest_, s.valid);
}

void FlashSpace::unlink(std::uint32_t superblock) {
  Superblock& s = superblocks_[superblock];
  if (s.valid == geometry_.superblock_blocks) return;
  (s.previous == none ? buckets_[s.valid] : superblocks_[s.previous].next) = s.next;
  if (s.next != none) superblocks_[s.next].previous = s.previous;
}

}  // namespace icesim
