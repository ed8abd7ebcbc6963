// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/by/group_table.hpp"
#include "icesim/result/parameters.hpp"
#include "icesim/result/statistics.hpp"
#include "icesim/result/study/run_sensitivity.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// A file of a trace.
struct TraceFile {
  std::string name;
  std::string sha256;
};

/// What was replayed.
struct TraceSummary {
  std::string name;
  std::string format;
  std::uint64_t requests = 0;
  std::string sha256;  ///< of its one file; empty: not computed
  std::string keys;    ///< how its requests got their keys (statistics keys.*); empty: they came with them
  std::vector<TraceFile> files{};  ///< where there are several: of several traces, or of a recording
};

/// Time that all requests together spent in one stage; the stages of a run add up to the latency of all requests.
struct StageTime {
  std::string name;
  TimeSum total{};
};

/// Everything a run tells, as values: writers and reports need nothing else.
struct Results {
  std::string version;
  std::string command;  ///< what repeats it in a shell, but for its outputs; empty: not told
  TraceSummary trace;
  std::vector<ParameterGroup> config;
  std::vector<StatisticValue> statistics;
  std::vector<StageTime> stages;
  std::vector<std::string> warnings;
  std::vector<GroupTable> by;  ///< requests by who asked and for what, where that was asked for
  std::string where;           ///< which of them are counted; empty: all
  RunSensitivity sensitivity{};  ///< to assumptions, where that was asked for

  /// The statistic with this path, or null.
  const StatisticValue* find(std::string_view path) const;
  /// Its value, or 0 when the run has no such statistic.
  std::uint64_t value(std::string_view path) const;
  /// Share of all latency that the stage holds, in parts per million; 0 when nothing was measured.
  std::uint64_t share_ppm(const StageTime& stage) const;
};

/// Warns of every assumption whose stage holds at least a tenth of all latency: one line with the parameter, its
/// value and the stage's share, in the order of declaration.
std::vector<std::string> assumption_warnings(const Results& results);

/// What those are in place of on a screen: how many assumptions have a range, and in which stages that took time they sit, the
/// longest first. Empty when there is none.
std::string assumptions_in_short(const Results& results);

/// What failed, the warnings of the run, then those of assumptions.
std::vector<std::string> all_warnings(const Results& results);

/// The run as JSON: icesim (version), command, trace, config (accepted by --platform), ranges (those of the platform's assumptions),
/// statistics {path: {value, unit, description}}, stages, by and sensitivity (only where asked for), power_states (only where there are
/// any), warnings. Equal results give
/// equal bytes; there is no wall clock and no floating point. Without
/// `descriptions` it is half as long.
std::string results_json(const Results& results, bool descriptions = true);

}  // namespace icesim
