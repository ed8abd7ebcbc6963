// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/controller/dma/dma_channel.hpp"
#include "testbench/reference/base/crossing_twin.hpp"

#include <deque>
#include <systemc>

namespace icesim::twin {

/// The wires of one read channel: an address channel and a data channel that is always ready.
struct ReadWires {
  sc_core::sc_signal<bool> address_valid{"address_valid"};
  sc_core::sc_signal<std::uint64_t> address_beats{"address_beats"};
  sc_core::sc_signal<bool> data_valid{"data_valid"};
  sc_core::sc_signal<bool> data_last{"data_last"};
};

/// The wires of one write channel: the address goes with the first beat.
struct WriteWires {
  sc_core::sc_signal<bool> data_valid{"data_valid"};
  sc_core::sc_signal<bool> data_last{"data_last"};
  sc_core::sc_signal<bool> response{"response"};
};

/// The memory's half of a read channel: a pipe as long as the latency, the bursts that wait for the data bus, the bus.
class MemoryReadTwin : public sc_core::sc_module {
 public:
  MemoryReadTwin(const sc_core::sc_module_name& name, const DmaConfig& config, const TwinClock& clock,
                 ReadWires& wires);

 private:
  void step();

  ReadWires& wires_;
  std::deque<std::uint64_t> pipe_;  ///< one place a cycle: beats of the burst that is there, 0 for none
  std::deque<std::uint64_t> waiting_;
  std::uint64_t beats_left_ = 0;
};

/// The memory's half of a write channel: a pipe from the last beat to the response.
class MemoryWriteTwin : public sc_core::sc_module {
 public:
  MemoryWriteTwin(const sc_core::sc_module_name& name, const DmaConfig& config, const TwinClock& clock,
                  WriteWires& wires);

 private:
  void step();

  WriteWires& wires_;
  std::deque<bool> pipe_;
};

/// A burst that ends: the last `end` bytes of job `job` are there.
struct BurstEnd {
  std::uint64_t job = 0;
  std::uint64_t end = 0;
};

/// A read channel with its memory. A process on an edge() of the clock may ask, and sees the burst that is complete on
/// this edge; the address of a job that is asked for on an edge leaves on it.
class DmaReadTwin : public sc_core::sc_module {
 public:
  DmaReadTwin(const sc_core::sc_module_name& name, const DmaConfig& config, const TwinClock& clock);

  /// Asks for `bytes`; jobs are numbered from 0 in the order of the calls.
  void ask(std::uint64_t bytes) { jobs_.push_back({asked_++, bytes, 0}); }
  /// Whether the last beat of a burst is taken on this edge, and which burst that is.
  bool completes() const { return wires_.data_valid.read() && wires_.data_last.read(); }
  const BurstEnd& completed() const { return under_way_.front(); }

  /// Cycles in which the data bus carried a beat.
  std::uint64_t busy() const { return busy_; }
  void trace(sc_core::sc_trace_file* file) const override;

 private:
  struct Job {
    std::uint64_t number;
    std::uint64_t bytes;
    std::uint64_t sent;
  };
  void step();

  DmaConfig config_;
  ReadWires wires_;
  MemoryReadTwin memory_;
  std::deque<Job> jobs_;
  std::deque<BurstEnd> under_way_;
  std::uint64_t asked_ = 0;
  std::uint64_t busy_ = 0;
};

/// A write channel with its memory. Jobs are written in the order in which they were announced, each burst when its
/// last byte is there.
class DmaWriteTwin : public sc_core::sc_module {
 public:
  DmaWriteTwin(const sc_core::sc_module_name& name, const DmaConfig& config, const TwinClock& clock);

  /// Announces a job of `bytes`, numbered from 0 in the order of the calls.
  void announce(std::uint64_t bytes) { jobs_.push_back({announced_++, bytes, 0, 0}); }
  /// The first `end` bytes of a job are there: in a process of the bus clock, or from another one.
  void provide(std::uint64_t job, std::uint64_t end);
  void provide_from_other_clock(std::uint64_t job, std::uint64_t end) { from_other_clock_.push({job, end}); }
  /// Whether a burst has become visible on this edge, and which one.
  bool completes() const;
  const BurstEnd& completed() const { return under_way_.front(); }

  std::uint64_t busy() const { return busy_; }
  void trace(sc_core::sc_trace_file* file) const override;

 private:
  struct Job {
    std::uint64_t number;
    std::uint64_t bytes;
    std::uint64_t sent;
    std::uint64_t available;
  };
  void step();
  void start_burst();

  DmaConfig config_;
  WriteWires wires_;
  MemoryWriteTwin memory_;
  AsyncFifo<BurstEnd> from_other_clock_;
  std::deque<Job> jobs_;
  std::deque<BurstEnd> under_way_;
  std::uint64_t beats_left_ = 0;
  std::uint64_t announced_ = 0;
  std::uint64_t busy_ = 0;
};

}  // namespace icesim::twin
