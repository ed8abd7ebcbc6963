// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/wide.hpp"
#include "icesim/result/study/keyslot_metric.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace icesim {

/// What an assumption does to the results of a run.
struct RangeEffect {
  std::string path;  ///< of the parameter
  std::string base;  ///< its value, as --set takes it
  std::string low;   ///< the ends of its range
  std::string high;
  /// Of each metric at both ends; empty where the end cannot be.
  std::vector<Wide> at_low{};
  std::vector<Wide> at_high{};
};

/// What all assumptions, each alone, do to the results of a run.
struct RunSensitivity {
  bool wanted = false;
  std::string why_not;                 ///< why nothing can be said; empty: it can
  std::vector<KeyslotMetric> metrics;  ///< the first one orders the effects
  std::vector<Wide> values;            ///< of each as the run has it
  std::uint64_t assumptions = 0;       ///< that have a range
  std::uint64_t ends = 0;              ///< of ranges that were tried
  std::vector<RangeEffect> moved;      ///< those that move a metric by a thousandth, the largest effect first
  std::uint64_t still = 0;             ///< others of which both ends were tried
  std::vector<std::string> refused;    ///< ends that cannot be, or in which requests fail: "path=value: line"

  /// Leaves those in `moved` that move something, in order, and counts those that do not.
  void keep_what_moves();
};

/// A table for a terminal; empty where that was not asked.
std::string run_sensitivity_text(const RunSensitivity& study);

}  // namespace icesim
