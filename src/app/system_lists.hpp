// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameters.hpp"
#include "icesim/result/statistics.hpp"

#include <vector>

namespace icesim::app {

/// Parameters of the simulated system with their defaults.
std::vector<ParameterGroup> system_parameters();
/// Statistics of a run, all zero: for their names, units and sentences.
std::vector<StatisticValue> system_statistics();

}  // namespace icesim::app
