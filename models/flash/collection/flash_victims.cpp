// SPDX-License-Identifier: Apache-2.0
#include "models/flash/collection/flash_victims.hpp"

#include "icesim/base/wide.hpp"

namespace icesim {

FlashVictims::FlashVictims(GcVictim policy, std::uint64_t window, std::uint32_t superblocks,
                           std::uint32_t superblock_blocks)
    : policy_(policy),
      window_(window),
      superblock_blocks_(superblock_blocks),
      closed_(superblocks),
      invalid_(superblocks) {}

FlashVictims::Key FlashVictims::key(std::uint32_t superblock) const {
  return {policy_ == GcVictim::cost_benefit ? valid(superblock) : 0, closed_[superblock], superblock};
}

void FlashVictims::add(std::uint32_t superblock, std::uint32_t valid) {
  invalid_[superblock] = superblock_blocks_ - valid;
  if (valid < superblock_blocks_) order_.insert(key(superblock));
}

void FlashVictims::remove(std::uint32_t superblock) {
  if (invalid_[superblock] > 0) order_.erase(key(superblock));
  invalid_[superblock] = 0;
}

std::uint32_t FlashVictims::choose() const {
  if (order_.empty()) return none;
  if (policy_ == GcVictim::cost_benefit) return most_benefit();
  return policy_ == GcVictim::windowed ? fewest_of_window() : std::get<2>(*order_.begin());
}

std::uint32_t FlashVictims::fewest_of_window() const {
  std::uint32_t best = none, fewest = superblock_blocks_;
  std::uint64_t left = window_;
  for (auto each = order_.begin(); each != order_.end() && left > 0; ++each, --left) {
    const std::uint32_t superblock = std::get<2>(*each);
    if (valid(superblock) >= fewest) continue;
    best = superblock;
    fewest = valid(superblock);
  }
  return best;
}

/// Of as many valid blocks the oldest one is best: one candidate for each number of them.
std::uint32_t FlashVictims::most_benefit() const {
  std::uint32_t best = none, best_valid = 0, best_closed = 0;
  Wide best_gain = 0;
  for (auto each = order_.begin(); each != order_.end();) {
    const auto [valid, closed, superblock] = *each;
    const Wide gain = Wide{closings_ - closed + 1} * (superblock_blocks_ - valid);
    // gain / valid is compared; one without valid blocks costs nothing, and is the first to come.
    const Wide is = gain * best_valid, was = best_gain * valid;
    if (best == none || is > was || (is == was && best_valid > 0 && closed < best_closed)) {
      best = superblock;
      best_valid = valid;
      best_closed = closed;
      best_gain = gain;
    }
    if (valid == 0) break;
    each = order_.lower_bound({valid + 1, 0, 0});
  }
  return best;
}

}  // namespace icesim
