// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/requests/request_event.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace icesim {

/// The last completions without a request. Two CPUs may note a completion before its issue.
class RecentOrphans {
 public:
  void add(const RequestEvent& completion) {
    Orphan& orphan = orphans_[added_++ % most];
    orphan = {completion, true};
    orphan.event.word = {};
    newest_ = std::max(newest_, completion.nanoseconds);
  }

  /// Takes out the newest that is of the request just issued: its time lies behind the issue's, or so little before it
  /// that the two were noted in the wrong order. Sets its time.
  std::optional<std::uint64_t> take(const RequestEvent& issue) {
    if (added_ == 0 || newest_ + nearness < issue.nanoseconds) return std::nullopt;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(added_, most); ++i) {
      Orphan& orphan = orphans_[(added_ - 1 - i) % most];
      if (!orphan.waits || !is_of(orphan.event, issue)) continue;
      orphan.waits = false;
      return orphan.event.nanoseconds;
    }
    return std::nullopt;
  }
  void clear() { added_ = newest_ = 0; }

 private:
  static constexpr std::size_t most = 64;
  static constexpr std::uint64_t nearness = 1'000'000;

  struct Orphan {
    RequestEvent event;
    bool waits = false;
  };

  static bool is_of(const RequestEvent& completion, const RequestEvent& issue) {
    const IoRequest& a = completion.request;
    const IoRequest& b = issue.request;
    return completion.device == issue.device && completion.tag == issue.tag && a.operation == b.operation &&
           a.offset == b.offset && a.length == b.length && completion.nanoseconds + nearness >= issue.nanoseconds;
  }

  std::array<Orphan, most> orphans_{};
  std::uint64_t added_ = 0;
  std::uint64_t newest_ = 0;  ///< time of the latest
};

}  // namespace icesim
