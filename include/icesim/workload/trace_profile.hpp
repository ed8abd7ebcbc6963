// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/histogram.hpp"
#include "icesim/workload/io_request.hpp"
#include "icesim/workload/miss_curve.hpp"

#include <array>
#include <cstdint>
#include <unordered_set>
#include <vector>

namespace icesim {

class Statistics;

/// Requests over time in a fixed number of intervals, which double in length when the trace goes on.
class ArrivalTimeline {
 public:
  static constexpr std::size_t most_intervals = 32;

  struct Interval {
    std::uint64_t requests = 0;
    Bytes bytes{};
    std::uint64_t depth_sum = 0;  ///< of the requests outstanding at each arrival, itself included
    std::uint64_t depth_max = 0;
  };
  /// Times must not decrease.
  void add(Picoseconds time, Bytes length, std::uint64_t depth);
  /// The request added last has so many bytes more.
  void lengthen(Bytes length) { intervals_.back().bytes += length; }
  Picoseconds width() const { return width_; }
  const std::vector<Interval>& intervals() const { return intervals_; }

 private:
  Picoseconds width_{1'000'000'000};
  std::vector<Interval> intervals_;
};

/// What became of the keyslots that requests had when they were recorded: a request hits when the one before it in its
/// keyslot had the same key.
class RecordedKeyslots {
 public:
  void add(const IoRequest& request);
  std::uint64_t requests() const { return requests_; }
  /// Different keyslots.
  std::uint64_t used() const;
  std::uint64_t hits() const { return hits_; }
  void describe(Statistics& statistics) const;

 private:
  std::vector<KeyId> keys_;  ///< by keyslot, of the last request; no_key: it has had none
  std::uint64_t requests_ = 0;
  std::uint64_t hits_ = 0;
};

/// What the requests of a trace are like, from one pass in constant memory (but for the sets of keys and of processes).
class TraceProfile {
 public:
  /// Requests up to a power of two long, for reads, writes, flushes and discards.
  using Sizes = std::array<std::array<std::uint64_t, 4>, 65>;

  /// `depth` is the number of requests outstanding after the arrival of this one, 0 where the trace does not tell. A
  /// piece of a request follows the piece before it.
  void add(const IoRequest& request, std::uint64_t depth);

  /// Index n counts lengths above 2^(n-1) and up to 2^n bytes; 0 those of 0 and 1.
  const Sizes& sizes() const { return sizes_; }
  const ArrivalTimeline& timeline() const { return timeline_; }
  const MissCurve& keys() const { return keys_; }
  void describe(Statistics& statistics) const;

 private:
  void lengthen(const IoRequest& piece);

  Sizes sizes_{};
  ArrivalTimeline timeline_;
  MissCurve keys_;
  RecordedKeyslots keyslots_;
  Histogram gaps_;
  std::unordered_set<std::uint32_t> processes_;
  std::uint64_t sequential_ = 0;
  std::uint64_t unaligned_ = 0;
  bool started_ = false;
  IoRequest last_;  ///< the request added last, with all its pieces so far
  std::array<Bytes, 4> end_{};
};

}  // namespace icesim
