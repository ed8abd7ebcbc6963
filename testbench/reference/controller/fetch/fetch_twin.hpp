// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/controller/ufs_host_controller.hpp"
#include "models/host/system_memory.hpp"
#include "testbench/reference/controller/command_table_twin.hpp"
#include "testbench/reference/controller/dma/dma_twin.hpp"
#include "testbench/reference/controller/queues_twin.hpp"
#include "testbench/reference/ice/keyslot_twin.hpp"

#include <array>
#include <deque>
#include <optional>
#include <systemc>
#include <vector>

namespace icesim::twin {

/// The fetch engine: pending tags, the arbiter, and `prefetch_depth` units that share one descriptor read channel.
///
/// A unit takes a tag, waits for the one UTRD stage, reads the UTRD, checks it for `decode_cycles`, hands the stage to
/// the next unit, reads command UPIU and PRDT, and checks those for `decode_cycles`. Then its COMMAND is ready or its
/// command has failed, and the unit is free. With PRDT entries of 128 bytes a counter notes the edge on which 16 bytes
/// for each of them have come. The owner calls the parts of an edge in the order in which hardware
/// settles them.
class FetchTwin : public sc_core::sc_module {
 public:
  FetchTwin(const sc_core::sc_module_name& name, const UfsHostControllerConfig& config, const TwinClock& bus,
            const RegisterFile& registers, const KeyslotTwin& keyslots, QueuesTwin& queues, const SystemMemory& memory,
            CommandTable& commands, TransmitQueue& transmit);

  /// First: units and channel advance, and free units take pending tags. Gives the command that failed, if any.
  std::optional<Failure> advance(std::uint64_t cycle);
  /// Then, in the order in which software asks: a doorbell rings, or a tag is cleared.
  void ring(Tag tag) { pending_.push_back({static_cast<std::uint8_t>(tag.n), false, {}}); }
  /// The same for entries of a queue, at `now`.
  void ring(const QueuesTwin::Asked& asked, Picoseconds now);
  void take_rung(std::uint64_t cycle) { take_pending(cycle); }
  void forget(Tag tag);
  void forget_all();
  /// Tells software of the queues that it holds and that no unit works for.
  void let_queues_stand();
  /// Last: what can be seen of it.
  void show();

  /// The tags whose fetch ended on this edge.
  std::optional<Tag> fetched() const { return fetched_; }
  /// The tags of entries that were taken on this edge, and when their doorbell rang.
  std::vector<std::pair<Tag, Picoseconds>> taken;
  /// And the edge on which it would have ended with entries of 16 bytes; only with longer ones.
  std::optional<std::uint64_t> fetched_shorter() const { return fetched_shorter_; }
  bool idle() const;
  void trace(sc_core::sc_trace_file* file) const override;

 private:
  enum class State : std::uint8_t { idle, waits, reads_utrd, checks_utrd, reads_body, checks_body };
  enum class Part : std::uint8_t { utrd, command, prdt };
  /// What a job of the descriptor channel reads.
  struct Read {
    std::size_t unit = 0;
    Part part = Part::utrd;
    std::uint64_t bytes = 0;
  };

  /// A tag or a queue.
  struct Pending {
    std::uint8_t number = 0;
    bool queue = false;
    Picoseconds rung{};
  };
  struct Unit {
    State state = State::idle;
    Tag tag{};                           ///< or a number behind the tags for an entry that has none
    std::optional<std::uint32_t> queue;  ///< that the entry is from
    std::uint32_t life = 0;
    std::uint64_t descriptor = 0;      ///< address of the UTRD
    std::optional<std::size_t> place;  ///< in the transmit queue
    std::uint64_t count = 0;           ///< cycles of checking that are left
    std::uint64_t outstanding = 0;
    Utrd utrd;
    UpiuHeader command{};
    Bytes buffer{};
    Bytes expected{};
    bool bus_error = false;
    bool own_key = false;
    std::optional<std::uint64_t> shorter;  ///< edge on which 16 bytes for each entry have come
  };

  std::optional<Failure> check(std::size_t index, std::uint64_t cycle);
  std::optional<Failure> leave(Unit& unit, Ocs ocs, std::uint64_t cycle);
  void ask(std::size_t unit, Part part, std::uint64_t bytes);
  void read_done(const Read& read);
  void take_utrd(Unit& unit) const;
  void take_command(Unit& unit) const;
  bool can_be_carried_out(Unit unit) const;
  void take_pending(std::uint64_t cycle);
  void start_next_utrd();
  bool can_choose() const;
  bool held(const Pending& pending) const { return pending.queue && queues_.held(pending.number); }
  Pending choose();
  Tag tag_of_entry(Unit unit);
  Ocs check_utrd(const Unit& unit) const;
  Ocs check_body(Unit& unit) const;
  Ocs check_long_entry(Unit& unit, std::uint64_t number, std::uint64_t address, PageCrypto& first) const;
  Ocs check_page_keys(Unit& unit, bool encrypted) const;
  Ocs check_crypto(const Unit& unit) const;
  bool fetch_bytes(std::uint64_t address, std::byte* to, std::size_t size) const;

  UfsHostControllerConfig config_;
  ClockDomain bus_;
  const RegisterFile& registers_;
  const KeyslotTwin& keyslots_;
  QueuesTwin& queues_;
  const SystemMemory& memory_;
  CommandTable& commands_;
  TransmitQueue& transmit_;

  DmaReadTwin channel_;
  std::vector<Read> reads_;  ///< by the channel's job number
  std::vector<Unit> units_;
  std::deque<std::size_t> waiting_;  ///< units in the order in which they took their tags, for the UTRD stage
  bool utrd_stage_busy_ = false;
  std::deque<Pending> pending_;
  std::uint8_t last_taken_ = 31;
  std::optional<Tag> fetched_;
  std::optional<std::uint64_t> fetched_shorter_;

  sc_core::sc_signal<std::uint32_t> pending_mask_{"pending"};
  sc_core::sc_signal<std::uint32_t> busy_units_{"busy_units"};
  sc_core::sc_signal<bool> command_ready_{"command_ready"};
};

}  // namespace icesim::twin
