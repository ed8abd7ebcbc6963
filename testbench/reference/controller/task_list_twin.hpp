// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/register_file.hpp"
#include "models/controller/ufs_host_controller.hpp"
#include "models/host/system_memory.hpp"
#include "testbench/reference/controller/command_table_twin.hpp"
#include "testbench/reference/controller/dma/dma_twin.hpp"

#include <array>
#include <optional>
#include <systemc>

namespace icesim::twin {

/// The task management request list: a unit that reads one request after the other by a channel of its own, and what
/// is known of the requests under way. The owner calls the parts of an edge in the order in which hardware settles
/// them.
class TaskListTwin : public sc_core::sc_module {
 public:
  static constexpr std::uint32_t size = 8;
  /// A request by its number, and which of those that had it.
  struct Which {
    std::uint32_t number = 0;
    std::uint32_t life = 0;
  };
  struct Refused {
    Which which;
    Ocs ocs = Ocs::invalid;
  };

  TaskListTwin(const sc_core::sc_module_name& name, const UfsHostControllerConfig& config, const TwinClock& bus,
               const RegisterFile& registers, const SystemMemory& memory, TransmitQueue& transmit);

  /// First: the unit advances, and takes the next request when it is through with one.
  std::optional<Refused> advance(std::uint64_t cycle);
  /// Then, in the order in which software asks: doorbells ring, or requests are cleared.
  void ring(std::uint32_t numbers);
  void forget(std::uint32_t numbers);

  /// The receive side parses a response: the request that it ends, if there is one.
  std::optional<Which> answered(const UpiuHeader& header);
  bool under_way(const Which& which) const {
    return tasks_[which.number].active && tasks_[which.number].life == which.life;
  }
  bool interrupts(std::uint32_t number) const { return tasks_[number].interrupt; }
  const UpiuHeader& response(std::uint32_t number) const { return tasks_[number].response; }
  std::uint64_t address(std::uint32_t number) const;

  bool reads() const { return state_ != State::idle; }
  bool idle() const { return pending_.read() == 0 && state_ == State::idle; }
  void trace(sc_core::sc_trace_file* file) const override;

 private:
  enum class State : std::uint8_t { idle, reads, checks };
  struct Task {
    bool active = false;
    bool waits = false;  ///< for its response
    std::uint32_t life = 0;
    bool interrupt = false;
    UpiuHeader request{};
    UpiuHeader response{};
  };

  void take_next();
  Ocs read_request();

  UfsHostControllerConfig config_;
  ClockDomain bus_;
  const RegisterFile& registers_;
  const SystemMemory& memory_;
  TransmitQueue& transmit_;
  DmaReadTwin channel_;
  std::array<Task, size> tasks_;
  std::uint32_t wanted_ = 0;
  State state_ = State::idle;
  Which taken_;
  std::uint64_t descriptor_ = 0;
  std::uint64_t count_ = 0;  ///< cycles of checking that are left
  sc_core::sc_signal<std::uint32_t> pending_{"pending"};
};

}  // namespace icesim::twin
