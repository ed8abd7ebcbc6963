// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/power/power_config.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"

#include <string>

namespace icesim {
namespace {

void check_spread(const SpreadTime& t, const std::string& name) {
  if (t.is_sound()) return;
  throw UserError(name + ".longest: " + quantity_text(t.longest) + " is less than " + name + ".time=" + quantity_text(t.time));
}

}  // namespace

void PowerConfig::check() const {
  if (!on()) return;
  check_spread(gating.worker, "power.gating.worker");
  check_spread(gating.clocks, "power.gating.clocks");
}

}  // namespace icesim
