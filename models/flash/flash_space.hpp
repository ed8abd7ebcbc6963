// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/ring.hpp"
#include "models/base/zeroed_array.hpp"
#include "models/flash/cells/wear.hpp"
#include "models/flash/collection/flash_victims.hpp"
#include "models/flash/delivered/random_fill.hpp"

#include <memory>

namespace icesim {

/// The superblocks of one die: which are free, how many valid blocks each holds, and what lies where.
///
/// A superblock is free, then open (filled and programmed in order), closed when its last unit is programmed, and a
/// victim while it is collected. One that is opened boosted is in SLC mode until it is erased: it has fewer blocks, and
/// collection does not see it. Whatever is said of a superblock is said by how it differs from a delivered one, which
/// is closed and entirely valid: a die takes memory for superblocks that were opened or lost blocks, and for no others. Of a
/// device that is delivered overwritten at random all of them have, and one or two of a die may be delivered open.
class FlashSpace {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  FlashSpace(const FlashGeometry& geometry, std::uint32_t die, const FlashRandomFill* random = nullptr,
             std::unique_ptr<FlashVictims> victims = nullptr, const FlashWear* wear = nullptr);

  /// Superblocks that are free; those that the booster may still take are not among them.
  std::uint32_t free() const { return pool_ - fresh_ + static_cast<std::uint32_t>(erased_.size()); }
  /// Superblocks that can be opened boosted.
  std::uint32_t booster_free() const { return booster_free_; }
  std::uint32_t live() const { return live_; }
  std::uint32_t valid(std::uint32_t superblock) const {
    const Superblock& s = superblocks_[superblock];
    return superblock < fresh_ || s.opened ? geometry_.superblock_blocks - s.invalid : 0;
  }
  /// Blocks of an opened superblock that are filled.
  std::uint32_t filled(std::uint32_t superblock) const {
    return geometry_.superblock_blocks - superblocks_[superblock].room;
  }
  /// The logical block that was written to a place; whether it still lives there only the map knows.
  BlockNumber resident(std::uint32_t superblock, std::uint32_t offset) const {
    const Superblock& s = superblocks_[superblock];
    return s.opened ? residents_[place(superblock, offset)] : delivered(superblock, offset);
  }
  bool programmed(std::uint32_t superblock, std::uint32_t offset) const {
    return offset + superblocks_[superblock].unprogrammed < geometry_.superblock_blocks;
  }

  bool boosted(std::uint32_t superblock) const { return superblocks_[superblock].boosted; }
  /// Whether all that is filled of an opened superblock is programmed.
  bool all_programmed(std::uint32_t superblock) const {
    return superblocks_[superblock].unprogrammed == superblocks_[superblock].room;
  }

  /// Takes a free superblock: one that was never opened, or the one that has been free for longest. Where wear is levelled
  /// that is the one that was erased least often, or for what has lain for some time, `cold`, most often.
  std::uint32_t open(bool cold = false);
  /// Takes one for the booster, in SLC mode.
  std::uint32_t open_boosted();
  /// Fills the next block; `block` no_block pads. Returns the offset.
  std::uint32_t fill(std::uint32_t superblock, BlockNumber block);
  /// Fills the next `count` blocks with logical ones from `first` on. Returns the first one's offset.
  std::uint32_t fill(std::uint32_t superblock, BlockNumber first, std::uint32_t count);
  /// Counts `count` blocks of the superblock as valid, or no longer.
  void gain(std::uint32_t superblock, std::uint32_t count = 1);
  void lose(std::uint32_t superblock, std::uint32_t count = 1);
  /// Notes that the next unit is programmed.
  void unit_programmed(std::uint32_t superblock);
  /// Takes the closed superblock with the fewest valid blocks, or the one that `victims` choose; none when all are entirely
  /// valid.
  std::uint32_t take_victim();
  /// Takes a superblock in SLC mode all of whose filled units are programmed; nothing more is filled in.
  void take_boosted(std::uint32_t superblock);
  /// A victim is free again, or out of use.
  void erased(std::uint32_t superblock, bool retired = false);
  /// The closed superblock, not in SLC mode, that was erased least often, or none; there is wear.
  std::uint32_t least_erased() const;
  /// Takes a closed superblock.
  void take(std::uint32_t superblock);

 private:
  enum class State : std::uint8_t { closed, free, open, victim, retired };
  /// All zero when it was delivered and nothing of it is lost.
  struct Superblock {
    State state;
    bool opened;
    bool boosted;
    std::uint32_t invalid;       ///< blocks, those not filled among them
    std::uint32_t room;          ///< blocks not filled
    std::uint32_t unprogrammed;  ///< blocks
    std::uint32_t next;
    std::uint32_t previous;
  };

  std::size_t place(std::uint32_t superblock, std::uint32_t offset) const {
    return std::size_t{superblock} * geometry_.superblock_blocks + offset;
  }
  void deliver_in_order();
  void deliver(const FlashRandomFill& random);
  BlockNumber delivered(std::uint32_t superblock, std::uint32_t offset) const {
    if (random_ == nullptr) return geometry_.resident({die_, superblock, offset});
    return offset < random_->superblock(die_, superblock).filled ? random_->resident({die_, superblock, offset})
                                                                : residents_[place(superblock, offset)];
  }
  std::uint32_t open(std::uint32_t superblock, bool boosted);
  std::uint32_t oldest_free(bool cold = false);
  std::uint32_t fewest_valid();
  void bring_forward(bool most_erased);
  std::uint32_t delivered_blocks(std::uint32_t superblock) const;
  void link(std::uint32_t superblock);
  void unlink(std::uint32_t superblock);

  const FlashGeometry& geometry_;
  std::uint32_t die_;
  const FlashRandomFill* random_;
  std::unique_ptr<FlashVictims> victims_;  ///< null: greedy
  const FlashWear* wear_;                  ///< null: it is not counted
  std::uint32_t live_ = 0;
  std::uint32_t fewest_;  ///< no bucket below it holds anything
  std::uint32_t fresh_ = 0;  ///< the first of those that have never been opened
  std::uint32_t pool_;       ///< superblocks less what is in SLC mode or kept for it
  std::uint32_t booster_free_;
  std::uint32_t fresh_booster_;  ///< like fresh_, of the booster's own
  ZeroedArray<Superblock> superblocks_;
  ZeroedArray<BlockNumber> residents_;  ///< the logical block that was written to each place
  ZeroedArray<std::uint32_t> heads_;    ///< by number of valid blocks: 1 + the first closed superblock, or 0
  Ring<std::uint32_t> erased_;
  Ring<std::uint32_t> erased_boosters_;  ///< of the booster's own
};

}  // namespace icesim
