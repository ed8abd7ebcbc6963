// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/flash/flash_mover.hpp"

namespace icesim {

/// Garbage collection, die by die: moves the valid blocks of the superblock with the fewest of them, or of the one that
/// another policy prefers (FlashVictims), and erases it.
///
/// Works on a die while its free superblocks, and those that only wait for their moved blocks to be programmed, are at
/// most `gc_threshold`; moving and erasing see FlashMover. When the host gets no superblock and all drained ones wait for
/// one unit, that unit is padded, if they hold more than the padding.
///
/// When it has nothing else to do, static levelling (FlashWear) has it move a superblock without holes.
///
/// **Always ends**, and a block that waits for a place gets one, whatever the shape of the flash. Let S be the blocks of
/// a superblock and count as open what is not filled: S for each superblock that is free, drained or being erased, and
/// what is left of the target.
/// - Each victim has a hole, so moving it costs open blocks less than its erase gives back, and it fits: the host never
///   gets the last free superblock (`reserve`), and when the target has taken it, what is left there is more than what is
///   left in the victim.
/// - Superblocks that fail are given up only where two others are free, which is all that a victim may need, and only as many
///   as FlashGeometry::live_limit does not count.
/// - What static levelling moves costs as many open blocks as its erase gives back. It begins with two superblocks that are
///   free, or become so, and so it fits like a victim; one follows another only when a superblock is erased more often than
///   any before, and that is only bounded together with what the host writes: it cannot go on by itself, since what it
///   erases lags behind.
/// - Padding takes less from the drained superblocks it releases than they give: of two, the second has all its moved
///   blocks in the unit that is padded, so S and the first one's holes are gained for less than a unit; one alone is
///   asked. So without help from the host the open blocks only grow, and collection stops: it cannot keep a die, although
///   it goes before the host's programs there.
/// - Say it stops with one free superblock at most, on a die on which no program of the host is left. Had it enough for
///   `gc_threshold` (2 or more), two would be drained, and padding would help. Else all but three superblocks are closed
///   and entirely valid: a free one, the target, and one that is drained and not worth the padding; with hot blocks apart
///   (FlashTranslation) a fourth, that is open for the others, and one superblock more is spare. That is (spare - 3) / 2
///   superblocks above FlashGeometry::live_limit, more than two, and a die is above its limit by less than a unit, or two. So it stops with two free ones or more, and the host gets one.
/// - Not all dies are at their limit, since it is above their share of the capacity.
class FlashCollector {
 public:
  /// Free superblocks that the host never gets.
  static constexpr std::uint32_t reserve = 1;

  FlashCollector(const FlashArrayConfig& config, const FlashGeometry& geometry, FlashMap& map, FlashDies& dies,
                 FlashStatistics& statistics, FlashWear* wear = nullptr);

  /// Moves to a superblock first that is delivered open.
  void adopt(std::uint32_t die, std::uint32_t target) { mover_.adopt(die, target); }
  /// Starts or continues collection where needed; called whenever a die lost a valid or a free block.
  void check(std::uint32_t die);
  /// True when check() does nothing, whatever valid blocks the die loses.
  bool rests(std::uint32_t die) const {
    return mover_.reads(die) || (!mover_.has_victim(die) && has_enough(die) && ahead_ == 0 && !wants_levelling(die));
  }
  /// Collects for so many superblocks more on each die that has holes for three: more than those that are open can have.
  void collect_ahead(std::uint32_t superblocks);
  bool works(std::uint32_t die) const { return mover_.reads(die) || mover_.has_victim(die); }
  /// Whether the die collects for so many more.
  bool collects_for(std::uint32_t die, std::uint32_t more) const { return coming(die) <= threshold_ + more && gains(die); }
  bool goes_first(std::uint32_t die) const { return always_first_ || map_.space(die).free() <= reserve; }
  /// Ends a gc_read, gc_program or erase.
  void finished(std::uint32_t die, const FlashOperation& operation);

 private:
  bool has_enough(std::uint32_t die) const {
    return coming(die) > threshold_ && (ahead_ == 0 || !collects_for(die, ahead_));
  }
  bool wants_levelling(std::uint32_t die) const { return wear_ != nullptr && wear_->wants_levelling(die); }
  std::uint32_t lagging(std::uint32_t die);
  bool retires(std::uint32_t die, std::uint32_t superblock);
  std::uint64_t coming(std::uint32_t die) const { return map_.space(die).free() + mover_.erasing(die) + mover_.drained(die); }
  bool gains(std::uint32_t die) const;
  bool padding_gains(std::uint32_t die) const;

  const FlashGeometry& geometry_;
  FlashMap& map_;
  FlashStatistics& statistics_;
  FlashWear* wear_;
  std::uint64_t threshold_;
  std::uint32_t ahead_ = 0;
  bool always_first_;
  FlashMover mover_;
};

}  // namespace icesim
