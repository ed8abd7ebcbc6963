// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/ring.hpp"
#include "models/flash/flash_booster.hpp"

#include <memory>

namespace icesim {

/// Page-mapped translation layer: gives written blocks a place, and has units programmed, padded and collected.
///
/// Blocks get places in the order in which they are written; one unit is filled at a time, and units go round the dies.
/// A die that holds its share of live blocks (FlashGeometry::live_limit) or has no free superblock is passed over; when
/// all are, blocks wait in the write buffer. Units go to the booster first, if there is one (FlashBooster). Each write takes room in the buffer until its unit is programmed, also
/// when a later one has overwritten it.
class FlashTranslation {
 public:
  FlashTranslation(const FlashArrayConfig& config, const FlashGeometry& geometry, FlashDies& dies,
                   FlashStatistics& statistics);

  enum class Where : std::uint8_t { flash, buffer, nowhere };
  struct Found {
    Where where;
    FlashPlace place;
  };
  /// Where a block is read from now.
  Found find(BlockNumber block) const;
  /// Blocks from `block`, which was `found` in flash, to `end` at most that are read with it from the same row. There
  /// may be more of them: those are not where they would be if the row had been written in order.
  std::uint32_t in_order(BlockNumber block, const Found& found, BlockNumber end) const;
  const FlashMap& map() const { return map_; }
  /// Blocks whose program is not complete, and those among them that no unit has room for.
  std::uint32_t buffered() const { return buffered_; }
  std::uint32_t without_place() const { return waiting_count_; }

  void write(BlockNumber first, std::uint32_t count = 1);
  void trim(BlockNumber block);
  void flush(std::uint32_t command);
  /// Ends an operation of a die other than a host_read.
  void finished(std::uint32_t die, const FlashOperation& operation);
  bool collect_first(std::uint32_t die) const { return collector_.goes_first(die); }
  FlashCollector& collector() { return collector_; }
  /// Null when there is none.
  FlashBooster* booster() { return booster_.get(); }
  const FlashBooster* booster() const { return booster_.get(); }
  /// Null when erases are not counted by superblock.
  const FlashWear* wear() const { return wear_.get(); }
  /// Whether a superblock is in SLC mode.
  bool boosted(const FlashPlace& place) const { return booster_ && map_.space(place.die).boosted(place.superblock); }

  /// Places what waits, seals what a flush asks for; called once when all that happened at an instant is known.
  void settle();
  /// Takes the next flush that is answered; call until false.
  bool next_flushed(std::uint32_t& command);

 private:
  struct Flush {
    std::uint32_t command;
    std::uint64_t blocks;  ///< placed blocks it waits for
    std::uint64_t units;   ///< programmed units it waits for, once it is `sealed`
    bool sealed;
  };

  void adopt_delivered();
  bool open_unit();
  bool open_boosted_unit();
  void begin_unit(std::uint32_t die, std::uint32_t superblock, bool boosted);
  bool accepts(std::uint32_t die) const;
  std::uint32_t place_group(BlockNumber first, std::uint32_t most);
  void place(BlockNumber block, bool current);
  void wait(BlockNumber block);
  void seal();
  void lost(std::uint32_t die);

  const FlashGeometry& geometry_;
  FlashDies& dies_;
  FlashStatistics& statistics_;
  std::unique_ptr<FlashRandomFill> random_fill_;
  std::unique_ptr<FlashWear> wear_;  ///< null: erases are not counted
  FlashMap map_;
  FlashCollector collector_;
  std::unique_ptr<FlashBooster> booster_;

  std::vector<std::uint32_t> open_superblock_;  ///< of the host, by die
  std::uint32_t next_die_ = 0;
  std::uint32_t die_ = FlashSpace::none;  ///< that the unit being filled belongs to
  std::uint32_t superblock_ = 0;          ///< of that unit
  std::uint32_t unit_blocks_ = 0;         ///< of that unit, when it is full
  std::uint32_t filled_ = 0;              ///< blocks of that unit
  bool boosted_ = false;                  ///< whether it is one of the booster

  std::vector<BlockNumber> waiting_;  ///< ring of blocks without a place, numbered by their index
  std::uint32_t first_waiting_ = 0;
  std::uint32_t waiting_count_ = 0;

  std::uint64_t accepted_ = 0;
  std::uint64_t placed_ = 0;
  std::uint32_t buffered_ = 0;
  std::uint64_t sealed_ = 0;      ///< units given to dies
  std::uint64_t programmed_ = 0;  ///< units before this one are all programmed
  /// From that unit on: whether it is programmed. One unit may be late for long while other dies go on.
  Ring<char> unit_programmed_;
  Ring<Flush> flushes_;
  std::size_t sealed_flushes_ = 0;
};

}  // namespace icesim
