// SPDX-License-Identifier: Apache-2.0
#include "models/flash/delivered/steady_state.hpp"

#include <algorithm>

namespace icesim {

SteadyState::SteadyState(const Shape& shape) : shape_(shape), superblocks_(shape.superblocks) {
  if (shape.gc_victim != GcVictim::greedy)
    victims_ = std::make_unique<FlashVictims>(shape.gc_victim, shape.gc_window, shape.superblocks, shape.superblock_blocks);
  for (std::uint32_t i = shape.superblocks; i-- > 0;) free_.push_back(i);
  for (std::uint32_t left = shape.live; left > 0;) {
    std::uint32_t superblock = open();
    const std::uint32_t blocks = std::min(left, shape.superblock_blocks);
    superblocks_[superblock].filled = shape.superblock_blocks;
    superblocks_[superblock].valid = blocks;
    if (victims_) victims_->add(superblock, blocks);
    left -= blocks;
  }
}

std::uint32_t SteadyState::open() {
  const std::uint32_t superblock = free_.back();
  free_.pop_back();
  superblocks_[superblock] = {0, 0, ++opened_};
  return superblock;
}

/// Fills a superblock, another one where it is full; of the blocks as many as `valid` count, or all.
void SteadyState::fill(std::uint32_t& superblock, std::uint32_t blocks, std::uint32_t valid) {
  while (blocks > 0) {
    if (superblock == none) superblock = open();
    Superblock& s = superblocks_[superblock];
    const std::uint32_t part = std::min(blocks, shape_.superblock_blocks - s.filled);
    s.filled += part;
    s.valid += std::min(part, valid);
    valid -= std::min(part, valid);
    blocks -= part;
    if (s.filled < shape_.superblock_blocks) continue;
    if (victims_) victims_->close(superblock);
    if (victims_) victims_->add(superblock, s.valid);
    superblock = none;
  }
}

/// Takes a valid block, one as likely as another; there are `valid` of them.
void SteadyState::lose_one(std::uint32_t valid) {
  if (valid < shape_.superblocks * std::uint64_t{shape_.superblock_blocks} / 16) {
    // Few of them: counting to the one takes less than finding one by chance.
    std::uint32_t superblock = 0;
    for (std::uint64_t left = random_.below(valid); left >= superblocks_[superblock].valid; ++superblock)
      left -= superblocks_[superblock].valid;
    return lose_of(superblock);
  }
  for (;;) {
    const auto superblock = static_cast<std::uint32_t>(random_.below(shape_.superblocks));
    if (random_.below(shape_.superblock_blocks) < superblocks_[superblock].valid) return lose_of(superblock);
  }
}

void SteadyState::lose_of(std::uint32_t superblock) {
  Superblock& s = superblocks_[superblock];
  --s.valid;
  if (!victims_ || s.filled < shape_.superblock_blocks) return;
  victims_->remove(superblock);
  victims_->add(superblock, s.valid);
}

void SteadyState::overwrite(std::uint64_t blocks) {
  if (shape_.live == 0) return;
  for (std::uint64_t written = 0; written < blocks; written += shape_.unit_blocks) {
    const std::uint32_t unit = std::min(shape_.unit_blocks, shape_.live);
    for (std::uint32_t i = 0; i < unit; ++i) lose_one(shape_.live - i);
    fill(host_, shape_.unit_blocks, unit);
    collect();
  }
}

std::uint32_t SteadyState::next_victim() const {
  if (victims_) return victims_->choose();
  std::uint32_t victim = none, fewest = shape_.superblock_blocks;
  for (std::uint32_t i = 0; i < shape_.superblocks; ++i) {
    const Superblock& s = superblocks_[i];
    if (s.opened == 0 || i == host_ || i == target_ || s.valid >= fewest) continue;
    victim = i;
    fewest = s.valid;
  }
  return victim;
}

void SteadyState::collect() {
  while (free_.size() <= shape_.gc_threshold) {
    const std::uint32_t victim = next_victim();
    if (victim == none) return;
    const std::uint32_t moved = superblocks_[victim].valid;
    if (victims_) victims_->remove(victim);
    superblocks_[victim] = {};
    // What is moved finds room: the victim is free only then.
    fill(target_, moved, moved);
    free_.insert(free_.begin(), victim);
  }
}

SteadyState::Snapshot SteadyState::snapshot() const {
  Snapshot snapshot;
  for (std::uint32_t i = 0; i < shape_.superblocks; ++i) {
    const Superblock& s = superblocks_[i];
    if (i == target_) {
      snapshot.target = s;
    } else if (i == host_) {
      snapshot.host = s;
    } else if (s.opened > 0) {
      snapshot.closed.push_back(s);
    }
  }
  std::sort(snapshot.closed.begin(), snapshot.closed.end(),
            [](const Superblock& a, const Superblock& b) { return a.opened < b.opened; });
  return snapshot;
}

}  // namespace icesim
