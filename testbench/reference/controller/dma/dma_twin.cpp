// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/dma/dma_twin.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim::twin {

namespace {
std::uint64_t beats_of(std::uint64_t bytes, const DmaConfig& config) {
  return (bytes + config.bytes_per_cycle.n - 1) / config.bytes_per_cycle.n;
}
}  // namespace

// All processes of a channel run on settled(), so that what is asked for on an edge takes effect on it. Among
// themselves they are registers like any others: each sees what the others held before the edge.

MemoryReadTwin::MemoryReadTwin(const sc_core::sc_module_name& name, const DmaConfig& config, const TwinClock& clock,
                               ReadWires& wires)
    : sc_module(name), wires_(wires), pipe_(config.read_latency.n - 1, 0) {
  SC_HAS_PROCESS(MemoryReadTwin);
  SC_METHOD(step);
  sensitive << clock.settled();
  dont_initialize();
}

void MemoryReadTwin::step() {
  // 1. The address moves through the pipe; the way from the address register into it is the latency's first cycle.
  pipe_.push_back(wires_.address_valid.read() ? wires_.address_beats.read() : 0);
  if (pipe_.front() > 0) waiting_.push_back(pipe_.front());
  pipe_.pop_front();
  // 2. The data bus carries one burst after another.
  if (beats_left_ == 0 && !waiting_.empty()) {
    beats_left_ = waiting_.front();
    waiting_.pop_front();
  }
  wires_.data_valid.write(beats_left_ > 0);
  wires_.data_last.write(beats_left_ == 1);
  if (beats_left_ > 0) --beats_left_;
}

DmaReadTwin::DmaReadTwin(const sc_core::sc_module_name& name, const DmaConfig& config, const TwinClock& clock)
    : sc_module(name), config_(config), memory_("memory", config, clock, wires_) {
  SC_HAS_PROCESS(DmaReadTwin);
  SC_METHOD(step);
  sensitive << clock.settled();
  dont_initialize();
}

void DmaReadTwin::step() {
  // 1. Take the beat on the bus; the last one of a burst ends it.
  if (wires_.data_valid.read()) ++busy_;
  if (completes()) under_way_.pop_front();
  // 2. Send the address of the next burst.
  const bool sends = !jobs_.empty() && under_way_.size() < config_.max_outstanding;
  wires_.address_valid.write(sends);
  if (!sends) return;
  Job& job = jobs_.front();
  const std::uint64_t bytes = std::min(config_.max_burst_bytes.n, job.bytes - job.sent);
  wires_.address_beats.write(beats_of(bytes, config_));
  job.sent += bytes;
  under_way_.push_back({job.number, job.sent});
  if (job.sent == job.bytes) jobs_.pop_front();
}

void DmaReadTwin::trace(sc_core::sc_trace_file* file) const {
  sc_core::sc_trace(file, wires_.address_valid, wires_.address_valid.name());
  sc_core::sc_trace(file, wires_.address_beats, wires_.address_beats.name());
  sc_core::sc_trace(file, wires_.data_valid, wires_.data_valid.name());
  sc_core::sc_trace(file, wires_.data_last, wires_.data_last.name());
}

MemoryWriteTwin::MemoryWriteTwin(const sc_core::sc_module_name& name, const DmaConfig& config, const TwinClock& clock,
                                 WriteWires& wires)
    : sc_module(name), wires_(wires), pipe_(std::max<std::uint64_t>(config.write_latency.n, 1) - 1, false) {
  SC_HAS_PROCESS(MemoryWriteTwin);
  SC_METHOD(step);
  sensitive << clock.settled();
  dont_initialize();
}

void MemoryWriteTwin::step() {
  pipe_.push_back(wires_.data_valid.read() && wires_.data_last.read());
  wires_.response.write(pipe_.front());
  pipe_.pop_front();
}

DmaWriteTwin::DmaWriteTwin(const sc_core::sc_module_name& name, const DmaConfig& config, const TwinClock& clock)
    : sc_module(name),
      config_(config),
      memory_("memory", config, clock, wires_),
      from_other_clock_("from_other_clock", clock) {
  SC_HAS_PROCESS(DmaWriteTwin);
  SC_METHOD(step);
  sensitive << clock.settled();
  dont_initialize();
}

void DmaWriteTwin::provide(std::uint64_t job, std::uint64_t end) {
  for (Job& announced : jobs_)
    if (announced.number == job) announced.available = end;
}

bool DmaWriteTwin::completes() const {
  // Without latency the response is the last beat itself.
  if (config_.write_latency.n == 0) return wires_.data_valid.read() && wires_.data_last.read();
  return wires_.response.read();
}

void DmaWriteTwin::start_burst() {
  if (jobs_.empty() || under_way_.size() >= config_.max_outstanding) return;
  Job& job = jobs_.front();
  const std::uint64_t bytes = std::min(config_.max_burst_bytes.n, job.bytes - job.sent);
  if (job.available < job.sent + bytes) return;
  beats_left_ = beats_of(bytes, config_);
  job.sent += bytes;
  under_way_.push_back({job.number, job.sent});
  if (job.sent == job.bytes) jobs_.pop_front();
}

void DmaWriteTwin::step() {
  // 1. Take what the other clock has sent, and the response.
  for (; from_other_clock_.available(); from_other_clock_.pop())
    provide(from_other_clock_.front().job, from_other_clock_.front().end);
  if (wires_.data_valid.read()) ++busy_;
  if (completes()) under_way_.pop_front();
  // 2. The data bus carries one burst after another.
  if (beats_left_ == 0) start_burst();
  wires_.data_valid.write(beats_left_ > 0);
  wires_.data_last.write(beats_left_ == 1);
  if (beats_left_ > 0) --beats_left_;
}

void DmaWriteTwin::trace(sc_core::sc_trace_file* file) const {
  sc_core::sc_trace(file, wires_.data_valid, wires_.data_valid.name());
  sc_core::sc_trace(file, wires_.data_last, wires_.data_last.name());
  sc_core::sc_trace(file, wires_.response, wires_.response.name());
  from_other_clock_.trace(file);
}

}  // namespace icesim::twin
