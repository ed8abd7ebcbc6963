// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "testbench/reference/base/crossing_twin.hpp"
#include "testbench/reference/controller/completion_twin.hpp"
#include "testbench/reference/controller/fetch/fetch_twin.hpp"
#include "testbench/reference/controller/hibern8/hibern8_twin.hpp"
#include "testbench/reference/controller/registers_twin.hpp"
#include "testbench/reference/controller/task_list_twin.hpp"
#include "testbench/reference/ice/aes_xts_pipeline_twin.hpp"

#include <array>
#include <deque>
#include <systemc>
#include <vector>

namespace icesim::twin {

/// The requests at which the engine of a case with faults fails.
inline CryptoFault failing_engine(Dun dun) {
  return dun.n % 13 == 3 ? CryptoFault::request : dun.n % 13 == 7 ? CryptoFault::engine : CryptoFault::none;
}

/// A stage of a command, as the controller's StageRecorder is told of it.
struct StageMark {
  Tag tag{};
  Stage stage{};
  Picoseconds at{};
};

/// The whole host controller, assembled from the twins of its blocks: one process on each edge of the bus clock and one
/// on each edge of the ice clock, synchronisers between them and towards link and register bus.
class ControllerTwin : public sc_core::sc_module {
 public:
  struct Configs {
    UfsHostControllerConfig controller;
    KeyslotFileConfig keyslots;
    AesXtsPipelineConfig engine;
    bool engine_faults = false;  ///< as failing_engine() says
    Picoseconds hibern8_enter{};
    Picoseconds hibern8_exit{};
  };

  ControllerTwin(const sc_core::sc_module_name& name, const Configs& configs, const ClockDomain& bus,
                 const ClockDomain& ice, SystemMemory& memory, std::uint64_t lanes, std::uint64_t gear);

  // The inputs, called at the time of what they tell, in the order of bus and link.
  /// An access reaches the register port.
  void access(const RegisterAccess& access) { accesses_.push(access); }
  /// The header of a UPIU is on the wire; gives its number.
  std::uint64_t announce(const UpiuHeader& header);
  /// Its first frame with data has been received, or its last one when it has no data or is no DATA IN.
  void header_received(std::uint64_t upiu);
  /// A frame of a DATA IN has been received: its data until `end`.
  void data_received(std::uint64_t upiu, std::uint64_t end);
  /// How often it was reset. What the link announces is not seen behind the next time.
  std::uint64_t resets() const { return resets_; }
  /// The link is lost (0), or has an error with this code, as was announced after so many resets.
  void link_event(std::uint32_t code, std::uint64_t resets) { link_events_.push({code, resets}); }
  /// Its last frame has been received.
  void all_received(std::uint64_t upiu);

  bool idle() const;
  void trace(sc_core::sc_trace_file* file) const override;

  // What is compared.
  TransmitQueue transmit;
  std::vector<StageMark> marks;
  std::uint64_t dropped = 0;
  std::array<std::uint64_t, 16> ended{};  ///< commands by OCS
  RegistersTwin registers;

 private:
  struct LinkEvent {
    std::uint32_t code = 0;
    std::uint64_t resets = 0;
  };
  /// What becomes of a UPIU.
  enum class Verdict : std::uint8_t { drop, send_data, take_data, end, end_task, fail };
  struct Received {
    std::uint64_t begin = 0;  ///< in the stream through the engine
    Verdict verdict = Verdict::drop;
    Tag tag{};
    std::uint32_t life = 0;
    Ocs ocs = Ocs::success;
    DataUpiu piece;
    std::uint64_t response_bytes = 0;
    bool whole = false;     ///< all data of the command have moved with this piece
    std::size_t place = 0;  ///< in the transmit queue, or the job's number of the writes
  };
  /// A command or a task management request that is being ended.
  struct Ending {
    Tag tag{};
    std::uint32_t life = 0;
    Ocs ocs = Ocs::success;
    bool task = false;  ///< whose number is `tag`
  };

  /// Bytes of a UPIU before `end`, on the way through the engine.
  struct Chunk {
    std::uint64_t upiu = 0;
    std::uint64_t end = 0;
    std::uint64_t count = 0;  ///< bytes of the direction's stream when they are there
  };
  /// The bytes of one direction that the engine sees.
  struct Stream {
    std::uint64_t accepted = 0;
    std::deque<Chunk> chunks;  ///< that have been sent to the engine and have not left it
    sc_core::sc_signal<std::uint64_t> sent;
    sc_core::sc_signal<std::uint64_t> left;
  };

  void bus_edge();
  void ice_edge();
  void link_phase(std::uint64_t upiu, std::uint64_t cycle);
  void software_phase(std::uint64_t cycle);
  void link_woke(Picoseconds at);
  bool rests() const;
  Received judge(const UpiuHeader& header);
  void judge_data(Received& received, const UpiuHeader& header, bool right_direction);
  void fail(const Failure& failure);
  void complete(const Ending& ending);
  void complete_in_queue(Tag tag, Ocs ocs);
  void clean_up(std::uint32_t queue);
  void mark_taken();
  std::uint64_t status_bytes(Tag tag) const { return commands_[tag.n].queue ? 32 : 4; }
  void complete_task(const Ending& ending);
  void send_to_engine(Direction direction, std::uint64_t upiu, std::uint64_t end);
  void left_engine(const Chunk& chunk);
  void mark(Tag tag, Stage stage, Picoseconds at) {
    if (tag.n < config_.tags) marks.push_back({tag, stage, at});
  }

  UfsHostControllerConfig config_;
  bool engine_faults_;
  ClockDomain bus_;
  ClockDomain ice_;
  SystemMemory& memory_;
  TwinClock bus_clock_;
  TwinClock ice_clock_;
  AsyncFifo<RegisterAccess> accesses_;
  AsyncFifo<std::uint64_t> headers_;
  AsyncFifo<LinkEvent> link_events_;
  std::uint64_t resets_ = 0;
  AsyncFifo<Chunk> engine_to_memory_;

  Hibern8Twin hibern8_;
  CommandTable commands_;
  FetchTwin fetch_;
  TaskListTwin tasks_;
  DmaReadTwin data_reads_;
  std::vector<std::uint64_t> reading_;  ///< UPIU of each job of the data channel
  std::size_t read_ = 0;
  CompletionTwin completion_;
  AesXtsPipelineTwin engine_;
  std::array<Stream, 2> streams_;
  SynchroniserTwin to_engine_;
  SynchroniserTwin from_link_;
  std::vector<Received> upius_;
  std::vector<Ending> endings_;
};

}  // namespace icesim::twin
