// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/histogram.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < bucket_count; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

Picoseconds Histogram::mean() const {
  return count_ == 0 ? Picoseconds{} : Picoseconds{static_cast<std::uint64_t>(sum_ / count_)};
}

Picoseconds Histogram::percentile(std::uint64_t thousandths) const {
  ensure(thousandths <= 1000, "a percentile is 0..1000 thousandths");
  if (count_ == 0) return {};
  if (thousandths == 0) return min_;
  const auto rank = static_cast<std::uint64_t>((Wide{count_} * thousandths + 999) / 1000);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    seen += buckets_[i];
    if (seen >= rank) return std::min(Picoseconds{upper_edge(i)}, max_);
  }
  throw_bug("histogram buckets hold fewer values than were added");
}

std::uint64_t Histogram::upper_edge(std::size_t bucket) {
  constexpr std::size_t group = std::size_t{1} << sub_bits;
  if (bucket < 2 * group) return bucket;
  const std::size_t dropped = (bucket >> sub_bits) - 1;
  const std::uint64_t top = bucket - (dropped << sub_bits);
  // The last bucket ends at 2^64 - 1: the shift drops the carry and the subtraction brings it back.
  return ((top + 1) << dropped) - 1;
}

}  // namespace icesim
