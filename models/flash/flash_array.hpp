// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/seldom.hpp"
#include "models/base/inbox.hpp"
#include "models/base/ports.hpp"
#include "models/flash/content/flash_content.hpp"
#include "models/flash/flash_translation.hpp"
#include "models/flash/content/flash_unsynced.hpp"

#include <memory>
#include <string>

namespace icesim {

/// Flash of the device: dies on channel buses behind a page-mapped translation layer.
///
/// **Timing** (edges of the nand clock; c(b) = ceil(b / channel_bytes_per_cycle) cycles; "after" rounds up to an edge)
/// - A request told for `at` is taken on edge sample(at); an idle die starts on that edge.
/// - Read of n blocks in one row (same page of all planes of a die): sensed on the first edge read_time after the
/// start;
///   then the bus moves c(n * 4096); flash_read tells the edge on which the last byte is across. The die is busy until
///   then.
/// - Blocks that are in a buffer or trimmed are told for edge sample(at) + 1.
/// - Program: c(unit) on the bus from the start, then the first edge program_time after; flash_programmed tells that
/// edge.
///   The die is busy from start to end. A partly filled unit costs the same. Until the end the unit is read from the
///   buffer.
/// - Where the pages of a wordline are not alike, read_time and program_time are those of the page, see FlashPageTimes.
/// - Erase: the first edge erase_time after the start.
/// - Of a superblock in SLC mode (FlashBooster) the same with the booster's read_time and program_time, c(row) for c(unit).
/// - Booster: rests from the first edge idle_time after the edge on which the last request was taken, until one is taken;
///   what begins or goes on then starts on that edge. flush and enable, and collect_ahead, are taken as requests are, and are none.
/// - flash_flushed: one edge after the last program it waits for is complete, or edge sample(at) + 1.
/// - Bus: one transfer at a time, in the order in which they could start, ties by die number; back to back.
/// - A read that is sensed again takes read_time and retry.overhead longer for each time, before the bus moves anything, see
///   FlashRetries. What is read in SLC mode can be corrected.
/// - Suspension, if suspension.most is not 0: a host read that is queued while its die programs or erases suspends that on
///   the edge on which it is queued, of a program on the edge on which all of it is across the bus at the earliest. What
///   waits for the die is then sensed on the first edge suspension.program_time or erase_time after that, or later, when
///   other reads of the host have been. When none waits on an edge on which the die becomes idle, or collection goes first,
///   the operation goes on: it ends on the first edge resume_time after that, and the cycles later that were left when it
///   was suspended. Nothing is suspended more often than suspension.most, nor while collection goes first: where that ends
///   and a read still waits, it is suspended when the next operation is queued. flash_programmed tells one edge after the
///   end.
/// - Cache programs, if cache_program.on: from the first edge cache_program.busy_time after the begin of a program in the cells,
///   the edge on which all of it is across, the die takes the data of the program that it would start next, if that is of the
///   same superblock and nothing goes before it then: c(unit) on the bus, as soon as it is queued. That program begins in the
///   cells on the edge on which the one before it ends, or its data are across, whichever is later, and ends the first edge
///   program_time after that; its die is busy with it from the first of these. Whatever is queued meanwhile goes after it. What it
///   follows is not suspended, it itself is for a read that waits when it begins, and what goes on after being suspended takes data
///   at once. A read that may not suspend an operation, since collection goes first, is looked at again busy_time after its begin.
/// - Die: one operation at a time, but for that; order see FlashDie, pressure see FlashCollector.
///
/// **Spec**: times [nand-conzone]; cache programs within a block [cache-program]; all planes of a die program together, as many as
/// flash.planes; the translation layer is the textbook one: page map, collection per die. The
/// booster's flags are those of UFS 3.1's WriteBooster; what JEDEC leaves open is a parameter.
///
/// **Not modelled** Cache read. Dies that hold less than a whole unit beside the one that they program, and programs of single
/// planes. Command and address cycles on the bus. Read disturb and retention; errors that no retry corrects, and programs that fail. What the booster does when
/// it is worn out. Map traffic (the device's map cache is not here) and time for trim. After a loss of power, time for what
/// was under way or in the buffer beyond its program, which goes on.
class FlashArray : public sc_core::sc_module, public FlashBackend {
 public:
  sc_core::sc_export<FlashBackend> in{"in"};
  sc_core::sc_port<FlashClient> client{"client"};

  FlashArray(const sc_core::sc_module_name& name, Agenda& agenda, const FlashArrayConfig& config,
             const ClockDomain& nand);

  void read(std::uint32_t command, Lba first, std::uint32_t count, Picoseconds at) override;
  void write(Lba first, std::uint32_t count, Picoseconds at) override;
  void flush(std::uint32_t command, Picoseconds at) override;
  void trim(Lba first, std::uint64_t count, Picoseconds at) override;
  std::uint32_t buffer_blocks() const override { return geometry_.buffer_blocks; }
  void store(Lba block, const std::byte* data) override {
    if (unsynced_) unsynced_->stored(block);
    content_.store(block, data);
  }
  FlashBoosterControl* booster() override { return booster_control_.get(); }
  FlashBackgroundControl* background() override { return background_control_.get(); }
  const std::byte* content(Lba block) const override { return content_.find(block); }

  /// Who watches the dies; nobody unless connected before anything is asked for.
  void connect(FlashTap& tap) { tap_ = &tap; }

