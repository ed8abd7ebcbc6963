// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace icesim {

/// Distribution of times in log-linear buckets: count, sum, smallest and largest are exact, percentiles nearly so.
/// The bucket rule is fio's, applied to picoseconds: values below 128 have a bucket each, and every power of two
/// above is cut into 64 equal buckets. A percentile is the upper edge of its bucket, never above the largest value:
/// it is at least the exact one and less than 1/64 of it too large.
/// Adding costs a few instructions and no allocation; the size is fixed (about 30 KiB).
class Histogram {
 public:
  void add(Picoseconds time) {
    ++buckets_[bucket_of(time.n)];
    ++count_;
    sum_ += time.n;
    if (time < min_) min_ = time;
    if (time > max_) max_ = time;
  }
  /// Adds all values of the other one; the result does not depend on the order of merging.
  void merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  Wide sum() const { return sum_; }
  /// Zero when empty.
  Picoseconds min() const { return count_ == 0 ? Picoseconds{} : min_; }
  Picoseconds max() const { return max_; }
  /// sum / count, rounded down to a picosecond; zero when empty.
  Picoseconds mean() const;
  /// Value that at least `thousandths`/1000 of the values do not exceed (nearest rank: 500 is the median, 999 is
  /// p99.9, 0 is the smallest value); zero when empty.
  Picoseconds percentile(std::uint64_t thousandths) const;

 private:
  static constexpr unsigned sub_bits = 6;
  static constexpr std::size_t bucket_count = (64 - sub_bits + 1) << sub_bits;

  static std::size_t bucket_of(std::uint64_t value) {
    const auto top = static_cast<unsigned>(63 - __builtin_clzll(value | 1));
    if (top <= sub_bits) return value;
    const unsigned dropped = top - sub_bits;
    // value >> dropped lies in 64..127, which leaves the first 64 of a group to the group below.
    return (static_cast<std::size_t>(dropped) << sub_bits) + (value >> dropped);
  }
  static std::uint64_t upper_edge(std::size_t bucket);

  std::array<std::uint64_t, bucket_count> buckets_{};
  std::uint64_t count_ = 0;
  Wide sum_ = 0;
  Picoseconds min_{~std::uint64_t{0}};
  Picoseconds max_{};
};

}  // namespace icesim
