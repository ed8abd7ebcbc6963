// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/fio/fio_direction.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr unsigned bits = 6;
constexpr std::uint64_t per_power = 1 << bits;

}  // namespace

std::size_t fio_bucket(std::uint64_t nanoseconds) {
  if (nanoseconds < 2 * per_power) return nanoseconds;
  const unsigned lost = 63 - static_cast<unsigned>(__builtin_clzll(nanoseconds)) - bits;
  return ((lost + 1) << bits) + ((nanoseconds >> lost) & (per_power - 1));
}

std::uint64_t fio_bucket_value(std::size_t bucket) {
  if (bucket < 2 * per_power) return bucket;
  const std::size_t lost = (bucket >> bits) - 1;
  const std::uint64_t in_power = bucket & (per_power - 1);
  return (std::uint64_t{1} << (lost + bits)) + (in_power << lost) + (std::uint64_t{1} << (lost - 1));
}

void FioDirection::add(Picoseconds latency, Bytes length) {
  const std::uint64_t ns = latency.n / 1000;
  if (count_ == 0) first_ = min_ = ns;
  min_ = std::min(min_, ns);
  max_ = std::max(max_, ns);
  ++count_;
  bytes_ += length;
  sum_ += ns;
  const Signed distance = Signed{ns} - Signed{first_};
  distance_ += distance;
  squares_ += static_cast<Wide>(distance * distance);
  const std::size_t bucket = fio_bucket(ns);
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  ++buckets_[bucket];
}

Wide FioDirection::mean() const { return count_ == 0 ? 0 : sum_ * 1'000'000 / count_; }

Wide FioDirection::deviation() const {
  if (count_ < 2) return 0;
  const Signed middle = distance_ / Signed{count_};
  const Signed sum = static_cast<Signed>(squares_) - 2 * middle * distance_ + Signed{count_} * middle * middle;
  return square_root(static_cast<Wide>(sum) / (count_ - 1) * 1'000'000'000'000);
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> FioDirection::bins() const {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> all;
  for (std::size_t i = 0; i < buckets_.size(); ++i)
    if (buckets_[i] > 0) all.emplace_back(fio_bucket_value(i), buckets_[i]);
  return all;
}

std::uint64_t FioDirection::percentile(std::uint64_t ppm) const {
  Wide so_far = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    so_far += buckets_[i];
    if (so_far * 1'000'000 >= Wide{ppm} * count_ && so_far > 0) return fio_bucket_value(i);
  }
  return 0;
}

}  // namespace icesim
