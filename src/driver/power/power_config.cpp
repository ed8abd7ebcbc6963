// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/power/power_config.hpp"

#include "icesim/base/error.hpp"

#include <string>

namespace icesim {

void FrequencyScalingConfig::check() const {
  if (!on() || down_differential <= up_threshold) return;
  throw UserError("power.scaling.down_differential: " + std::to_string(down_differential) +
                  " is more than power.scaling.up_threshold=" + std::to_string(up_threshold));
}

void PowerConfig::check() const {
  scaling.check();
  if (!on()) return;
  gating.worker.check("power.gating.worker");
  gating.clocks.check("power.gating.clocks");
}

}  // namespace icesim
