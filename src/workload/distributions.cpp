// SPDX-License-Identifier: Apache-2.0
#include "src/workload/distributions.hpp"

#include "icesim/base/error.hpp"
#include "src/workload/fixed_log.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// -log2 of a random number in (0, 1], in units of 2^-32.
std::uint64_t minus_log2(Random& random) {
  const std::uint64_t drawn = random.next() + 1;  // 0 stands for 2^64
  return drawn == 0 ? 0 : (std::uint64_t{64} << 32) - log2_fixed(drawn);
}

}  // namespace

std::uint64_t exponential(Random& random, std::uint64_t mean) {
  ensure(mean < std::uint64_t{1} << 57, "the mean of an exponential distribution has room for 45 times as much");
  constexpr std::uint64_t ln2 = 0xb172'17f7'd1cf'79ab;  // in units of 2^-64
  const Wide minus_ln = (Wide{minus_log2(random)} * ln2) >> 64;
  return static_cast<std::uint64_t>((minus_ln * mean) >> 32);
}

std::uint64_t geometric(Random& random, std::uint64_t mean, std::uint64_t most) {
  ensure(mean >= 1 && mean <= most, "the mean of a geometric distribution is one of its numbers");
  if (mean == 1) return 1;
  const std::uint64_t step = log2_fixed(mean) - log2_fixed(mean - 1);
  // At least 1 - 1/e of all draws are small enough.
  while (true) {
    const std::uint64_t drawn = 1 + minus_log2(random) / step;
    if (drawn <= most) return drawn;
  }
}

Zipf::Zipf(std::uint64_t n, std::uint64_t percent) {
  ensure(n >= 1 && n <= std::uint64_t{1} << 20, "a million numbers have room for their likelihoods");
  cumulative_.reserve(n);
  std::uint64_t sum = 0;
  for (std::uint64_t k = 1; k <= n; ++k) {
    sum += exp2_minus_fixed(log2_fixed(k) * percent / 100) >> 20;
    cumulative_.push_back(sum);
  }
}

std::uint64_t Zipf::operator()(Random& random) const {
  const std::uint64_t drawn = random.below(cumulative_.back());
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), drawn);
  return static_cast<std::uint64_t>(found - cumulative_.begin());
}

}  // namespace icesim
