// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/ice/aes_xts_pipeline.hpp"
#include "testbench/reference/base/twin_clock.hpp"
#include "testbench/reference/ice/aes_xts_engine_twin.hpp"

#include <array>
#include <deque>
#include <systemc>
#include <vector>

namespace icesim::twin {

/// A clocked inline crypto engine for both directions: engines, bypass, and the order of what leaves.
///
/// Each direction is a stream of bytes with a count of those that have arrived (in this clock domain, behind a
/// synchroniser) and one of those that have left, as seen just before an edge. accept() tells the jobs that the stream
/// consists of before their first byte arrives; jobs of shared engines in the order in which those shall work on them.
class AesXtsPipelineTwin : public sc_core::sc_module {
 public:
  struct Job {
    Direction direction = Direction::to_device;
    bool encrypted = false;  ///< otherwise it passes by
    Keyslot keyslot{};
    std::uint64_t generation = 0;
    std::uint64_t bytes = 0;
    std::uint64_t offset = 0;  ///< of the first byte in its data unit
    std::uint64_t data_unit = 4096;
  };

  sc_core::sc_vector<sc_core::sc_in<std::uint64_t>> arrived{"arrived", 2};
  sc_core::sc_vector<sc_core::sc_out<std::uint64_t>> left{"left", 2};

  SC_HAS_PROCESS(AesXtsPipelineTwin);
  AesXtsPipelineTwin(const sc_core::sc_module_name& name, const AesXtsPipelineConfig& config, const TwinClock& clock);

  void accept(const Job& job);

  const AesXtsEngineTwin& engine(Direction direction) const { return engines_[engine_of(direction)]; }

  void trace(sc_core::sc_trace_file* file) const override;

 private:
  /// A job on its way, by where it ends in the stream of its direction.
  struct Passing {
    bool encrypted = false;
    std::uint64_t end = 0;
    std::uint64_t end_of_encrypted = 0;  ///< the same, counting encrypted bytes only
    std::uint64_t number = 0;            ///< of the job
  };
  struct Way {
    std::uint64_t announced = 0;
    std::uint64_t announced_encrypted = 0;
    std::deque<Passing> jobs;           ///< that have not left, oldest first
    std::vector<std::uint64_t> bypass;  ///< `arrived` of the cycles before, the last cycle first
  };

  std::size_t engine_of(Direction direction) const {
    return config_.engines == Engines::shared ? 0 : static_cast<std::size_t>(direction);
  }
  void edge();
  void drive_left();
  /// What had arrived `cycles` cycles ago.
  std::uint64_t arrived_before(std::size_t direction, std::uint64_t cycles) const;
  /// How far a job has left; its end when all of it has.
  std::uint64_t progress(std::size_t direction, const Passing& job) const;

  AesXtsPipelineConfig config_;
  std::array<AesXtsEngineTwin, 2> engines_;
  std::array<Way, 2> ways_;
  std::uint64_t accepted_ = 0;  ///< jobs
  sc_core::sc_signal<bool> phase_{"phase"};  ///< changes with every edge
};

}  // namespace icesim::twin
