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

/// Statistics group `stages`.
struct StageTotals {
  std::array<StageTotal, stage_count> totals;
  void describe(Statistics& s) const {
    for (const StageTotal& t : totals) s(t.name, t.total, t.sentence);
  }
};

}  // namespace icesim
