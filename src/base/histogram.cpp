// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/histogram.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {

void Histogram::open(std::size_t octave) {
  // Takes memory only where it is touched; later octaves allocate nothing.
  if (buckets_.empty()) buckets_.reserve(octaves * buckets_per_octave);
  begins_[octave] = static_cast<std::uint32_t>(buckets_.size());
  buckets_.resize(buckets_.size() + buckets_per_octave);
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t octave = 0; octave < octaves; ++octave) {
    if (other.begins_[octave] == absent) continue;
    if (begins_[octave] == absent) open(octave);
    const std::uint64_t* const theirs = &other.buckets_[other.begins_[octave]];
    std::uint64_t* const ours = &buckets_[begins_[octave]];
    for (std::size_t i = 0; i < buckets_per_octave; ++i) ours[i] += theirs[i];
  }
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
  const auto rank = static_cast<std::uint64_t>((Wide{count_} * thousandths + 999) / 1000);
  if (rank <= 1) return min_;
  if (rank == count_) return max_;
  std::uint64_t seen = 0;
  for (std::size_t octave = 0; octave < octaves; ++octave) {
    if (begins_[octave] == absent) continue;
    for (std::size_t i = 0; i < buckets_per_octave; ++i) {
      seen += buckets_[begins_[octave] + i];
      if (seen >= rank) return std::clamp(Picoseconds{middle(octave, i)}, min_, max_);
    }
  }
  throw_bug("histogram buckets hold fewer values than were added");
}

std::uint64_t Histogram::middle(std::size_t octave, std::size_t bucket) {
  if (octave == 0) return bucket;
  const unsigned dropped = dropped_bits(octave);
  const std::uint64_t width = std::uint64_t{1} << dropped;
  return ((buckets_per_octave + bucket) << dropped) + (width - 1) / 2;
}

}  // namespace icesim
