// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/ring.hpp"
#include "models/flash/flash_die.hpp"
#include "models/flash/flash_map.hpp"

#include <vector>

namespace icesim {

/// Greedy garbage collection, die by die: moves the valid blocks of the superblock with the fewest of them, and erases
/// it.
///
/// Works on a die while its free superblocks, and those that only wait for their moved blocks to be programmed, are at
/// most `gc_threshold`. One read of a row is under way per die; a program follows when a unit is full, so it
/// interleaves with the host at that grain. A superblock is erased only when all that was moved from it is programmed.
/// When the host gets no superblock and all drained ones wait for one unit, that unit is padded, if they hold more than
/// the padding.
///
/// **Always ends**, and a block that waits for a place gets one, whatever the shape of the flash. Let S be the blocks of
/// a superblock and count as open what is not filled: S for each superblock that is free, drained or being erased, and
/// what is left of the target.
/// - Each victim has a hole, so moving it costs open blocks less than its erase gives back, and it fits: the host never
///   gets the last free superblock (`reserve`), and when the target has taken it, what is left there is more than what is
///   left in the victim.
/// - Padding takes less from the drained superblocks it releases than they give: of two, the second has all its moved
///   blocks in the unit that is padded, so S and the first one's holes are gained for less than a unit; one alone is
///   asked. So without help from the host the open blocks only grow, and collection stops: it cannot keep a die, although
///   it goes before the host's programs there.
/// - Say it stops with one free superblock at most, on a die on which no program of the host is left. Had it enough for
///   `gc_threshold` (2 or more), two would be drained, and padding would help. Else all but three superblocks are closed
///   and entirely valid: a free one, the target, and one that is drained and not worth the padding. That is
///   (spare - 3) / 2 superblocks above FlashGeometry::live_limit, more than one, and a die is above its limit by less than
///   a unit. So it stops with two free ones or more, and the host gets one.
/// - Not all dies are at their limit, since it is above their share of the capacity.
class FlashCollector {
 public:
  /// Free superblocks that the host never gets.
  static constexpr std::uint32_t reserve = 1;

  FlashCollector(const FlashArrayConfig& config, const FlashGeometry& geometry, FlashMap& map, FlashDies& dies,
                 FlashStatistics& statistics);

  /// Starts or continues collection where needed; called whenever a die lost a valid or a free block.
  void check(std::uint32_t die);
  /// True when check() does nothing, whatever valid blocks the die loses.
  bool rests(std::uint32_t die) const {
    const Die& d = state_[die];
    return d.reading || (d.victim == FlashSpace::none && has_enough(die));
  }
  bool goes_first(std::uint32_t die) const { return always_first_ || map_.space(die).free() <= reserve; }
  /// Ends a gc_read, gc_program or erase.
  void finished(std::uint32_t die, const FlashOperation& operation);

 private:
  struct Drained {
    std::uint32_t superblock;
    std::uint32_t moved;  ///< blocks
    std::uint64_t unit;   ///< the one that holds its last moved block
  };
  struct Die {
    std::uint32_t victim = FlashSpace::none;
    std::uint32_t scan = 0;   ///< offset in the victim up to which all is moved
    std::uint32_t moved = 0;  ///< blocks moved from the victim
    std::uint64_t unit = 0;   ///< the one that holds the last of them
    std::uint32_t target = FlashSpace::none;
    std::uint64_t sealed = 0;  ///< units given to the die; they are numbered from 1
    std::uint64_t programmed = 0;
    std::uint32_t erasing = 0;  ///< superblocks whose erase is queued or under way
    bool reading = false;
    Ring<Drained> drained;
  };

  bool has_enough(std::uint32_t die) const {
    const Die& d = state_[die];
    return map_.space(die).free() + d.erasing + d.drained.size() > threshold_;
  }
  void read_next(std::uint32_t die);
  void drain(std::uint32_t die);
  void move(std::uint32_t die, const FlashOperation& read);
  void fill(std::uint32_t die, BlockNumber block);
  bool padding_gains(std::uint32_t die) const;
  void pad(std::uint32_t die);
  void erase(std::uint32_t die, std::uint32_t superblock);
  bool lives(std::uint32_t die, std::uint32_t superblock, std::uint32_t offset) const;

  const FlashGeometry& geometry_;
  FlashMap& map_;
  FlashDies& dies_;
  FlashStatistics& statistics_;
  std::uint64_t threshold_;
  bool always_first_;
  std::vector<Die> state_;
};

}  // namespace icesim
