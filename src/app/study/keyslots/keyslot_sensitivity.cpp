// SPDX-License-Identifier: Apache-2.0
#include "keyslot_sensitivity.hpp"

#include "icesim/base/quantity_text.hpp"
#include "src/app/study/moved_case.hpp"

#include <algorithm>
#include <set>

namespace icesim::app {
namespace {

/// So many halvings tell the value from which on the answer is another one.
constexpr int halvings = 4;

/// An end of a range, and how far it is followed towards the present value.
struct Moved {
  AssumptionEnd end;
  std::size_t number = 0;     ///< of the bench's case at the end
  std::uint64_t flips_at = 0;  ///< the nearest value known to need another number of keyslots
  std::uint64_t holds_at = 0;  ///< the furthest known not to
  std::size_t probe = 0;      ///< the case at `probed`
  std::uint64_t probed = 0;
};

class Follower {
 public:
  Follower(const KeyslotSizing& sizing, std::size_t trace, KeyslotBench& bench) : metric_(sizing.metric), trace_(trace), bench_(bench) {
    study_.wanted = true;
    study_.trace = sizing.traces[trace].trace;
    study_.keyslots = sizing.traces[trace].advice.keyslots;
    const std::vector<TriedKeyslots> tried = bench.tried(trace);
    deciding_ = {study_.keyslots, best_of(tried, metric_).keyslots, tried.back().keyslots};
    below_ = study_.keyslots;
    for (const TriedKeyslots& each : tried)
      if (each.keyslots < study_.keyslots) below_ = each.keyslots;
    deciding_.insert(below_);
  }

  SensitivityStudy follow() {
    std::vector<Moved> ends = all_ends();
    // With fewer keyslots more of what keys cost is at work: what moves nothing there moves nothing.
    simulate(ends, {below_});
    drop(ends, [&](const Moved& each) { return is_refused(each) || effect_ppm(each, below_) < least_effect_ppm; });
    simulate(ends, deciding_);
    drop(ends, [&](const Moved& each) { return is_refused(each); });
    search(ends);
    find_limits(ends);
    for (const Moved& each : ends) tell(each);
    sort_by_effect(study_);
    return std::move(study_);
  }

 private:
  std::vector<Moved> all_ends() {
    const StudyCase present = bench_.the_case(trace_);
    std::vector<Moved> ends;
    for (MovedCase& each : moved_cases(present, study_.refused)) {
      // The study has numbers of keyslots of its own.
      if (each.end.parameter.path == "keyslots.num_keyslots") continue;
      Moved moved;
      moved.holds_at = each.end.parameter.value;
      moved.flips_at = each.end.value;
      moved.end = std::move(each.end);
      moved.number = bench_.add(std::move(each.the_case), bench_.pace(trace_));
      ends.push_back(std::move(moved));
    }
    study_.ends = ends.size() + study_.refused.size();
    return ends;
  }
  /// The trace's case with another value of a parameter.
  std::optional<std::size_t> case_with(const Parameter& parameter, std::uint64_t value) {
    auto other = with_value(bench_.the_case(trace_), parameter, value);
    if (!other) return std::nullopt;
    return bench_.add(std::move(*other), bench_.pace(trace_));
  }
  void simulate(const std::vector<Moved>& ends, const std::set<std::uint64_t>& keyslots) {
    std::vector<KeyslotBench::Place> places;
    for (const Moved& each : ends)
      for (const std::uint64_t count : keyslots) places.emplace_back(each.number, count);
    bench_.simulate(places);
  }
  /// Finds what is recommended where it is another number: a smaller one where the one below is good, else a larger one.
  void search(const std::vector<Moved>& ends) {
    std::vector<std::size_t> flipping;
    std::vector<KeyslotBench::Place> places;
    for (const Moved& each : ends) {
      if (!flips(each.number)) continue;
      flipping.push_back(each.number);
      const bool fewer = smallest_good(bench_.tried(each.number), metric_).keyslots < study_.keyslots;
      for (const std::uint64_t keyslots : powers_of_two())
        if ((keyslots < study_.keyslots) == fewer) places.emplace_back(each.number, keyslots);
    }
    bench_.search(flipping, places);
  }
  template <class Condition>
  static void drop(std::vector<Moved>& ends, const Condition& condition) {
    ends.erase(std::remove_if(ends.begin(), ends.end(), condition), ends.end());
  }
  bool is_refused(const Moved& each) {
    if (bench_.is_sound(each.number)) return false;
    study_.refused.push_back(refused_end(each.end, bench_.refused(each.number)));
    return true;
  }
  Sensitivity of(const Moved& each, std::uint64_t keyslots) const {
    return {each.end.parameter.path, value_text(each.end.parameter), each.end.text(), bench_.points(trace_).at(keyslots).value,
            bench_.points(each.number).at(keyslots).value, study_.keyslots, ""};
  }
  std::uint64_t effect_ppm(const Moved& each, std::uint64_t keyslots) const { return of(each, keyslots).effect_ppm(); }
  /// Whether another number than the recommended one is the smallest good one, of those that decide.
  bool flips(std::size_t number) const { return smallest_good(bench_.tried(number), metric_).keyslots != study_.keyslots; }

  /// Halves the way between what is known to flip and what is known to hold.
  void find_limits(std::vector<Moved>& ends) {
    for (int i = 0; i < halvings; ++i) {
      std::vector<Moved*> probed;
      std::vector<KeyslotBench::Place> places;
      for (Moved& each : ends) {
        if (!flips(each.number)) continue;
        each.probed = value_between(each.end.parameter, each.holds_at, each.flips_at);
        if (each.probed == each.holds_at || each.probed == each.flips_at) continue;
        const auto number = case_with(each.end.parameter, each.probed);
        if (!number) continue;
        each.probe = *number;
        probed.push_back(&each);
        for (const std::uint64_t count : deciding_) places.emplace_back(each.probe, count);
      }
      bench_.simulate(places);
      for (Moved* each : probed) {
        if (!bench_.is_sound(each->probe)) continue;
        (flips(each->probe) ? each->flips_at : each->holds_at) = each->probed;
      }
    }
  }
  void tell(const Moved& each) {
    Sensitivity told = of(each, study_.keyslots);
    if (flips(each.number)) {
      told.keyslots = smallest_good(bench_.tried(each.number), metric_).keyslots;
      told.from = quantity_text(each.flips_at, each.end.parameter.unit);
    }
    study_.all.push_back(std::move(told));
  }

  KeyslotMetric metric_;
  std::size_t trace_;
  KeyslotBench& bench_;
  SensitivityStudy study_;
  std::set<std::uint64_t> deciding_;
  std::uint64_t below_ = 0;
};

}  // namespace

SensitivityStudy sensitivity_of(const KeyslotSizing& sizing, KeyslotBench& bench) {
  std::size_t decides = 0;
  for (std::size_t i = 0; i < sizing.traces.size(); ++i) {
    if (sizing.traces[i].advice.keyslots == 0) return {};
    if (sizing.traces[i].advice.keyslots > sizing.traces[decides].advice.keyslots) decides = i;
  }
  return Follower(sizing, decides, bench).follow();
}

}  // namespace icesim::app
