// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/requests/idle_cut.hpp"

#include <cstdint>
#include <optional>

namespace icesim {

/// Makes arrivals of a trace's own times: counted from its first request, never backwards, with long pauses shortened.
/// A further recording goes on where the one before it ended.
class TraceClock {
 public:
  explicit TraceClock(Picoseconds idle_cap) : idle_{idle_cap} {}

  bool started() const { return started_; }
  /// The time of the last arrival with what pauses were shortened by.
  Picoseconds uncut() const { return last_ + idle_.cut; }
  /// The next arrival is the first of another recording.
  void restart() { restarts_ = started_; }
  /// The time of an arrival; empty: the trace lies more than 200 days behind its first request.
  std::optional<Picoseconds> arrive(std::uint64_t nanoseconds, TraceInfo& info) {
    if (!started_ || restarts_) {
      if (!started_) info.start = nanoseconds;
      start_ = nanoseconds;
      base_ = uncut();
      started_ = true;
      restarts_ = false;
    }
    if (nanoseconds >= start_ && nanoseconds - start_ > longest - base_.n / 1'000) return std::nullopt;
    const Picoseconds elapsed{nanoseconds < start_ ? 0 : (nanoseconds - start_) * 1'000 + base_.n};
    if (nanoseconds < start_ || elapsed < uncut())
      ++info.backward_steps;
    else
      last_ = idle_.take(elapsed - idle_.cut, last_, info);
    return last_;
  }

 private:
  /// So many nanoseconds still are a number of picoseconds: 200 days.
  static constexpr std::uint64_t longest = std::uint64_t{200} * 24 * 3600 * 1'000'000'000;

  IdleCut idle_;
  bool started_ = false;
  bool restarts_ = false;
  std::uint64_t start_ = 0;  ///< what is time `base_`, in nanoseconds
  Picoseconds base_{};
  Picoseconds last_{};
};

}  // namespace icesim
