// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace icesim {

/// fio's buckets of latencies in ns: 64 for each power of two, each known by its middle [fio].
std::size_t fio_bucket(std::uint64_t nanoseconds);
std::uint64_t fio_bucket_value(std::size_t bucket);

/// Latencies of one direction, in whole nanoseconds, rounded down; all sums are of integers, so that they are the same everywhere.
class FioDirection {
 public:
  void add(Picoseconds latency, Bytes length);

  std::uint64_t count() const { return count_; }
  Bytes bytes() const { return bytes_; }
  std::uint64_t min() const { return min_; }
  std::uint64_t max() const { return max_; }
  /// In 10^-6 ns, rounded down; the deviation is that of a sample.
  Wide mean() const;
  Wide deviation() const;
  /// Requests in each bucket that has any, by its value.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> bins() const;
  /// Value of the first bucket up to which so many of 10^6 requests lie.
  std::uint64_t percentile(std::uint64_t ppm) const;

 private:
  /// Distances are from the first latency, which keeps their squares small.
  __extension__ typedef __int128 Signed;

  std::uint64_t count_ = 0;
  Bytes bytes_{};
  std::uint64_t min_ = 0;
  std::uint64_t max_ = 0;
  std::uint64_t first_ = 0;
  Wide sum_ = 0;
  Signed distance_ = 0;
  Wide squares_ = 0;
  std::vector<std::uint64_t> buckets_;
};

}  // namespace icesim
