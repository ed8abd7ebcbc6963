// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/zeroed_array.hpp"
#include "models/flash/flash_config.hpp"

#include <cstdint>
#include <set>
#include <tuple>

namespace icesim {

/// The closed superblocks of one die that have a hole, in the order in which a policy other than greedy asks for them.
///
/// - fifo: the one that has been closed for longest;
/// - windowed: of the `window` that have been closed for longest the one with the fewest valid blocks;
/// - cost_benefit: the largest age * (1 - u) / 2u, where u is the share of its blocks that are valid, and its age how many
///   superblocks of the die were closed since, itself among them.
/// Of equal ones the one that was closed first, and of those that were delivered closed the one with the lowest number.
/// For `window` = 1 windowed is fifo, and greedy when it is larger than the die.
///
/// **Spec**: [victim-policies].
class FlashVictims {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  FlashVictims(GcVictim policy, std::uint64_t window, std::uint32_t superblocks, std::uint32_t superblock_blocks);

  /// Notes that a superblock is closed now; those of which it is never said were delivered so.
  void close(std::uint32_t superblock) { closed_[superblock] = ++closings_; }
  /// A closed superblock has `valid` valid blocks.
  void add(std::uint32_t superblock, std::uint32_t valid);
  void remove(std::uint32_t superblock);
  /// The one that is collected next, or none.
  std::uint32_t choose() const;

 private:
  /// Valid blocks, only of cost_benefit; as how manieth of the die it was closed; and its number.
  using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;

  Key key(std::uint32_t superblock) const;
  std::uint32_t valid(std::uint32_t superblock) const { return superblock_blocks_ - invalid_[superblock]; }
  std::uint32_t fewest_of_window() const;
  std::uint32_t most_benefit() const;

  GcVictim policy_;
  std::uint64_t window_;
  std::uint32_t superblock_blocks_;
  std::uint32_t closings_ = 0;
  ZeroedArray<std::uint32_t> closed_;
  ZeroedArray<std::uint32_t> invalid_;  ///< blocks; 0 of those that were not added
  std::set<Key> order_;
};

}  // namespace icesim
