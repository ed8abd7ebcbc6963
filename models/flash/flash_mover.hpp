// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/ring.hpp"
#include "models/flash/flash_die.hpp"
#include "models/flash/flash_map.hpp"

#include <vector>

namespace icesim {

/// Empties superblocks die by die: moves their valid blocks to others of the die, and has them erased.
///
/// One read of a row is under way per die; a program follows when a unit is full, so it interleaves with the host at that
/// grain. A superblock is erased only when all that was moved from it is programmed.
class FlashMover {
 public:
  /// What it has a die do, and how many free superblocks of a die it leaves alone.
  struct Way {
    FlashWork read;
    FlashWork program;
    bool boosted;  ///< the superblocks that it empties are in SLC mode
    std::uint32_t reserve;
  };

  FlashMover(const Way& way, const FlashGeometry& geometry, FlashMap& map, FlashDies& dies);

  /// Moves to an open superblock first.
  void adopt(std::uint32_t die, std::uint32_t target) { state_[die].target = target; }
  /// Begins with a superblock that was taken from the space, when the last one is done with.
  void take(std::uint32_t die, std::uint32_t victim);
  /// Goes on with the superblock that was taken; false when there is none, or none any more.
  bool goes_on(std::uint32_t die) {
    return state_[die].reading || (state_[die].victim != FlashSpace::none && works_on(die));
  }
  /// Ends a read or program; returns how many blocks were moved, and noted in the map.
  std::uint32_t ended(std::uint32_t die, const FlashOperation& operation);
  /// Ends an erase.
  void erased(std::uint32_t die, std::uint32_t superblock, bool retired = false);
  /// Fills up the unit that is not full, so that it is programmed.
  void pad(std::uint32_t die);

  bool reads(std::uint32_t die) const { return state_[die].reading; }
  bool has_victim(std::uint32_t die) const { return state_[die].victim != FlashSpace::none; }
  /// Superblocks of which everything was moved, and that are not erased yet: those that wait for a program, and the others.
  std::size_t drained(std::uint32_t die) const { return state_[die].drained.size(); }
  std::uint32_t erasing(std::uint32_t die) const { return state_[die].erasing; }
  /// Whether all of the drained wait for a unit that is not full; there are some.
  bool waits_for_unit(std::uint32_t die) const { return state_[die].drained.front().unit > state_[die].sealed; }
  /// Blocks that were moved from the first of the drained.
  std::uint32_t first_moved(std::uint32_t die) const { return state_[die].drained.front().moved; }
  /// Blocks that padding would take.
  std::uint32_t padding(std::uint32_t die) const {
    return geometry_.unit_blocks - map_.space(die).filled(state_[die].target) % geometry_.unit_blocks;
  }

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

  bool works_on(std::uint32_t die);
  std::uint32_t room(std::uint32_t die);
  void read_next(std::uint32_t die);
  void drain(std::uint32_t die);
  std::uint32_t move(std::uint32_t die, const FlashOperation& read);
  void fill(std::uint32_t die, BlockNumber block);
  void erase(std::uint32_t die, std::uint32_t superblock);
  bool lives(std::uint32_t die, std::uint32_t superblock, std::uint32_t offset) const;

  Way way_;
  const FlashGeometry& geometry_;
  FlashMap& map_;
  FlashDies& dies_;
  std::vector<Die> state_;
};

}  // namespace icesim
