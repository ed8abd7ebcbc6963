// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/assumptions.hpp"

#include "icesim/base/quantity_text.hpp"
#include "icesim/base/wide.hpp"

#include <algorithm>

namespace icesim {

std::string AssumptionEnd::text() const { return quantity_text(value, parameter.unit); }

std::vector<AssumptionEnd> assumption_ends(const std::vector<ParameterGroup>& parameters) {
  std::vector<AssumptionEnd> ends;
  for (const Parameter& parameter : movable_assumptions(parameters)) {
    for (const std::uint64_t end : {parameter.range.min, parameter.range.max})
      if (end != parameter.value) ends.push_back({parameter, end});
  }
  return ends;
}

std::uint64_t value_between(const Parameter& parameter, std::uint64_t from, std::uint64_t to) {
  const std::uint64_t low = std::min(from, to), high = std::max(from, to);
  std::uint64_t between = low + (high - low) / 2;
  if (low > 0 && high / low >= 4) between = square_root(Wide{low} * high);
  // Two digits are enough for people.
  std::uint64_t digit = 1;
  while (between / digit >= 100) digit *= parameter.unit == Unit::bytes ? 2 : 10;
  if (const std::uint64_t round = between / digit * digit; round > low) between = round;
  between -= between % parameter.range.step;
  return between > low ? between : from;
}

}  // namespace icesim
