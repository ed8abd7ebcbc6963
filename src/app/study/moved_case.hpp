// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/study/assumptions.hpp"
#include "study_runner.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace icesim::app {

/// A case with an assumption at one end of its range.
struct MovedCase {
  AssumptionEnd end;
  StudyCase the_case;
};

/// The assumptions of a case, those of its platform with that one's ranges.
std::vector<Parameter> assumptions_of(const StudyCase& the_case);

/// The case with each assumption at each end of its range. Ends that do not go with the other values are told in `refused`.
std::vector<MovedCase> moved_cases(const StudyCase& the_case, std::vector<std::string>& refused);

/// The case with another value of a parameter, or nothing where that does not go with the other values.
std::optional<StudyCase> with_value(const StudyCase& the_case, const Parameter& parameter, std::uint64_t value);

/// Tells of an end that cannot be, or in which requests fail where there is no line: "path=value: line".
std::string refused_end(const AssumptionEnd& end, const std::string& line);

}  // namespace icesim::app
