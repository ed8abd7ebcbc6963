// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/requests/block_waits.hpp"
#include "src/workload/requests/device_counts.hpp"
#include "src/workload/requests/pairing.hpp"
#include "src/workload/requests/request_counter.hpp"
#include "src/workload/requests/trace_clock.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace icesim {

/// Makes the requests of one device from the events of a trace, the same way for every format: chooses the device,
/// counts time from the first request, keeps it from going backwards, shortens idle gaps, leaves out requests that are
/// issued again, pairs completions with issues (Pairing), and counts whatever it does.
class RequestAssembler {
 public:
  /// `fail` throws the UserError that names the place in the trace.
  using Fail = std::function<void(std::string_view)>;

  RequestAssembler(std::string format, Completions completions, const TraceOptions& options, Fail fail);

  /// Sets `request` and returns true when the event brings one.
  bool issue(const RequestEvent& event, IoRequest& request);
  /// The driver gave the request back to the block layer, which will issue it again.
  void put_back(const RequestEvent& event);
  void complete(const RequestEvent& event);
  /// A trace that tells in the event given last how long its request took.
  void completed_after(Picoseconds latency, const RequestEvent& event);
  /// The trace has completions further on.
  void expect_completions() { pairing_.expect_completions(); }
  /// The trace is in order of time: events that lie a second or more before others begin another recording.
  void expect_order() { ordered_ = true; }
  /// What follows is another recording, whose times begin anew.
  void begin_recording();
  /// No event follows. Throws when the trace had no request; `hint` says what to record.
  void finish(std::string_view hint);

  bool started() const { return clock_.started(); }
  BlockDevice device() const { return device_; }
  /// Whether events before an issue are wanted (TraceOptions::tells_waits).
  bool takes_waits() const { return waits_ != nullptr; }
  /// The block layer did something with a request that is not yet issued.
  void wait(BlockWaits::Step step, const RequestEvent& event) { waits_->note(step, event); }
  /// The rwbs word and the waits of the request given last, as long as its event is there.
  RequestOrigin origin() const { return origin_; }
  TraceInfo& info() { return info_; }
  const TraceInfo& info() const { return info_; }

 private:
  bool is_other(BlockDevice device) const { return device_known_ && !(device == device_); }
  void watch_order(std::uint64_t nanoseconds);

  Fail fail_;
  BlockDevice device_;
  bool device_known_ = false;
  RequestOrigin origin_;
  std::unique_ptr<BlockWaits> waits_;
  bool ordered_ = false;
  std::uint64_t newest_ = 0;  ///< time of the latest event of the device
  TraceClock clock_;
  TraceInfo info_;
  DeviceCounts devices_{info_};
  Pairing pairing_;
  RequestCounter counter_{info_};
};

}  // namespace icesim
