// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/reader.hpp"
#include "src/workload/requests/idle_cut.hpp"
#include "src/workload/requests/outstanding.hpp"
#include "src/workload/requests/request_counter.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace icesim {

/// What a reader decodes from one line, record or packet: a request that is issued or completed.
struct RequestEvent {
  BlockDevice device;
  std::uint64_t nanoseconds = 0;  ///< by the trace's own clock
  std::string_view word;          ///< its rwbs word; empty: named by its flags
  IoRequest request;              ///< operation, flags, address, length, process
  bool known = true;              ///< false: neither read, write, flush nor discard
  bool has_unknown_flags = false;  ///< its rwbs word has letters that are not Linux's

  /// Sets operation, flags, address and length from a rwbs word and sectors of 512 bytes; false when they make no sense.
  bool set(std::string_view rwbs, std::uint64_t sector, std::uint64_t sectors);
};

/// Makes the requests of one device from the events of a trace, the same way for every format: chooses the device, counts
/// time from the first request, keeps it from going backwards, shortens idle gaps, leaves out requests that are issued
/// again, pairs completions with issues, and counts whatever it does.
class RequestAssembler {
 public:
  /// `fail` throws the UserError that names the place in the trace.
  using Fail = std::function<void(std::string_view)>;

  enum class Completions { recorded, absent };

  RequestAssembler(std::string format, Completions completions, const TraceOptions& options, Fail fail);

  /// Sets `request` and returns true when the event brings one.
  bool issue(const RequestEvent& event, IoRequest& request);
  void complete(const RequestEvent& event);
  /// A trace that tells how long the request given last took.
  void completed_after(Picoseconds latency, const IoRequest& request);
  /// Throws when the trace had no request; `hint` says what to record.
  void finish(std::string_view hint) const;

  bool started() const { return started_; }
  BlockDevice device() const { return device_; }
  TraceInfo& info() { return info_; }
  const TraceInfo& info() const { return info_; }

 private:
  bool is_other(BlockDevice device) const { return device_known_ && !(device == device_); }
  std::optional<Picoseconds> time_of(std::uint64_t nanoseconds) const;
  Picoseconds arrival(std::uint64_t nanoseconds);
  void note_latency(Picoseconds latency, Operation operation);
  void count_unfinished();

  Fail fail_;
  std::function<void(Operation, Picoseconds)> completed_;
  Completions completions_;
  Picoseconds reissue_window_;
  IdleCut idle_;
  BlockDevice device_;
  bool device_known_ = false;
  bool started_ = false;
  std::uint64_t start_ = 0;  ///< what is time 0, in nanoseconds
  Picoseconds last_time_{};
  Outstanding outstanding_;
  TraceInfo info_;
  RequestCounter counter_{info_};
};

}  // namespace icesim
