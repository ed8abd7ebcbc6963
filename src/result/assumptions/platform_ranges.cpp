// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/assumptions/platform_ranges.hpp"

namespace icesim {

void narrow(std::vector<ParameterGroup>& parameters, const PlatformRanges& ranges) {
  for (ParameterGroup& group : parameters) {
    for (Parameter& parameter : group.parameters) {
      for (const PlatformRange& range : ranges) {
        if (range.path != parameter.path || parameter.value < range.low || parameter.value > range.high) continue;
        parameter.range.min = range.low;
        parameter.range.max = range.high;
        parameter.source = range.source;
        parameter.assumption = parameter.of_platform = true;
      }
    }
  }
}

std::vector<Parameter> movable_assumptions(const std::vector<ParameterGroup>& parameters) {
  std::vector<Parameter> movable;
  for (const ParameterGroup& group : parameters) {
    if (group.path == "energy" || group.path.rfind("energy.", 0) == 0) continue;
    for (const Parameter& parameter : group.parameters) {
      const bool has_ends = parameter.kind == Parameter::Kind::number && parameter.range.min < parameter.range.max;
      if (parameter.assumption && parameter.idle.empty() && has_ends) movable.push_back(parameter);
    }
  }
  return movable;
}

}  // namespace icesim
