// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/run_sensitivity.hpp"

#include <nlohmann/json.hpp>

namespace icesim {

/// {metrics: [{name, requests, unit, value}], assumptions, ends, still, moved: [{assumption, base, low, high, at_low, at_high}],
/// refused}; at_low and at_high have a number for each metric, or are null where that end cannot be. {why_not} where nothing can
/// be said.
nlohmann::ordered_json run_sensitivity_to_json(const RunSensitivity& study);

}  // namespace icesim
