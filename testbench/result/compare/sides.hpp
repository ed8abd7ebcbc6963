// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/compare/comparison.hpp"

#include <initializer_list>
#include <string>
#include <utility>

namespace icesim::test {

/// Results of a run with the clocks of a phone; tests change what they are about.
inline ComparedSide side(std::initializer_list<StatisticValue> statistics) {
  ComparedSide side;
  side.name = "results.json";
  side.results.version = "0.1.0";
  side.results.trace = {"a.icetrace", "icetrace", 10, "", "recorded"};
  side.results.config = {{"clocks.bus", "300MHz"},    {"clocks.ice", "200MHz"},
                         {"clocks.ice_low", "75MHz"}, {"clocks.ice_low_gears", "0"},
                         {"clocks.device", "500MHz"}, {"clocks.nand", "711MHz"},
                         {"link.gear", "4"}};
  side.results.statistics = statistics;
  return side;
}

inline StatisticValue time(const std::string& path, std::uint64_t picoseconds) {
  return {path, picoseconds, Unit::picoseconds, "", 0};
}
inline StatisticValue count(const std::string& path, std::uint64_t value) { return {path, value, Unit::count, "", 0}; }

inline Comparison compare(const ComparedSide& before, const ComparedSide& after,
                          std::initializer_list<const char*> tolerances = {},
                          const std::vector<Setting>& defaults = {}) {
  Tolerances permitted;
  for (const char* each : tolerances) permitted.add(each, "--tolerance");
  return compare_results(before, after, permitted, defaults);
}

}  // namespace icesim::test
