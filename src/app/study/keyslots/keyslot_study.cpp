// SPDX-License-Identifier: Apache-2.0
#include "keyslot_study.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/key_text.hpp"
#include "icesim/result/power_states.hpp"
#include "icesim/study/keyslot_advice.hpp"
#include "icesim/study/keyslot_search.hpp"
#include "icesim/workload/miss_curve.hpp"
#include "icesim/workload/vms/vm_trace.hpp"
#include "keyslot_sensitivity.hpp"
#include "keyslot_spread.hpp"
#include "src/app/key_choice.hpp"
#include "src/app/trace_line.hpp"

namespace icesim::app {

void require_whole(const SystemConfig& config) {
  if (!config.keyslots.partition.shared())
    throw UserError("slots: keyslots.partition=" + config.keyslots.partition.text() +
                    " is for one number of keyslots; --partition compares partitions of it");
}

void KeyslotStudy::add(const StudyCase& the_case, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const SystemConfig& config = the_case.config;
  TraceOptions loud = the_case.input.trace;
  loud.progress = progress;
  VmTrace trace(the_case.input.path, loud, the_case.input.keys, the_case.input.vms);
  KeyslotSweep sweep;
  MissCurve curve;
  IoRequest request;
  std::uint64_t count = 0;
  for (; (config.replay.limit == 0 || count < config.replay.limit) && trace.next(request); ++count) curve.reference(request.key);
  requests_.push_back(count);
  sweep.trace = trace_name(the_case.input.path);
  sweep.sha256 = bench_.runner().hashes().trace(the_case.input.path);
  sweep.keys_text = key_rules_text(key_mode_name(the_case.input.keys.mode), list_statistics(trace.keys()), "");
  sweep.warnings = trace.notes();
  SystemConfig described = config;
  sweep.power_states = power_states(list_parameters(parameters_of(described)));
  const TraceInfo info = trace.info();
  if (config.keys.life == KeyLifeRule::trace && info.key_events.total() == 0) sweep.warnings.emplace_back(no_key_events);
  bench_.add(the_case, config.replay.mode == ReplayMode::open ? config.replay.scaled(info.span) : Picoseconds{});
  sweep.references = curve.references();
  sweep.keys = curve.keys();
  if (sweep.references == 0) throw UserError(the_case.input.path + ": no request has a key; --keys gives requests keys");
  for (std::uint64_t n = 1; n <= MissCurve::most_keyslots; ++n) sweep.misses.push_back(curve.misses(n));
  sweeps_.push_back(std::move(sweep));
}

KeyslotSizing KeyslotStudy::sizing() const {
  KeyslotSizing sizing;
  sizing.metric = question_.metric;
  sizing.traces = sweeps_;
  for (std::size_t i = 0; i < sweeps_.size(); ++i)
    for (const auto& [keyslots, point] : bench_.points(i)) sizing.traces[i].points.push_back(point);
  advise(sizing);
  return sizing;
}

/// Tries what lies between until the number below each that is recommended has been tried, too.
void KeyslotStudy::refine() {
  while (true) {
    const KeyslotSizing so_far = sizing();
    std::vector<KeyslotBench::Place> next;
    for (std::size_t i = 0; i < sweeps_.size(); ++i) {
      if (so_far.traces[i].advice.keyslots == 0) return;
      for (const std::uint64_t keyslots : next_keyslots(bench_.tried(i), question_.metric)) next.emplace_back(i, keyslots);
    }
    if (sweeps_.size() > 1) {
      for (const std::uint64_t keyslots : next_keyslots(mean_of(so_far.traces), question_.metric))
        for (std::size_t i = 0; i < sweeps_.size(); ++i) next.emplace_back(i, keyslots);
    }
    if (next.empty()) return;
    bench_.simulate(next);
  }
}

KeyslotSizing KeyslotStudy::run() {
  std::vector<KeyslotBench::Place> places;
  for (std::size_t i = 0; i < sweeps_.size(); ++i) {
    if (const std::uint64_t reserved = bench_.the_case(i).config.crypto.reserved_keyslots; reserved > 0)
      sweeps_[i].warnings.push_back("beside the keyslots of each row, crypto.reserved_keyslots=" + std::to_string(reserved) +
                                    " are left alone; of 256 they are taken");
    for (const std::uint64_t keyslots : question_.counts.empty() ? powers_of_two() : question_.counts) places.emplace_back(i, keyslots);
  }
  bench_.simulate(places);
  for (std::size_t i = 0; i < sweeps_.size(); ++i)
    if (!bench_.refused(i).empty()) throw UserError(bench_.refused(i));
  if (question_.counts.empty()) refine();
  KeyslotSizing answer = sizing();
  for (std::size_t i = 0; question_.spread && i < answer.traces.size(); ++i)
    answer.traces[i].spread = spread_of(answer.traces[i], i, requests_[i], bench_, question_.metric);
  if (question_.sensitivity) answer.sensitivity = sensitivity_of(answer, bench_);
  return answer;
}

}  // namespace icesim::app
