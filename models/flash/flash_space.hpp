// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/ring.hpp"
#include "models/base/zeroed_array.hpp"
#include "models/flash/flash_geometry.hpp"

#include <vector>

namespace icesim {

/// The superblocks of one die: which are free, how many valid blocks each holds, and what lies where.
///
/// A superblock is free, then open (filled and programmed in order), closed when its last unit is programmed, and a
/// victim while it is collected. The reverse map is held only of superblocks that were opened; for delivered ones it is
/// a function.
class FlashSpace {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  FlashSpace(const FlashGeometry& geometry, std::uint32_t die);

  std::uint32_t free() const { return static_cast<std::uint32_t>(free_.size()); }
  std::uint32_t live() const { return live_; }
  std::uint32_t valid(std::uint32_t superblock) const { return superblocks_[superblock].valid; }
  /// Blocks of the superblock that are filled.
  std::uint32_t filled(std::uint32_t superblock) const { return superblocks_[superblock].filled; }
  /// The logical block that was written to a place; whether it still lives there only the map knows.
  BlockNumber resident(std::uint32_t superblock, std::uint32_t offset) const {
    const Superblock& s = superblocks_[superblock];
    return s.delivered ? geometry_.resident({die_, superblock, offset}) : residents_[place(superblock, offset)];
  }
  bool programmed(std::uint32_t superblock, std::uint32_t offset) const {
    return offset < superblocks_[superblock].programmed;
  }

  /// Takes a free superblock, the one that has been free for longest.
  std::uint32_t open();
  /// Fills the next block; `block` no_block pads. Returns the offset.
  std::uint32_t fill(std::uint32_t superblock, BlockNumber block);
  /// Fills the next `count` blocks with logical ones from `first` on. Returns the first one's offset.
  std::uint32_t fill(std::uint32_t superblock, BlockNumber first, std::uint32_t count);
  /// Counts `count` blocks of the superblock as valid, or no longer.
  void gain(std::uint32_t superblock, std::uint32_t count = 1);
  void lose(std::uint32_t superblock, std::uint32_t count = 1);
  /// Notes that the next unit is programmed.
  void unit_programmed(std::uint32_t superblock);
  /// Takes the closed superblock with the fewest valid blocks, or none when all are entirely valid.
  std::uint32_t take_victim();
  void erased(std::uint32_t superblock);

 private:
  enum class State : std::uint8_t { free, open, closed, victim };
  struct Superblock {
    State state = State::free;
    bool delivered = false;
    std::uint32_t valid = 0;
    std::uint32_t filled = 0;
    std::uint32_t programmed = 0;
    std::uint32_t next = none;
    std::uint32_t previous = none;
  };

  std::size_t place(std::uint32_t superblock, std::uint32_t offset) const {
    return std::size_t{superblock} * geometry_.superblock_blocks + offset;
  }
  std::uint32_t delivered_blocks(std::uint32_t superblock) const;
  void link(std::uint32_t superblock);
  void unlink(std::uint32_t superblock);

  const FlashGeometry& geometry_;
  std::uint32_t die_;
  std::uint32_t live_ = 0;
  std::uint32_t fewest_;  ///< no bucket below it holds anything
  std::vector<Superblock> superblocks_;
  ZeroedArray<BlockNumber> residents_;  ///< the logical block that was written to each place
  std::vector<std::uint32_t> buckets_;  ///< closed superblocks by number of valid blocks
  Ring<std::uint32_t> free_;
};

}  // namespace icesim
