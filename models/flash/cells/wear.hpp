// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/zeroed_array.hpp"
#include "models/flash/flash_geometry.hpp"

#include <vector>

namespace icesim {

/// How often each superblock has been erased, and what follows. Erases in SLC mode do not count here, and those superblocks
/// that are never in another one are not among these.
///
/// Counts in constant time: of how many superblocks have as many erases, too, so that fewest and most are known.
///
/// **Static levelling** Whenever a superblock has been erased more often than any other of its die before, the full one that was
/// erased least often is moved, if that is `static_gap` less often, or still less; as soon as collection has nothing to do.
///
/// **Bad superblocks** Those that are delivered bad are missing from the over-provisioned ones. An erase fails with
/// bad_ppm_per_thousand_erases by the erases of the superblock, in proportion; a superblock whose erase failed is not used
/// any more, unless no two others of its die are free: then it is erased again. A die can do without as many as it has
/// over-provisioned beyond what its collection must have: those are its spares. When they have gone, what fails is used on,
/// and counted as unreplaced: a device would take no more writes from then on. Superblocks in SLC mode do not fail.
class FlashWear {
 public:
  FlashWear(const FlashWearConfig& config, const FlashGeometry& geometry, FlashWearStatistics& statistics);

  std::uint64_t erases(std::uint32_t die, std::uint32_t superblock) const {
    return delivered_ + erases_[std::size_t{die} * superblocks_ + superblock];
  }
  void erased(std::uint32_t die, std::uint32_t superblock);
  /// Whether a superblock is not used any more; asked once after each of its erases.
  bool retires(std::uint32_t die, std::uint32_t superblock);
  /// Superblocks of the die that are not used any more.
  std::uint32_t retired(std::uint32_t die) const { return dies_[die].retired; }
  bool dynamic() const { return config_.levelling != FlashLevelling::none; }
  /// Whether a superblock of the die is to be moved, if one lags behind.
  bool wants_levelling(std::uint32_t die) const { return dies_[die].wants_levelling; }
  /// Looked for one; `erases` are those of the full superblock that has the fewest. Returns whether it is moved.
  bool levels(std::uint32_t die, std::uint64_t erases);

 private:
  struct Die {
    std::uint64_t most_erases = 0;
    std::uint32_t retired = 0;
    bool wants_levelling = false;
  };

  FlashWearConfig config_;
  std::uint64_t delivered_;
  std::uint32_t superblocks_;  ///< of a die
  std::uint32_t spares_;       ///< of a die
  std::vector<Die> dies_;
  std::uint64_t all_;
  std::uint64_t sum_ = 0;
  std::uint32_t fewest_ = 0;
  ZeroedArray<std::uint32_t> erases_;
  std::vector<std::uint64_t> with_;  ///< superblocks by number of erases since the delivery
  FlashWearStatistics& statistics_;
};

}  // namespace icesim
