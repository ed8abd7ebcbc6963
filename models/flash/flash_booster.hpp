// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/flash/flash_collector.hpp"

namespace icesim {

/// The WriteBooster buffer: superblocks of each die in SLC mode, which the host's units go to while there is room, and
/// from which valid blocks migrate to other superblocks of the same die.
///
/// A unit in SLC mode is one row. The die whose turn it is and that has room takes the next unit; when none has, units go to
/// the rest of the flash as if there were no booster. Superblocks migrate in the order in which they became full, moving
/// and erasing see FlashMover; what is invalid by then costs nothing. A die migrates
/// - while the device asks for a flush: what is full, and after flash.booster.idle_time without a request the rest, too;
/// - as BoosterMigration says, only superblocks that are full; one at a time where the reason is that there is no room.
/// Where a die stops for want of superblocks, the unit that is not full is padded.
///
/// What migrates takes superblocks as the host does: never the last free one (FlashCollector::reserve), so that collection
/// goes on. A die keeps one more superblock over-provisioned for it, and its live blocks count those in the booster
/// (FlashGeometry::live_limit): all of them have room elsewhere.
class FlashBooster {
 public:
  FlashBooster(const FlashBoosterConfig& config, const FlashGeometry& geometry, FlashMap& map, FlashDies& dies,
               FlashCollector& collector, FlashStatistics& statistics);

  /// Whether it takes what the host writes from now on.
  void enable(bool on) { enabled_ = on; }
  bool enabled() const { return enabled_; }
  /// Whether all that it holds is to migrate.
  void flush(bool on);
  bool flushing() const { return flushing_; }
  /// Whether the flash was asked for nothing for flash.booster.idle_time.
  void rest(bool on);
  /// True when there is something to do once the flash rests.
  bool waits_for_rest() const { return (when_idle_ && unmoved_ > 0) || (flushing_ && opened_ > 0); }

  /// True when a unit of the die may be opened in it.
  bool has_room(std::uint32_t die) const {
    return state_[die].open != FlashSpace::none || map_.space(die).booster_free() > 0;
  }
  /// The superblock that takes the die's next unit; there is room.
  std::uint32_t open(std::uint32_t die);
  /// A unit of the open superblock is given to the die.
  void sealed(std::uint32_t die);
  /// Ends a program of the host in it, an operation of migration, or an erase of a superblock that was in SLC mode.
  void finished(std::uint32_t die, const FlashOperation& operation);
  /// Something may let the die migrate: looked at by settle().
  void touch(std::uint32_t die);
  /// Begins and continues migration; called once when all that happened at an instant is known.
  void settle();

  std::uint64_t blocks() const { return std::uint64_t{geometry_.dies} * geometry_.booster_superblocks * geometry_.boosted_blocks; }
  std::uint64_t available_blocks() const;
  /// Nothing was written to it since all its superblocks were erased.
  bool empty() const;

 private:
  struct Die {
    std::uint32_t open = FlashSpace::none;
    bool touched = false;
    Ring<std::uint32_t> full;
  };

  bool may_migrate(std::uint32_t die) const;
  std::uint32_t next_victim(std::uint32_t die);
  void check(std::uint32_t die);

  const FlashGeometry& geometry_;
  FlashMap& map_;
  FlashDies& dies_;
  FlashCollector& collector_;
  FlashStatistics& statistics_;
  bool when_idle_;
  bool when_full_;
  bool enabled_;
  bool flushing_ = false;
  bool rests_ = false;
  std::uint32_t unmoved_ = 0;  ///< superblocks that are full or migrate
  std::uint32_t opened_ = 0;   ///< superblocks that are neither full nor empty
  FlashMover mover_;
  std::vector<Die> state_;
  std::vector<std::uint32_t> touched_;
};

}  // namespace icesim
