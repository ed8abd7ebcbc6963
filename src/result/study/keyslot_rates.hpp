// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/wide.hpp"
#include "icesim/result/study/keyslot_sweep.hpp"

#include <cstdint>

namespace icesim {

inline std::uint64_t ppm_of_requests(std::uint64_t programs, const KeyslotPoint& point) {
  return parts_per_million(programs, point.hits + point.programs);
}

inline std::uint64_t bytes_per_second(const KeyslotPoint& point) {
  constexpr std::uint64_t second = 1'000'000'000'000;
  return point.simulated_time.n == 0 ? 0 : static_cast<std::uint64_t>(Wide{point.moved.n} * second / point.simulated_time.n);
}

}  // namespace icesim
