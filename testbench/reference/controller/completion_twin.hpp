// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/reference/controller/dma/dma_twin.hpp"

#include <cstdint>
#include <systemc>
#include <vector>

namespace icesim::twin {

/// What is written to memory: the data and RESPONSEs that the link brings, in its order, by one channel; the ends of
/// commands that come without a RESPONSE by another. A status waits at the head of its channel until the response
/// before it is visible.
class CompletionTwin : public sc_core::sc_module {
 public:
  /// What became visible on an edge.
  struct Written {
    std::vector<std::uint64_t> data;    ///< the jobs whose data are all there
    std::vector<std::uint64_t> status;  ///< the commands whose OCS is there
  };

  CompletionTwin(const sc_core::sc_module_name& name, const DmaConfig& dma, const TwinClock& bus)
      : sc_module(name), link_{{"link", dma, bus}, {}}, errors_{{"errors", dma, bus}, {}} {}

  /// First in an edge: what is visible, and the statuses that it lets go.
  Written advance() {
    Written written;
    advance(link_, written);
    advance(errors_, written);
    return written;
  }
  /// `bytes` of data will come out of the engine; gives the job's number.
  std::uint64_t data(std::uint64_t id, std::uint64_t bytes) { return announce(link_, {Kind::data, id, bytes}); }
  /// The first `end` bytes of a job have come.
  void provide(std::uint64_t job, std::uint64_t end) { link_.port.provide(job, end); }
  /// A RESPONSE, or zeroes in its place, all there; then the status: an OCS or a completion entry.
  void response(std::uint64_t id, std::uint64_t bytes, std::uint64_t status = 4) { end(link_, id, bytes, status); }
  void failure(std::uint64_t id, std::uint64_t bytes, std::uint64_t status = 4) { end(errors_, id, bytes, status); }

  bool idle() const { return link_.written == link_.jobs.size() && errors_.written == errors_.jobs.size(); }
  void trace(sc_core::sc_trace_file* file) const override {
    link_.port.trace(file);
    errors_.port.trace(file);
  }

 private:
  enum class Kind : std::uint8_t { data, response, status };
  struct Job {
    Kind kind;
    std::uint64_t id;
    std::uint64_t bytes;
  };
  struct Channel {
    DmaWriteTwin port;
    std::vector<Job> jobs;  ///< by the port's numbers
    std::size_t written = 0;
  };

  static std::uint64_t announce(Channel& channel, const Job& job) {
    channel.jobs.push_back(job);
    channel.port.announce(job.bytes);
    return channel.jobs.size() - 1;
  }
  static void end(Channel& channel, std::uint64_t id, std::uint64_t bytes, std::uint64_t status) {
    channel.port.provide(announce(channel, {Kind::response, id, bytes}), bytes);
    announce(channel, {Kind::status, id, status});
  }
  static void advance(Channel& channel, Written& written) {
    if (!channel.port.completes()) return;
    const BurstEnd burst = channel.port.completed();
    const Job& job = channel.jobs[burst.job];
    if (burst.end < job.bytes) return;
    ++channel.written;
    if (job.kind == Kind::data) written.data.push_back(job.id);
    if (job.kind == Kind::response) channel.port.provide(burst.job + 1, channel.jobs[burst.job + 1].bytes);
    if (job.kind == Kind::status) written.status.push_back(job.id);
  }

  Channel link_;
  Channel errors_;
};

}  // namespace icesim::twin
