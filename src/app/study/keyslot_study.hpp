// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/keyslot_sweep.hpp"
#include "study_runner.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace icesim::app {

/// The question that `slots` answers.
struct KeyslotQuestion {
  KeyslotMetric metric;
  std::vector<std::uint64_t> counts;  ///< numbers of keyslots to try; empty: powers of two, and what lies between where it matters
};

/// Runs traces with different numbers of keyslots.
class KeyslotStudy {
 public:
  KeyslotStudy(KeyslotQuestion question, StudyRunner& runner) : question_(std::move(question)), runner_(runner) {}

  /// Reads a trace once, for its keys and the misses of an ideal keyslot file; `progress` hears how far that is. Throws
  /// UserError when no request has a key.
  void add(const StudyCase& the_case, const std::function<void(std::uint64_t, std::uint64_t)>& progress);
  /// What the first trace's reading told.
  const KeyslotSweep& first() const { return traces_.at(0).sweep; }
  /// Simulates, and says what is recommended.
  KeyslotSizing run();

 private:
  struct Trace {
    StudyCase the_case;
    KeyslotSweep sweep;
    Picoseconds pace{};  ///< when its last request is issued; 0: as soon as there is room
    std::map<std::uint64_t, KeyslotPoint> points;
  };
  using Place = std::pair<std::size_t, std::uint64_t>;  ///< a trace and a number of keyslots

  void simulate(const std::vector<Place>& places);
  void refine();
  KeyslotPoint point_of(const Trace& trace, std::uint64_t keyslots, const Ran& ran) const;
  KeyslotSizing sizing() const;

  KeyslotQuestion question_;
  StudyRunner& runner_;
  std::vector<Trace> traces_;
};

}  // namespace icesim::app
