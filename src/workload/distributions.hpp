// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// An exponentially distributed number with this mean, below 2^57; rounded down, at most 45 times the mean.
std::uint64_t exponential(Random& random, std::uint64_t mean);

/// A number from 1 to `most`, each a (1 - 1/mean) times as likely as the one before: geometric, cut off.
std::uint64_t geometric(Random& random, std::uint64_t mean, std::uint64_t most);

/// Numbers 0 to n-1, the k-th as likely as 1 / (k+1)^(percent/100): Zipf's law; 0 percent: all alike.
class Zipf {
 public:
  Zipf(std::uint64_t n, std::uint64_t percent);
  std::uint64_t operator()(Random& random) const;

 private:
  std::vector<std::uint64_t> cumulative_;
};

}  // namespace icesim
