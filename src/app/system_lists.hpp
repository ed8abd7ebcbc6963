// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameters.hpp"
#include "icesim/result/statistics.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace icesim::app {

/// Parameters of the simulated system with their defaults.
std::vector<ParameterGroup> system_parameters();
/// Statistics of a run, all zero: for their names, units and sentences.
std::vector<StatisticValue> system_statistics();

/// What may stand behind --set: "path=" of each, and "path=word" of those that are words.
std::vector<std::string> setting_words(const std::vector<ParameterGroup>& groups);
/// The words that one parameter may be, whose path it is.
std::vector<std::string> choice_words(const std::vector<ParameterGroup>& groups, std::string_view path);

}  // namespace icesim::app
