// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/study/sensitivity.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace icesim {

std::uint64_t effect_ppm(Wide before, Wide after) {
  const Wide distance = after > before ? after - before : before - after;
  if (before == 0) return distance == 0 ? 0 : std::numeric_limits<std::uint64_t>::max();
  const Wide ppm = (distance * 1'000'000 + before / 2) / before;
  return ppm >> 64 != 0 ? std::numeric_limits<std::uint64_t>::max() : static_cast<std::uint64_t>(ppm);
}

void sort_by_effect(SensitivityStudy& study) {
  const auto rank = [&](const Sensitivity& each) {
    const std::uint64_t few = std::min(each.keyslots, study.keyslots), many = std::max(each.keyslots, study.keyslots);
    return std::tuple(few == 0 ? 0 : many * 1000 / few, each.effect_ppm());
  };
  std::stable_sort(study.all.begin(), study.all.end(), [&](const Sensitivity& a, const Sensitivity& b) { return rank(a) > rank(b); });
}

}  // namespace icesim
