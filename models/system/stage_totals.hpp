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
  bool retry = false;
  bool descriptors = false;
  bool holds = false;
  bool guests = false;
  bool power = false;
  void describe(Statistics& s) const {
    for (std::size_t i = 0; i < totals.size(); ++i) {
      const auto stage = static_cast<Stage>(i);
      if (shown(stage)) s(totals[i].name, totals[i].total, totals[i].sentence);
    }
  }

 private:
  bool shown(Stage stage) const {
    if (stage == Stage::scheduler) return scheduler;
    if (stage == Stage::throttle) return throttle;
    if (stage == Stage::retry) return retry;
    if (stage == Stage::hypervisor) return guests;
    if (stage == Stage::power || stage == Stage::key_power) return power;
    if (stage == Stage::drain || stage == Stage::blocked) return holds;
    return stage != Stage::descriptors || descriptors;
  }
};

}  // namespace icesim
