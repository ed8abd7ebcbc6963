// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

/// What one simulation with a given number of keyslots showed. Plain numbers: it travels through a pipe as bytes.
struct KeyslotPoint {
  std::uint64_t keyslots = 0;
  std::uint64_t hits = 0;
  std::uint64_t programs = 0;
  std::uint64_t waits = 0;
  Picoseconds mean{};  ///< of the latency of all requests
  Picoseconds p99{};
  Bytes moved{};  ///< read and written
  Picoseconds simulated_time{};
  std::uint64_t failed = 0;  ///< requests
  std::uint64_t fewest_programs = 0;  ///< that any replacement could have done with; 0: not counted
};

/// A trace under different numbers of keyslots.
struct KeyslotSweep {
  std::uint64_t references = 0;       ///< requests with a key
  std::uint64_t keys = 0;             ///< different keys among them
  std::vector<std::uint64_t> misses;  ///< of an ideal LRU keyslot file with 1, 2, 3, ... keyslots
  std::vector<std::string> warnings;  ///< what was left out of the trace, merged, moved or guessed
  std::vector<KeyslotPoint> points;   ///< simulated, in ascending order; the last one is the reference
};

/// A number of keyslots, or 0 when none can be recommended, and the sentence that says why.
struct KeyslotAdvice {
  std::uint64_t keyslots = 0;
  std::string reason;
};

/// Chooses the smallest simulated number whose mean latency is within 1 % of the reference point.
/// Where a request failed there is nothing to choose from. Throws Bug when there is no point.
KeyslotAdvice keyslot_advice(const KeyslotSweep& sweep);

/// One table for a terminal, and the advice below it.
std::string keyslot_sweep_text(const KeyslotSweep& sweep);

/// miss_curve (share of references, six decimals), misses, references, keys, simulated, recommended (or null), reason,
/// warnings. What was not counted is left out.
std::string keyslot_sweep_json(const KeyslotSweep& sweep);

}  // namespace icesim
