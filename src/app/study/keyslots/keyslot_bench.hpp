// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/keyslot_sweep.hpp"
#include "icesim/study/keyslot_search.hpp"
#include "src/app/study/study_runner.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace icesim::app {

/// Simulates traces under some configurations with numbers of keyslots, each once.
class KeyslotBench {
 public:
  KeyslotBench(KeyslotMetric metric, StudyRunner& runner) : metric_(std::move(metric)), runner_(runner) {}

  StudyRunner& runner() { return runner_; }

  /// Takes in a case, whose number it returns. `pace`: when the trace's last request is issued; 0: as soon as there is room.
  std::size_t add(StudyCase the_case, Picoseconds pace);
  const StudyCase& the_case(std::size_t number) const { return entries_[number].the_case; }
  Picoseconds pace(std::size_t number) const { return entries_[number].pace; }

  using Place = std::pair<std::size_t, std::uint64_t>;  ///< a case and a number of keyslots
  /// Simulates what has not been.
  void simulate(const std::vector<Place>& places);
  /// Simulates these, and then goes on with each of these cases until the number below the smallest good one has been tried.
  void search(const std::vector<std::size_t>& cases, const std::vector<Place>& first);

  const std::map<std::uint64_t, KeyslotPoint>& points(std::size_t number) const { return entries_[number].points; }
  std::vector<TriedKeyslots> tried(std::size_t number) const;
  /// Why a case cannot be; empty: it can.
  const std::string& refused(std::size_t number) const { return entries_[number].refused; }
  /// Whether it can, and no request failed in it.
  bool is_sound(std::size_t number) const;

 private:
  struct Entry {
    StudyCase the_case;
    Picoseconds pace{};
    std::map<std::uint64_t, KeyslotPoint> points;
    std::string refused;
  };
  KeyslotPoint point_of(const Entry& entry, std::uint64_t keyslots, const Ran& ran) const;

  KeyslotMetric metric_;
  StudyRunner& runner_;
  std::vector<Entry> entries_;
};

/// Every power of two up to 64, and as many as CCAP.CFGC can say [ufshci-crypto], which stands for "without limit".
const std::vector<std::uint64_t>& powers_of_two();

}  // namespace icesim::app
