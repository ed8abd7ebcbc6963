// SPDX-License-Identifier: Apache-2.0
#include "moved_case.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/parameter_reader.hpp"

namespace icesim::app {
namespace {

std::vector<ParameterGroup> parameters_in(const StudyCase& the_case) {
  SystemConfig config = the_case.config;
  std::vector<ParameterGroup> parameters = list_parameters(parameters_of(config));
  narrow(parameters, the_case.ranges);
  return parameters;
}

}  // namespace

std::vector<Parameter> assumptions_of(const StudyCase& the_case) { return movable_assumptions(parameters_in(the_case)); }

std::vector<MovedCase> moved_cases(const StudyCase& the_case, std::vector<std::string>& refused) {
  std::vector<MovedCase> moved;
  for (AssumptionEnd& end : assumption_ends(parameters_in(the_case))) {
    if (auto other = with_value(the_case, end.parameter, end.value)) {
      moved.push_back({std::move(end), std::move(*other)});
    } else {
      refused.push_back(refused_end(end, "not with the other values"));
    }
  }
  return moved;
}

std::optional<StudyCase> with_value(const StudyCase& the_case, const Parameter& parameter, std::uint64_t value) {
  StudyCase other = the_case;
  try {
    set_parameter("sensitivity", parameter.path, quantity_text(value, parameter.unit), parameters_of(other.config));
  } catch (const UserError&) {
    return std::nullopt;
  }
  return other;
}

std::string refused_end(const AssumptionEnd& end, const std::string& line) {
  return end.parameter.path + "=" + end.text() + ": " + (line.empty() ? "requests fail" : line);
}

}  // namespace icesim::app
