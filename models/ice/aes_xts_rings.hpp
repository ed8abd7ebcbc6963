// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

namespace icesim {

/// The entries of partly unrolled cores, to which blocks go in turn. The registers of a core form a ring through its
/// round stages: one of its P = `positions` passes the entry in each cycle, and a block keeps its register for some
/// turns.
///
/// **Timing**: a block that enters at cycle x and makes k turns keeps cycles x + P, x + 2P, ... x + (k-1)P from other
/// blocks of that core; x itself belongs to one block.
/// **Spec**: [aes-cost-model].
class AesXtsRings {
 public:
  AesXtsRings() = default;
  AesXtsRings(std::uint64_t cores, std::uint64_t positions) : positions_(positions), free_(cores * positions) {}

  /// First cycle, `earliest` or later, in which the next block can enter.
  std::uint64_t entry(std::uint64_t earliest) const {
    std::uint64_t position = earliest % positions_;
    while (free_[core_ + position] > earliest) {
      ++earliest;
      if (++position == positions_) position = 0;
    }
    return earliest;
  }

  /// The next block enters at cycle `x` of entry() and makes `turns` turns; the block after it goes to the next core.
  void enter(std::uint64_t x, std::uint64_t turns) {
    free_[core_ + x % positions_] = x + turns * positions_;
    core_ += positions_;
    if (core_ == free_.size()) core_ = 0;
  }

  /// Cycle k of the clock is cycle `to` of another one from then on: what goes round goes on.
  void change_clock(std::uint64_t k, std::uint64_t to) {
    std::vector<std::uint64_t> moved(free_.size());
    for (std::uint64_t place = 0; place < free_.size(); ++place) {
      const std::uint64_t core = place - place % positions_, free = free_[place];
      if (free > k) moved[core + (free - k + to) % positions_] = free - k + to;
    }
    free_ = std::move(moved);
  }

 private:
  std::uint64_t positions_ = 1;
  std::vector<std::uint64_t> free_;  ///< by core and position: the cycle from which on it is free
  std::uint64_t core_ = 0;           ///< where those of the next core begin
};

}  // namespace icesim
