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
/// The last free superblock of a die is never given to the host: a victim fits into it, so collection always ends.
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
    std::uint64_t unit;  ///< the one that holds its last moved block
  };
  struct Die {
    std::uint32_t victim = FlashSpace::none;
    std::uint32_t scan = 0;   ///< offset in the victim up to which all is moved
    std::uint64_t moved = 0;  ///< unit that holds the last block moved from the victim
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
