// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace icesim {

/// Distribution of times in log-linear buckets: count, sum, smallest and largest are exact, percentiles nearly so.
///
/// Values below 2048 ps have a bucket each, and every power of two above is cut into 1024 equal buckets. A percentile
/// is the middle of its bucket, between the smallest and the largest value: a bucket that begins at a is at most a /
/// 1024 wide, so that no percentile is further from the exact one than a 2048th of it, 0.05 %. Adding costs a few
/// instructions. The buckets of a power of two, 8 KiB, are there from its first value on.
class Histogram {
 public:
  void add(Picoseconds time) {
    const std::size_t octave = octave_of(time.n);
    if (begins_[octave] == absent) open(octave);
    ++buckets_[begins_[octave] + bucket_of(time.n, octave)];
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
  static constexpr unsigned sub_bits = 10;
  static constexpr std::size_t buckets_per_octave = std::size_t{1} << sub_bits;
  /// Octave 0 holds the values below 2^sub_bits; octave i > 0 those from 2^(sub_bits + i - 1), in buckets of 2^(i - 1).
  static constexpr std::size_t octaves = 64 - sub_bits + 1;
  static constexpr std::uint32_t absent = ~std::uint32_t{0};

  static std::size_t octave_of(std::uint64_t value) {
    // Bits beyond the first sub_bits.
    return 64 - sub_bits - static_cast<unsigned>(__builtin_clzll(value | (buckets_per_octave >> 1)));
  }
  static unsigned dropped_bits(std::size_t octave) { return static_cast<unsigned>(octave == 0 ? 0 : octave - 1); }
  static std::size_t bucket_of(std::uint64_t value, std::size_t octave) {
    return (value >> dropped_bits(octave)) & (buckets_per_octave - 1);
  }
  static std::uint64_t middle(std::size_t octave, std::size_t bucket);
  void open(std::size_t octave);

  static constexpr std::array<std::uint32_t, octaves> none = [] {
    std::array<std::uint32_t, octaves> all{};
    for (std::uint32_t& each : all) each = absent;
    return all;
  }();

  std::array<std::uint32_t, octaves> begins_ = none;  ///< where in `buckets_` those of an octave begin
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  Wide sum_ = 0;
  Picoseconds min_{~std::uint64_t{0}};
  Picoseconds max_{};
};

}  // namespace icesim
