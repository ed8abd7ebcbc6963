// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/results.hpp"
#include "icesim/result/study/keyslot_metric.hpp"
#include "icesim/result/study/sensitivity.hpp"
#include "icesim/result/study/study_origin.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

/// Bits that hold an AES-256-XTS key in hardware **Spec** [aes-key-bits]: as software writes it, and with all round keys.
inline constexpr std::uint64_t key_bits = 512;
inline constexpr std::uint64_t expanded_key_bits = 3840;

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
  Picoseconds key_cost{};  ///< time for keys per encrypted request
  EnergySum keys_low{};    ///< energy of the CPU's work with keys, least and greatest
  EnergySum keys_high{};
  std::uint64_t built = 0;  ///< keyslots in the hardware, those beside included that are left alone

  /// Storage of the keyslots, as [aes-key-bits] counts it.
  std::uint64_t raw_bits() const { return built * key_bits; }
  std::uint64_t expanded_bits() const { return built * expanded_key_bits; }
};

/// Two numbers of keyslots on parts of a trace. Differences are by how much the smaller number is worse, in parts per million of
/// the metric with the larger one; a negative one is better.
struct KeyslotSpread {
  std::uint64_t fewer = 0;     ///< keyslots; 0: there is nothing to compare
  std::uint64_t keyslots = 0;  ///< recommended
  std::int64_t whole_ppm = 0;  ///< difference on the whole trace
  std::vector<std::int64_t> parts_ppm{};  ///< and on its parts, those without requests that are measured left out

  std::int64_t least_ppm() const { return *std::min_element(parts_ppm.begin(), parts_ppm.end()); }
  std::int64_t most_ppm() const { return *std::max_element(parts_ppm.begin(), parts_ppm.end()); }
  std::uint64_t spread_ppm() const { return static_cast<std::uint64_t>(most_ppm() - least_ppm()); }
  /// Whether the difference is smaller than the parts differ from each other in it; one part says nothing.
  bool is_noise() const {
    return parts_ppm.size() > 1 && static_cast<std::uint64_t>(whole_ppm < 0 ? -whole_ppm : whole_ppm) < spread_ppm();
  }
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
  std::string sha256;                 ///< of its bytes
  std::uint64_t references = 0;       ///< requests with a key
  std::uint64_t keys = 0;             ///< different keys among them
  std::string keys_text;              ///< how its requests got them
  std::vector<std::uint64_t> misses;  ///< of an ideal LRU keyslot file with 1, 2, 3, ... keyslots
  std::vector<std::string> power_states{};  ///< of the system: power_states()
  std::vector<std::string> warnings;  ///< what was left out of the trace, merged, moved or guessed
  std::vector<KeyslotPoint> points;   ///< simulated, in ascending order
  KeyslotAdvice advice;
  KeyslotSpread spread{};
};

/// One or several traces, and what is recommended for them.
struct KeyslotSizing {
  StudyOrigin origin;
  KeyslotMetric metric;
  std::vector<KeyslotSweep> traces;
  KeyslotAdvice every;  ///< of several traces: good enough for each of them
  KeyslotAdvice mean;   ///< and for the mean of them
  SensitivityStudy sensitivity{};
};

/// Tables for a terminal, and the advice below them.
std::string keyslot_sizing_text(const KeyslotSizing& sizing);

/// Of one trace: miss_curve (share of references, six decimals), misses, references, keys, simulated, recommended (or null),
/// reason, remarks, power_states, warnings, metric. What was not counted is left out. Of several: traces, each with these, and recommended
/// and reason for all of them and for their mean. Before it all, its origin.
std::string keyslot_sizing_json(const KeyslotSizing& sizing);

}  // namespace icesim
