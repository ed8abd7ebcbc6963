// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/power/power_config.hpp"

namespace icesim {

void PowerConfig::check() const {
  if (!on()) return;
  gating.worker.check("power.gating.worker");
  gating.clocks.check("power.gating.clocks");
}

}  // namespace icesim