  /// From now on the content that a loss of power leaves is kept as well; nothing has been written yet. Blocks below `bare`
  /// are written without their content being stored.
  void expect_power_loss(Lba bare = Lba{0}) {
    unsynced_ = std::make_unique<FlashUnsynced>(content_);
    bare_ = bare;
  }
  /// Blocks that were written and not programmed hold what they held before; returns how many they are. It was expected.
  /// Their programs go on when the power is back, with what the blocks hold.
  std::uint64_t lose_power() { return unsynced_->lose(); }

  const FlashGeometry& geometry() const { return geometry_; }
  /// A host read counts as soon as it has the bus, everything else at its end.
  const FlashStatistics& statistics() const { return statistics_; }
  /// Superblocks of all dies that are free, those kept for the booster apart.
  std::uint32_t free_superblocks() const {
    std::uint32_t free = 0;
    for (std::uint32_t die = 0; die < geometry_.dies; ++die) free += translation_.map().space(die).free();
    return free;
  }
  /// What the dies do and what waits for them, for a report.
  std::string waiting() const;

 private:
  /// Order of what happens at one instant: what ends on a die, then what comes in; the first eight have three bits.
  enum class Kind : std::uint8_t { sensed, done, trim, write, flush, read, rest, booster, suspended, cells };
  class BoosterControl;
  class BackgroundControl;
  struct Event {
    Kind kind;
    std::uint32_t die_or_command;
    std::uint32_t first;  ///< block, or of sensed: FlashDie::started_as, of done: FlashDie::interrupted
    std::uint32_t count;
  };

  /// Blocks of a request that come in one go: of one row, or of one kind of buffer.
  struct Piece {
    FlashTranslation::Found found;
    std::uint32_t first;
    std::uint32_t count;
  };
  /// A read that was started or queued before the edge on which it is taken.
  struct EarlyRead {
    Event request;
    Picoseconds at;
    Picoseconds taken;
    std::uint32_t die;
    bool queued;
  };

  void step();
  Picoseconds now() const { return wake_.now(); }
  void accept(const Event& event, Picoseconds at);
  void enqueue(const Event& event, Picoseconds at);
  bool take_early(const Event& request, Picoseconds at);
  void take_back();
  void after(std::uint32_t die, Kind kind, Cycles edge);
  Piece next_piece(std::uint32_t first, std::uint32_t end) const;
  FlashOperation read_operation(const Event& request, const Piece& piece) const;
  Picoseconds read_time(const FlashOperation& operation) const {
    if (operation.boosted) return boosted_read_time_;
    return seldom(page_times_ != nullptr) ? page_times_->read(geometry_.last_row(operation.end)) : read_time_;
  }
  Picoseconds program_time(const FlashOperation& operation) const {
    if (operation.boosted) return boosted_program_time_;
    return page_times_ ? page_times_->program(geometry_.last_row(operation.end)) : program_time_;
  }
  void connect_booster(std::uint64_t endurance);
  void set_booster(const Event& event);
  void look_for_rest();
  void read_blocks(const Event& request);
  void sense(std::uint32_t die, Cycles start);
  Picoseconds with_retries(std::uint32_t die, Picoseconds time);
  void end_operation(std::uint32_t die);
  bool ended_quietly(const FlashDie& die) const { return die.quiet && clock_.edge(die.ends) <= now(); }
  void count_busy(std::uint32_t die, Cycles end);
  void start(std::uint32_t die);
  void suspend(std::uint32_t die);
  void resume(std::uint32_t die);
  void use_cells(std::uint32_t die, Cycles from, Cycles end);
  void use_bus(std::uint32_t die);
  void program_cells(std::uint32_t die, Cycles from);
  void load(std::uint32_t die);
  void load_on_bus(std::uint32_t die);
  void check_range(Lba first, std::uint64_t count) const;
  Cycles bus_cycles(std::uint64_t blocks) const {
    return Cycles{divide_up(blocks * logical_block.n, bytes_per_cycle_)};
  }
  Cycles later(Cycles start, Picoseconds time) const { return clock_.next(clock_.edge(start) + time); }

  FlashGeometry geometry_;
  ClockDomain clock_;
  Picoseconds read_time_;
  Picoseconds program_time_;
  Picoseconds erase_time_;
  Picoseconds boosted_read_time_;
  Picoseconds boosted_program_time_;
  Picoseconds idle_time_;  ///< of the booster
  std::uint64_t bytes_per_cycle_;
  bool caches_;  ///< data may come while a die programs
  Picoseconds cache_busy_time_;
  std::unique_ptr<FlashRetries> retries_;               ///< null: what is read can be corrected
  std::unique_ptr<FlashSuspensionConfig> suspension_;  ///< null: nothing is suspended
  std::unique_ptr<FlashPageTimes> page_times_;  ///< null: all pages are alike

  Agenda::Wake wake_;
  Inbox<Event> inbox_{wake_};
  Cycles cycle_{};     ///< edge of the current step
  EarlyRead early_{};  ///< the last one
  Picoseconds last_request_{};  ///< when it was taken, early ones apart; only with a booster
  bool looks_for_rest_ = false;

  FlashStatistics statistics_;
  FlashTap* tap_ = nullptr;
  FlashDies dies_;
  FlashTranslation translation_;
  FlashContent content_;
  std::unique_ptr<FlashBoosterControl> booster_control_;
  std::unique_ptr<FlashBackgroundControl> background_control_;
  std::unique_ptr<FlashUnsynced> unsynced_;  ///< only when a loss of power is expected
  Lba bare_{};
  std::vector<Cycles> bus_free_;             ///< by channel
  std::vector<std::uint32_t> bus_requests_;  ///< dies that ask for their bus in this step
};

}  // namespace icesim
