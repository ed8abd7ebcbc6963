// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/results.hpp"
#include "icesim/result/study/keyslot_metric.hpp"
#include "icesim/result/study/sensitivity.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

/// What one simulation with a given number of keyslots showed.
struct KeyslotPoint {
  std::uint64_t keyslots = 0;
  std::uint64_t hits = 0;
  std::uint64_t programs = 0;
  std::uint64_t waits = 0;
  Picoseconds mean{};  ///< of the latency of all requests
  Picoseconds p99{};
  Bytes moved{};  ///< read and written
  Picoseconds simulated_time{};
  std::uint64_t failed = 0;           ///< requests
  std::uint64_t fewest_programs = 0;  ///< that any replacement could have done with; 0: not counted
  Wide value = 0;                     ///< of the metric
  Wide whole = 0;                     ///< what `within` is a share of
  Picoseconds measured_mean{};        ///< of the latency of the requests that are measured
  Picoseconds measured_p99{};
  Picoseconds lag{};                  ///< by which the replay ends behind the pace of the trace
  std::uint64_t requests = 0;         ///< that `stages` are of
  std::vector<StageTime> stages{};
};

/// A number of keyslots, or 0 when none can be recommended, and the sentences that say why.
struct KeyslotAdvice {
  std::uint64_t keyslots = 0;
  std::string reason;
  std::vector<std::string> remarks{};  ///< what else must be known of it
};

/// A trace under different numbers of keyslots.
struct KeyslotSweep {
  std::string trace;                  ///< its name
  std::uint64_t references = 0;       ///< requests with a key
  std::uint64_t keys = 0;             ///< different keys among them
  std::string keys_text;              ///< how its requests got them
  std::vector<std::uint64_t> misses;  ///< of an ideal LRU keyslot file with 1, 2, 3, ... keyslots
  std::vector<std::string> warnings;  ///< what was left out of the trace, merged, moved or guessed
  std::vector<KeyslotPoint> points;   ///< simulated, in ascending order
  KeyslotAdvice advice;
};

/// One or several traces, and what is recommended for them.
struct KeyslotSizing {
  KeyslotMetric metric;
  std::vector<KeyslotSweep> traces;
  KeyslotAdvice every;  ///< of several traces: good enough for each of them
  KeyslotAdvice mean;   ///< and for the mean of them
  SensitivityStudy sensitivity{};
};

/// Tables for a terminal, and the advice below them.
std::string keyslot_sizing_text(const KeyslotSizing& sizing);

/// Of one trace: miss_curve (share of references, six decimals), misses, references, keys, simulated, recommended (or null),
/// reason, remarks, warnings, metric. What was not counted is left out. Of several: traces, each with these, and recommended
/// and reason for all of them and for their mean.
std::string keyslot_sizing_json(const KeyslotSizing& sizing);

}  // namespace icesim
