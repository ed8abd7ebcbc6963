// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameters.hpp"

#include <string>
#include <vector>

namespace icesim {

/// The values as a JSON object that read_parameters() accepts; times, bytes and frequencies are strings with a unit.
std::string parameters_json(const std::vector<ParameterGroup>& groups);

/// JSON Schema (draft-07) of the files that read_parameters() accepts.
std::string parameters_schema(const std::vector<ParameterGroup>& groups);

/// One Markdown table per group; assumptions are marked and say which stage they move.
std::string parameters_markdown(const std::vector<ParameterGroup>& groups);

/// Plain text for a terminal: path, default, range and unit on a line, sentence and source below it.
std::string parameters_text(const std::vector<ParameterGroup>& groups);

}  // namespace icesim
