// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "keyslot_bench.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace icesim::app {

/// The question that `slots` answers.
struct KeyslotQuestion {
  KeyslotMetric metric;
  std::vector<std::uint64_t> counts;  ///< numbers of keyslots to try; empty: powers of two, and what lies between where it matters
  bool spread = false;                ///< whether parts of each trace are replayed, too
  bool sensitivity = false;           ///< whether every assumption is moved to both ends of its range
};

/// Throws UserError when the keyslots are shared out between machines: that is for one number of them.
void require_whole(const SystemConfig& config);

/// Runs traces with different numbers of keyslots.
class KeyslotStudy {
 public:
  KeyslotStudy(const KeyslotQuestion& question, StudyRunner& runner) : question_(question), bench_(question.metric, runner) {}

  /// Reads a trace once, for its keys and the misses of an ideal keyslot file; `progress` hears how far that is. Throws
  /// UserError when no request has a key.
  void add(const StudyCase& the_case, const std::function<void(std::uint64_t, std::uint64_t)>& progress);
  /// What the first trace's reading told.
  const KeyslotSweep& first() const { return sweeps_.at(0); }
  /// Simulates, and says what is recommended.
  KeyslotSizing run();

 private:
  void refine();
  KeyslotSizing sizing() const;

  KeyslotQuestion question_;
  KeyslotBench bench_;
  std::vector<std::uint64_t> requests_;  ///< of each trace, that are replayed
  std::vector<KeyslotSweep> sweeps_;  ///< one for each of the bench's first cases
};

}  // namespace icesim::app
