// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "src/workload/requests/request_event.hpp"

#include <array>
#include <cstdint>
#include <unordered_map>

namespace icesim {

/// What the block layer's events before an issue tell of how long a request has waited there: its first bio was queued (Q), it
/// got its request (G), was given to the scheduler (I). They are known by their first sector and their operation. Remembers at
/// most `most`; beyond that it begins anew.
class BlockWaits {
 public:
  enum Step : std::size_t { queued, got, inserted };

  void note(Step step, const RequestEvent& event) {
    if (event.request.operation == Operation::flush || !event.known) return;
    if (events_.size() == most) events_.clear();
    Times& times = events_[key_of(event)];
    // A new bio begins a new life.
    if (step == queued) times = {};
    times[step] = event.nanoseconds + 1;
  }
  /// Adds to `origin` what is known of a request that is issued.
  void take(const RequestEvent& issue, RequestOrigin& origin) {
    const auto found = events_.find(key_of(issue));
    if (found == events_.end() || issue.request.operation == Operation::flush) return;
    const auto before = [&](Step step) -> std::optional<Picoseconds> {
      const std::uint64_t at = found->second[step];
      if (at == 0 || at > issue.nanoseconds + 1 || issue.nanoseconds + 1 - at > longest) return {};
      return Picoseconds{(issue.nanoseconds + 1 - at) * 1'000};
    };
    origin.queued = before(queued);
    origin.got = before(got);
    origin.inserted = before(inserted);
    events_.erase(found);
  }

 private:
  static constexpr std::size_t most = 65'536;
  /// Linux gives up on requests after half a minute; an older event is another request's.
  static constexpr std::uint64_t longest = 60'000'000'000;
  /// In the trace's own nanoseconds, and one more; 0: not told.
  using Times = std::array<std::uint64_t, 3>;

  static std::uint64_t key_of(const RequestEvent& event) {
    const std::uint64_t device = std::uint64_t{event.device.major} << 20 | event.device.minor;
    return (event.request.offset.n / sector_size.n * 4 + static_cast<std::uint64_t>(event.request.operation)) ^
           device << 44;
  }

  std::unordered_map<std::uint64_t, Times> events_;
};

}  // namespace icesim
