// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/flash/delivered/index_permutation.hpp"
#include "models/flash/flash_geometry.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// Where each block lies on a device that was written in order up to `delivered_blocks` and then overwritten block by block
/// at random, for so long that it makes no difference any more, and has had time to collect.
///
/// How many blocks of each superblock are valid comes from a die written so by counts alone (SteadyState), one of at most
/// 256 superblocks of 1024 blocks; a larger die has the same share of free space, and counts in between. Which blocks these
/// are, and where in the superblock, is computed for each block when it is asked for. Takes memory for the superblocks only,
/// 12 bytes each.
class FlashRandomFill {
 public:
  FlashRandomFill(const FlashArrayConfig& config, const FlashGeometry& geometry);

  struct Superblock {
    std::uint32_t filled;  ///< blocks
    std::uint32_t valid;   ///< of them
  };
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  /// Superblocks of a die that are not full, or none.
  struct Open {
    std::uint32_t host = none;
    std::uint32_t collection = none;
  };
  /// The first `used` superblocks of a die are not free.
  std::uint32_t used(std::uint32_t die) const { return first_of_[die + 1] - first_of_[die]; }
  const Superblock& superblock(std::uint32_t die, std::uint32_t superblock) const {
    return superblocks_[first_of_[die] + superblock];
  }
  const Open& open(std::uint32_t die) const { return open_[die]; }
  /// Where a block below `delivered_blocks` lies.
  FlashPlace place(BlockNumber block) const;
  /// The block that lies at a place of a used superblock, or no_block.
  BlockNumber resident(const FlashPlace& place) const;

 private:
  IndexPermutation places_in(std::size_t superblock) const {
    return {superblocks_[superblock].filled, 0xd1e5u + superblock};
  }

  std::vector<std::uint32_t> first_of_;     ///< number of a die's first superblock among all that are used
  std::vector<Open> open_;                  ///< by die
  std::vector<Superblock> superblocks_;     ///< all that are used
  std::vector<std::uint32_t> first_valid_;  ///< valid blocks of all superblocks before
  IndexPermutation blocks_;
};

}  // namespace icesim
