// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/reader.hpp"
#include "src/workload/requests/outstanding.hpp"
#include "src/workload/requests/recent_orphans.hpp"
#include "src/workload/requests/running_rows.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace icesim {

/// Whether a trace has events that say when requests completed.
enum class Completions { recorded, absent };

/// Pairs the events of one device: which issue is a request of its own and which the same one again, and which request
/// a completion ends. Latencies are differences of the trace's own times. Whatever fits nothing is counted in the
/// TraceInfo.
///
/// - A completion ends the newest outstanding request of the same operation, first address and length; one of the same
///   address and less length ends the head of the newest such request and leaves the rest outstanding. Where commands
///   have tags, it ends that of its tag, if all of this agrees too.
/// - An issue that equals a request that was put back is that request. One that equals an outstanding request (with its
///   flags, and its tag) within the window after its first issue is that request issued again. One that equals it
///   later, or has its tag, gives the older one up. Flushes all look alike: none is taken for another.
/// - A completion may stand before its issue, in the trace or by its time: then there is no latency, unless only their
///   order in the trace is wrong.
class Pairing {
 public:
  Pairing(TraceInfo& info, Completions completions, const TraceOptions& options);

  /// True when the event brings a request of its own.
  bool issue(const RequestEvent& event);
  void put_back(const RequestEvent& event);
  void complete(const RequestEvent& event);
  /// A completion in front of all issues; who calls counts it as an orphan, if it is of the device.
  void precede(const RequestEvent& completion) { orphans_.add(completion); }
  /// The device has taken up another command under this tag.
  void reuse(std::uint32_t tag);
  /// What was issued last took so long, by the trace's own word; it arrived at `time`.
  void took(Picoseconds latency, const RequestEvent& event, Picoseconds time);
  /// Requests that end before this time no longer are outstanding.
  void arrive(Picoseconds time);
  /// The trace has completions, though none has come yet: repeated issues are the same request.
  void expect_completions() { expected_ = true; }
  /// Another recording begins: nothing of the one before will complete.
  void restart();
  /// No event follows.
  void finish();

 private:
  using Entry = Outstanding::Entry;

  bool collapses() const { return window_ ? *window_ > 0 : expected_; }
  std::uint64_t window() const { return window_ && *window_ > 0 ? *window_ : usual_window; }
  bool is_new(const RequestEvent& event);
  void notice_order(std::uint64_t nanoseconds);
  void answer(Entry& entry, const RequestEvent& event);
  void give_up(Entry& entry);
  void leave(const TraceCompletion& completion);
  void settle();
  void count();

  static constexpr std::uint64_t usual_window = usual_reissue_window.n / 1'000;

  TraceInfo& info_;
  std::function<void(const TraceCompletion&)> completed_;
  Completions completions_;
  std::optional<std::uint64_t> window_;  ///< in nanoseconds; empty: the usual one, where the trace has completions
  bool follows_ = true;                  ///< false: nothing is asked for but the requests as they stand there
  bool expected_ = false;
  std::uint64_t newest_ = 0;  ///< time of the latest event
  std::uint64_t given_up_ = 0;
  Outstanding outstanding_;
  RecentOrphans orphans_;
  RunningRows rows_;
  std::optional<TraceCompletion> due_;  ///< of the request issued last, which had completed before
};

}  // namespace icesim
