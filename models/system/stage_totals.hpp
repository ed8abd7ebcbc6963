// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/stages.hpp"
#include "icesim/base/units.hpp"

#include <array>
#include <string_view>

namespace icesim {

/// Time that all requests together spent in a stage.
struct StageTotal {
  std::string_view name;
  std::string_view sentence;
  TimeSum total;
};

/// Statistics group `stages`, without those of layers that are not there.
struct StageTotals {
  std::array<StageTotal, stage_count> totals;
  bool scheduler = false;
  bool throttle = false;
  void describe(Statistics& s) const {
    for (std::size_t i = 0; i < totals.size(); ++i) {
      const auto stage = static_cast<Stage>(i);
      const bool there = stage == Stage::scheduler ? scheduler : stage == Stage::throttle ? throttle : true;
      if (there) s(totals[i].name, totals[i].total, totals[i].sentence);
    }
  }
};

}  // namespace icesim
