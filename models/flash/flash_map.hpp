// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/zeroed_array.hpp"
#include "models/flash/delivered/random_fill.hpp"
#include "models/flash/flash_space.hpp"

#include <vector>

namespace icesim {

/// Where every logical block lies, in a table that takes memory only where something differs from the delivered state.
///
/// Keeps the valid counts of the superblocks (FlashSpace) in step with itself.
class FlashMap {
 public:
  enum class Where : std::uint8_t { flash, waiting, nowhere };
  struct Found {
    Where where;
    FlashPlace place;       ///< of Where::flash: place of the block, programmed or on its way
    std::uint32_t waiting;  ///< of Where::waiting: what await() was given
  };

  /// `random` says what was delivered where, unless it is null.
  FlashMap(const FlashArrayConfig& config, const FlashGeometry& geometry, const FlashRandomFill* random = nullptr,
           const FlashWear* wear = nullptr);

  FlashSpace& space(std::uint32_t die) { return spaces_[die]; }
  const FlashSpace& space(std::uint32_t die) const { return spaces_[die]; }

  Found find(BlockNumber block) const;
  bool lies_at(BlockNumber block, const FlashPlace& place) const;
  /// Blocks from `block` on, itself among them and `most` at most, that lie one behind the other, where those delivered
  /// behind it were; `most` leads no further than the end of its row.
  std::uint32_t one_behind_the_other(BlockNumber block, std::uint32_t most) const;

  /// Blocks from `block` on that lie in one superblock, or in none: then `die` is FlashSpace::none.
  struct Group {
    std::uint32_t die;
    std::uint32_t superblock;
    std::uint32_t count;
  };
  /// The group that begins with `block`, of `most` blocks at most.
  Group group(BlockNumber block, std::uint32_t most) const;
  /// Moves a group to places one behind the other.
  void put(BlockNumber first, const Group& from, const FlashPlace& place);

  // Each change returns the die that lost a valid block, or FlashSpace::none.
  std::uint32_t put(BlockNumber block, const FlashPlace& place);
  /// Notes that the block waits in the write buffer without a place, as number `index` there.
  std::uint32_t await(BlockNumber block, std::uint32_t index);
  std::uint32_t forget(BlockNumber block);

 private:
  static constexpr BlockNumber home = 0;
  static constexpr BlockNumber unmapped = 1;
  static constexpr BlockNumber first_place = 2;

  std::uint32_t replace(BlockNumber block, BlockNumber entry);
  FlashPlace home_of(BlockNumber block) const { return random_ ? random_->place(block) : geometry_.home(block); }

  const FlashGeometry& geometry_;
  const FlashRandomFill* random_;
  BlockNumber first_waiting_;
  std::vector<FlashSpace> spaces_;
  ZeroedArray<BlockNumber> entries_;  ///< `home`, `unmapped`, a place, or a number in the write buffer
};

}  // namespace icesim
