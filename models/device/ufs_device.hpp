// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/ring.hpp"
#include "models/base/inbox.hpp"
#include "models/base/ports.hpp"
#include "models/device/map/device_map.hpp"
#include "models/device/read_ahead.hpp"
#include "models/device/ufs_device_commands.hpp"
#include "models/device/ufs_device_config.hpp"
#include "models/device/ufs_device_queries.hpp"
#include "models/device/ufs_device_work.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <vector>

namespace icesim {

/// A point in a command's life inside the device.
struct DeviceMilestone {
  enum Kind : std::uint8_t {
    command_received,  ///< the COMMAND was sampled
    firmware_done,     ///< the flash request or the first RTT was issued
    media_done,        ///< the last block was read, or the flush a write waited for is over
    data_done,         ///< the last DATA IN is in the transmit buffer, or the last DATA OUT was sampled
    response_sent      ///< the RESPONSE is in the transmit buffer
  };
};

/// Hears of milestones: at most one of each kind per command, with times that never decrease within a command.
class DeviceObserver : public virtual sc_core::sc_interface {
 public:
  /// `at` may lie a few cycles or a latency in the future, never in the past.
  virtual void milestone(std::uint32_t tag, DeviceMilestone::Kind kind, Picoseconds at) = 0;
};

/// Controller of a UFS device: decodes UPIUs and SCSI commands, moves data between link and flash, and answers.
///
/// **Timing** (edges are those of the device clock; after(t, d) = the first edge at or after t + d, at least one cycle
/// after t; A = sample_edge(last frame) of a UPIU; answer(t) = after(after(t, response_latency), 0)):
/// - firmware, in order of arrival: S = max(A, end of the occupancy before); that of this one ends at S + O, where O is
///   command_occupancy, of a write command_occupancy + write_occupancy;
///   F = after(A, S + O + latency of the kind - A): commands overlap in their latencies only; with
///   `hesitation` what is drawn for a command is a part of its latency
/// - read: the flash is asked for after(F, 0); a piece told for P is taken at M = sample_edge(P); a DATA IN is ready at
///   after(M, 0) of the latest of its pieces and of those before it, with `data_ordering` of its pieces alone; the RESPONSE at answer(latest M)
/// - write: an RTT is ready at after(F, 0) or, when it had to wait, at after(T, 0) of the T at which a DATA OUT was
/// sampled or
///   room in the write buffer came back (sample_edge of the time told); a DATA OUT is handed to the flash for after(A,
///   0); the RESPONSE is ready at answer(last A), with FUA at answer(sample_edge(flush over))
/// - room: when none has come back for buffer_patience, the flash is asked to flush
/// - with `map_cache` (DeviceMap): a read is looked up at F, and what is mapped is asked for as above; a page of the map is
///   asked for after(t, 0) of the t at which it is missed or finds room, and what is told for P takes part at sample_edge(P),
///   when the flash is asked for what it maps, after(that, 0); a write is looked up when its DATA OUT is taken
/// - with `read_ahead` (ReadAhead): what a read finds in memory is taken at after(F, 0), what is on its way at the
///   sample_edge(P) of what the flash tells for it; the flash is asked to read ahead at after(F, 0), behind what the read needs
/// - everything else: data is ready at after(F, 0), the answer at answer(F), after a flush at answer(sample_edge(its
/// end))
/// - UNMAP: its range is forgotten for after(t, 0), and its answer made, of the t = after(A of its list, unmap_latency)
/// - with `task_order=attributes`: when the firmware is idle, or one of its occupancies has ended, it takes the next that need not
///   wait for others at S = max(A, end of the occupancy before), or at the edge behind the one on which another's end allowed it
/// - with `background_ops`: when no command has been there for background_idle, counted from the last one's end, from a reset or from
///   restart, after(t, 0) tells the flash to begin (BackgroundWork); a COMMAND sampled at A, and a query that clears the flag at
///   F, has it told to stop for after(A, 0) or after(F, 0); where something is under way at A, the firmware is occupied until
///   A + background_interrupt at least
/// - a query that sets or clears fWriteBoosterEn or fWriteBoosterBufferFlushEn at F: the flash is told for after(F, 0)
/// - link_reset at t: from t on there are no commands, and what has not arrived or been queued for the link is gone; the
///   flash carries on what it was asked for
/// - lose_power at t: as link_reset, and the firmware is occupied until t + restart + map_rebuild for each GiB begun
/// - with `unit_attention`, the first command of a logical unit to arrive (but INQUIRY, REPORT LUNS and REQUEST SENSE) after
///   that unit's reset was carried out, or after a link_reset once it had been asked for anything, is answered at answer(F) of
///   everything else with a unit attention (6/29/00)
/// - REJECT and TASK SET FULL do not occupy the firmware: ready at answer(A)
///
/// **Tags**: a UPIU carries a tag and nothing else that tells which command it is of. When a command is over (answered,
/// aborted, reset) and something comes for it that was on the wire, a DATA OUT is answered with REJECT while the tag is
/// free; of a new command under the tag it is the data, if an RTT asked for just that range, and ends it with a data phase
/// error if none did. A COMMAND under a tag that is in use overlaps: the command that has the tag is aborted when it is
/// sampled, and gets no answer; the new one is not carried out and is answered at answer(F) of everything else with OVERLAPPED
/// COMMANDS ATTEMPTED (b/4e/00), so that software which tries it once more finds the tag free. Of an aborted write each block
/// is old or new: those of DATA OUTs sampled before are written. A link reset ends all that is on the wire.
///
/// **Spec**: [ufs-upiu] [ufs-data-limits] [ufs-resets] [ufs-overlapped-commands] [ufs-background] [ufs-data-order] [scsi-commands] [scsi-task-order], fDeviceInit [linux-bring-up]; times [ufs-data-sheets]
/// [nand-conzone].
/// **Not modelled**: HPB; of WriteBooster a buffer for each unit, flushes while the link hibernates; DATA OUTs out of order; RPMB's data; logical units of different kinds of memory, and a configuration that the host writes; the unit attention of power-on, which the initialisation's TEST UNIT READY would end, and those of well-known units; permanent write
/// protection; that an overlapped command ends all others of the host, too; power modes; firmware time per RTT and DATA UPIU, and after a reset; reading a
/// descriptor back after writing it (descriptors are read-only).
class UfsDevice : public sc_core::sc_module, public UpiuSink, public FlashClient,
                  private MapClient, private ReadAheadClient {
 public:
  sc_core::sc_export<UpiuSink> in{"in"};
  sc_core::sc_export<FlashClient> flash_client{"flash_client"};
  sc_core::sc_port<UpiuTransmitter> out{"out"};
  sc_core::sc_port<FlashBackend> flash{"flash"};
  sc_core::sc_port<DeviceObserver, 1, sc_core::SC_ZERO_OR_MORE_BOUND> observer{"observer"};

  /// Throws UserError when a segment size is not a multiple of a logical block.
  UfsDevice(const sc_core::sc_module_name& name, Agenda& agenda, const UfsDeviceConfig& config,
            const ClockDomain& device_clock);

  UfsDeviceStatistics statistics() const {
    UfsDeviceStatistics all = stats_;
    if (map_) all.map = map_->statistics();
    if (ahead_) all.ahead = ahead_->statistics();
    if (hesitation_) all.hesitated = hesitation_->sum();
    if (background_) all.background = background_->statistics;
    return all;
  }
  /// In DATA IN UPIUs.
  std::uint64_t bytes_sent() const { return bytes_sent_; }
  /// Commands announced or taken and not yet answered; 0 when nothing is going on.
  std::uint32_t outstanding() const {
    return static_cast<std::uint32_t>(pool_.size() - free_.size() + announced_.size());
  }
  /// Tag of the command that the flash knows by this number; none: it is over for the host, or of the device itself.
  std::optional<Tag> tag_of_command(std::uint32_t command) const {
    if (command >= pool_.size() || pool_[command].state == State::draining) return std::nullopt;
    return pool_[command].request.tag;
  }
  /// No command comes any more: background operations end, and do not begin again.
  void end_background();
  /// What each of them waits for, for a report.
  std::string waiting() const;

  void receive(const Upiu& upiu, Cycles start, Picoseconds last) override;
  void link_reset() override;
  /// The device loses its power and has it again: as link_reset, and what does not outlive that has its default.
  void lose_power();
  void flash_read(std::uint32_t command, Lba first, std::uint32_t count, Picoseconds at) override;
  void flash_programmed(std::uint32_t blocks, Picoseconds at) override;
  void flash_flushed(std::uint32_t command, Picoseconds at) override;

 private:
  using Index = DeviceWork::Index;
  static constexpr Index none = DeviceWork::none;
  // The flash knows by these numbers what the device asks for itself.
  Index flush_for_room() const { return static_cast<Index>(pool_.size()); }
  Index page_of_map() const { return static_cast<Index>(pool_.size()) + 1; }
  Index flights() const { return static_cast<Index>(pool_.size()) + 2; }  ///< number of the first flight

  using Event = DeviceWork::Event;
  using Item = DeviceWork::Item;
  using Announced = DeviceWork::Announced;
  using Parked = DeviceWork::Parked;
  using Turn = DeviceWork::Turn;
  using State = DeviceWork::State;
  using Command = DeviceWork::Command;
  using Rtt = DeviceWork::Rtt;

  void start_of_simulation() override;
  void step();
  Picoseconds now() const { return wake_.now(); }
  void handle(const Item& item);
  std::uint32_t park(const Upiu& upiu);
  Upiu parked(const Item& item) const { return parked_[item.count].upiu; }
  /// Ends what parked() gave.
  void unpark(const Item& item) { free_places_.push_back(item.count); }

  // Arrival and firmware
  bool surely_taken(const Upiu& upiu, Picoseconds at) const;
  void announce(const UpiuHeader& header, Picoseconds at, std::uint64_t start);
  void take_announced(const Item& before);
  void arrive(const Upiu& upiu);
  void take_command(const Upiu& upiu);
  void admit(const CommandUpiu& request, const ScsiPlan& plan, std::uint64_t sequence);
  void start(Index index);
  void manage(const Upiu& upiu);
  TaskResponse manage_task(const TaskRequest& request);
  void abort_command(Index index);
  ScsiPlan plan_of(const CommandUpiu& command);
  void count_command(const ScsiPlan& plan);
  Picoseconds occupy_firmware(Picoseconds from, Picoseconds occupancy, Picoseconds latency);
  Picoseconds firmware_occupancy(const ScsiPlan& plan) const;
  void push_turn(const Turn& turn);
  void take_turn(const Item& item);
  void start_if_current(Index tag, std::uint64_t sequence);
  void wait_for_turn(const TaskOrder::Task& task);
  void take_next();
  bool held(const TaskOrder::Task& task) const;
  Picoseconds firmware_latency(const ScsiPlan& plan);

  // Background operations
  void wait_for_rest();
  void begin_background();
  void interrupt_background();
  void obey_background_flag();

  // Answers
  void answer_control(Index index);
  void complete(Index index);
  void fail(Index index, Sense sense);
  void respond(Index index);
  void release(Index index);
  void give_up_waiting(Index index);
  void send_later(const UpiuHeader& header, std::byte* data = nullptr);
  void send(const UpiuHeader& header, std::byte* data);
  void reject(const UpiuHeader& header);
  void send_data_in(const Command& command, std::uint32_t offset, std::uint32_t length, std::byte* data);

  // Data
  void start_read(Index index);
  void take_blocks(Index index, Lba first, std::uint32_t count);
  void look_for(Index index, Lba first, std::uint32_t count);
  void locate(Index index, Lba first, std::uint32_t count);
  void take_own_blocks(Index number, Lba first, std::uint32_t count);
  void map_read(Lba first, std::uint32_t count) override;
  std::uint32_t map_write(Lba first, std::uint32_t count) override;
  void mapped(Index index, Lba first, std::uint32_t count) override;
  void read_ahead(std::uint32_t flight, Lba first, std::uint32_t count) override;
  void found_ahead(Index index, Lba first, std::uint32_t count) override;
  void came_ahead(Index index, Lba first, std::uint32_t count) override { take_blocks(index, first, count); }
  void send_part(const Command& command, std::uint32_t part);
  void send_in_any_order(Index index, std::uint32_t first, std::uint32_t last);
  void fill_payload(const Command& command, Lba first, std::uint32_t count);
  void start_flush(Index index);
  void take_flushed(Index index);
  void start_data_out(Index index);
  void use_room();
  void send_rtts();
  bool send_rtt(Index index);
  void cancel_rtts(Index index);
  void take_data_out(const Upiu& upiu);
  void take_write_data(Index index, const Rtt& rtt, const std::byte* data);
  void take_unmap_list(Index index, const std::byte* list);
  void end_unmap(Index index);
  void wait_for_room();
  void check_patience(std::uint64_t stamp);

  /// The two of a step: everything happens on an edge.
  Picoseconds after(Picoseconds delay) const {
    return clock_.edge(std::max(clock_.next(now() + delay), cycle_ + Cycles{1}));
  }
  Picoseconds next_cycle() const { return clock_.edge(cycle_ + Cycles{1}); }
  /// The same outside of a step.
  Picoseconds soon() const { return clock_.edge(clock_.next(now()) + Cycles{1}); }
  Picoseconds after(Picoseconds from, Picoseconds delay) const;
  void push(Picoseconds at, std::uint64_t content, Item item);
  void push_blocks(Picoseconds at, Index command, Lba first, std::uint32_t count);
  void push(Event event, Picoseconds at, Index index, std::uint64_t sequence);
  /// The end of the firmware's work on a request that is parked.
  void push_managed(Picoseconds at, std::uint64_t sequence, std::uint32_t place);
  void reach(Tag tag, DeviceMilestone::Kind kind, Picoseconds at);

  const UfsDeviceConfig config_;
  const ClockDomain clock_;
  const ScsiTarget target_;
  QueryTable queries_;
  Agenda::Wake wake_;
  Inbox<Item> inbox_{wake_};
  Cycles cycle_{};  ///< edge of the current step

  Ring<Announced> announced_;  ///< in order of arrival
  std::bitset<256> announced_tags_;
  std::uint32_t undecided_ = 0;  ///< UPIUs on their way, beside them, that may take firmware time
  std::vector<Parked> parked_;
  std::vector<std::uint32_t> free_places_;

  std::vector<Command> pool_;
  std::vector<Index> free_;
  std::array<Index, 256> by_tag_{};
  std::vector<std::vector<std::byte>> payload_;  ///< of the read under a tag, until its DATA INs have been sent
  std::array<std::byte, control_data_size> control_{};
  std::uint64_t sequence_ = 0;
  std::uint64_t bytes_sent_ = 0;
  std::uint32_t life_ = 0;  ///< counts resets
  std::uint8_t serves_ = 0;     ///< with `unit_attention`: logical units, a bit each, that have been asked for something
  std::uint8_t attention_ = 0;  ///< those with a unit attention to tell of
  Picoseconds firmware_free_{};
  Picoseconds idle_at_{};  ///< with `task_order=attributes`: the next time at which tasks that wait are looked at
  Picoseconds restarted_{};  ///< the firmware takes nothing before, since the power was lost
  Ring<Turn> turns_;  ///< in order of time; the first has an event, and those that are out of order have their own

  std::vector<Rtt> rtts_;          ///< outstanding, oldest first
  std::vector<Index> want_data_;   ///< commands with data still to ask for, oldest first
  std::uint32_t buffer_room_ = 0;  ///< blocks of the write buffer that are neither reserved nor in use
  std::uint32_t buffer_size_ = 0;
  std::uint64_t room_stamp_ = 0;  ///< counts the times at which room came back
  bool patience_armed_ = false;
  bool room_flush_pending_ = false;
  bool extra_ = false;                ///< one of these is there
  std::unique_ptr<DeviceMap> map_;    ///< with `map_cache`
  std::unique_ptr<ReadAhead> ahead_;  ///< with `read_ahead`
  std::unique_ptr<TaskOrder> order_;  ///< with `task_order=attributes`
  std::unique_ptr<Hesitation> hesitation_;
  std::unique_ptr<BackgroundWork> background_;  ///< with `background_ops`
  std::uint64_t rest_stamp_ = 0;                ///< counts what ends a rest
  bool background_is_over_ = false;
  bool any_order_ = false;                      ///< reads that begin now may send their DATA INs so
  bool one_by_one_ = false;                     ///< what becomes of a COMMAND is known when it arrives, and not before

  UfsDeviceStatistics stats_;
};

}  // namespace icesim
