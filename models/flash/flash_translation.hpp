// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/ring.hpp"
#include "models/flash/flash_booster.hpp"
#include "models/flash/streams/flash_heat.hpp"

#include <array>
#include <memory>

namespace icesim {

/// Page-mapped translation layer: gives written blocks a place, and has units programmed, padded and collected.
///
/// Blocks get places in the order in which they are written; one unit is filled at a time, and units go round the dies.
/// A die that holds its share of live blocks (FlashGeometry::live_limit) or has no free superblock is passed over; when
/// all are, blocks wait in the write buffer. Units go to the booster first, if there is one (FlashBooster). Each write takes
/// room in the buffer until its unit is programmed, also when a later one has overwritten it.
///
/// **Hot blocks** (FlashHeat), if they are to be apart: a second unit is filled with them, in a superblock of their own, one of
/// each die. While an enabled booster has room when a write is taken, nothing of it is hot: what the booster holds has a short
/// life or migrates. Blocks get places in the order in which they were written all the same: where one waits, those behind it
/// do. A die keeps one more superblock over-provisioned for what is open.
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
  /// Whether a block was hot when it was written last.
  bool hot(BlockNumber block) const { return heat_ && heat_->hot(block); }
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

  /// The unit that is filled with blocks that are as hot.
  struct Unit {
    std::uint32_t die = FlashSpace::none;  ///< none: there is no unit
    std::uint32_t superblock = 0;
    std::uint32_t blocks = 0;  ///< when it is full
    std::uint32_t filled = 0;  ///< blocks
    bool boosted = false;      ///< whether it is one of the booster
    std::uint32_t placed = 0;  ///< blocks in it and all units before it, modulo 2^32
  };
  static constexpr bool cold = false;

  void adopt_delivered();
  void write_apart(BlockNumber first, BlockNumber end);
  void put(BlockNumber first, BlockNumber end, bool hot);
  bool open_unit(bool hot);
  bool open_boosted_unit();
  void begin_unit(bool hot, std::uint32_t die, std::uint32_t superblock, bool boosted);
  bool accepts(std::uint32_t die, bool hot) const;
  std::uint32_t& open_superblock(std::uint32_t die, bool hot) { return open_superblock_[hot ? geometry_.dies + die : die]; }
  std::uint32_t place_group(BlockNumber first, std::uint32_t most, bool hot);
  void place(BlockNumber block, bool current, bool hot);
  void wait(BlockNumber block, bool hot);
  void seal(bool hot);
  void lost(std::uint32_t die);

  const FlashGeometry& geometry_;
  FlashDies& dies_;
  FlashStatistics& statistics_;
  std::unique_ptr<FlashRandomFill> random_fill_;
  std::unique_ptr<FlashWear> wear_;  ///< null: erases are not counted
  FlashMap map_;
  FlashCollector collector_;
  std::unique_ptr<FlashBooster> booster_;

  std::unique_ptr<FlashHeat> heat_;  ///< null: nothing is hot

  std::vector<std::uint32_t> open_superblock_;  ///< of the host, by die; then those of hot blocks
  std::uint32_t next_die_ = 0;
  std::array<Unit, 2> units_;  ///< of blocks that are not hot, and of hot ones

  std::vector<BlockNumber> waiting_;  ///< ring of blocks without a place, numbered by their index
  std::vector<bool> waiting_hot_;     ///< where some are
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
