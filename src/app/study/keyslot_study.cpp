// SPDX-License-Identifier: Apache-2.0
#include "keyslot_study.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/stages.hpp"
#include "icesim/result/key_text.hpp"
#include "icesim/study/keyslot_advice.hpp"
#include "icesim/study/keyslot_search.hpp"
#include "icesim/study/measure.hpp"
#include "icesim/workload/miss_curve.hpp"
#include "icesim/workload/vms/vm_trace.hpp"
#include "src/app/key_choice.hpp"
#include "src/app/trace_line.hpp"

#include <algorithm>
#include <tuple>

namespace icesim::app {
namespace {

/// Every power of two up to 64, and as many as CCAP.CFGC can say [ufshci-crypto], which stands for "without limit".
const std::vector<std::uint64_t> powers_of_two{1, 2, 4, 8, 16, 32, 64, MissCurve::most_keyslots};

std::uint64_t value_of(const RecordedResults& results, std::string_view path) {
  const StatisticValue* found = find_statistic(results.statistics, path);
  return found == nullptr ? 0 : found->value;
}

/// What is measured, and what a share of it is one of.
std::pair<Wide, Wide> measured(const KeyslotMetric& metric, const RecordedResults& results) {
  const auto measure = [&](const std::string& name) { return Measure::read(name, {}).at(0).of(results).value_or(0); };
  const Wide value = measure(metric.is_latency() ? metric.name + "." + metric.requests : metric.name);
  if (metric.name == "misses") return {value, 1'000'000};
  if (metric.name == "key-cost") return {value, measure("mean.encrypted")};
  return {value, value};
}

}  // namespace

void KeyslotStudy::add(const StudyCase& the_case, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const SystemConfig& config = the_case.config;
  TraceOptions loud = the_case.input.trace;
  loud.progress = progress;
  VmTrace trace(the_case.input.path, loud, the_case.input.keys, the_case.input.vms);
  Trace entry{the_case, {}, {}, {}};
  KeyslotSweep& sweep = entry.sweep;
  MissCurve curve;
  IoRequest request;
  for (std::uint64_t count = 0; (config.replay.limit == 0 || count < config.replay.limit) && trace.next(request); ++count)
    curve.reference(request.key);
  sweep.trace = trace_name(the_case.input.path);
  sweep.keys_text = key_rules_text(key_mode_name(the_case.input.keys.mode), list_statistics(trace.keys()), "");
  sweep.warnings = trace.notes();
  const TraceInfo info = trace.info();
  if (config.keys.life == KeyLifeRule::trace && info.key_events.total() == 0) sweep.warnings.emplace_back(no_key_events);
  if (config.replay.mode == ReplayMode::open) entry.pace = config.replay.scaled(info.span);
  sweep.references = curve.references();
  sweep.keys = curve.keys();
  if (sweep.references == 0) throw UserError(the_case.input.path + ": no request has a key; --keys gives requests keys");
  for (std::uint64_t n = 1; n <= MissCurve::most_keyslots; ++n) sweep.misses.push_back(curve.misses(n));
  traces_.push_back(std::move(entry));
}

KeyslotPoint KeyslotStudy::point_of(const Trace& trace, std::uint64_t keyslots, const Ran& ran) const {
  const auto value = [&](std::string_view path) { return value_of(ran.results, path); };
  KeyslotPoint point;
  point.keyslots = keyslots;
  point.hits = value("keyslots.hits");
  point.programs = value("keyslots.programs");
  point.fewest_programs = value("keyslots.fewest_programs");
  point.waits = value("keyslots.waits");
  point.mean = Picoseconds{value("latency.all.mean")};
  point.p99 = Picoseconds{value("latency.all.p99")};
  point.moved = Bytes{value("driver.bytes_read") + value("driver.bytes_written")};
  point.simulated_time = Picoseconds{value("simulated_time")};
  point.failed = ran.failed;
  std::tie(point.value, point.whole) = measured(question_.metric, ran.results);
  const std::string measured_latency = "latency." + question_.metric.requests;
  point.measured_mean = Picoseconds{value(measured_latency + ".mean")};
  point.measured_p99 = Picoseconds{value(measured_latency + ".p99")};
  const std::uint64_t ends = point.simulated_time.n - std::min(point.simulated_time.n, value("driver.probe_time"));
  if (trace.pace.n > 0 && ends > trace.pace.n) point.lag = Picoseconds{ends - trace.pace.n};
  point.requests = value("latency.all.count");
  for (const StageName& stage : stages) {
    TimeSum total;
    if (const StatisticValue* found = find_statistic(ran.results.statistics, "stages." + std::string(stage.name))) total.n = found->whole();
    point.stages.push_back({std::string(stage.name), total});
  }
  return point;
}

void KeyslotStudy::simulate(const std::vector<Place>& places) {
  runner_.run(
      places.size(),
      [&](std::size_t i) {
        StudyCase each = traces_[places[i].first].the_case;
        each.config.keyslots.num_keyslots =
            std::min(places[i].second + each.config.crypto.reserved_keyslots, MissCurve::most_keyslots);
        return each;
      },
      [&](std::size_t i) { return "simulation with " + std::to_string(places[i].second) + " keyslots"; },
      [&](std::size_t i, const Ran& ran) {
        if (!ran.refused.empty()) throw UserError(ran.refused);
        Trace& trace = traces_[places[i].first];
        trace.points[places[i].second] = point_of(trace, places[i].second, ran);
      });
}

KeyslotSizing KeyslotStudy::sizing() const {
  KeyslotSizing sizing;
  sizing.metric = question_.metric;
  for (const Trace& trace : traces_) {
    sizing.traces.push_back(trace.sweep);
    for (const auto& [keyslots, point] : trace.points) sizing.traces.back().points.push_back(point);
  }
  advise(sizing);
  return sizing;
}

/// Tries what lies between until the number below each that is recommended has been tried, too.
void KeyslotStudy::refine() {
  while (true) {
    const KeyslotSizing so_far = sizing();
    std::vector<Place> next;
    const auto add = [&](std::size_t trace, std::uint64_t keyslots) {
      const Place place{trace, keyslots};
      if (traces_[trace].points.count(keyslots) == 0 && std::find(next.begin(), next.end(), place) == next.end()) next.push_back(place);
    };
    for (std::size_t i = 0; i < traces_.size(); ++i) {
      if (so_far.traces[i].advice.keyslots == 0) return;
      for (const std::uint64_t keyslots : next_keyslots(tried_of(so_far.traces[i]), question_.metric)) add(i, keyslots);
    }
    if (traces_.size() > 1) {
      for (const std::uint64_t keyslots : next_keyslots(mean_of(so_far.traces), question_.metric))
        for (std::size_t i = 0; i < traces_.size(); ++i) add(i, keyslots);
    }
    if (next.empty()) return;
    simulate(next);
  }
}

KeyslotSizing KeyslotStudy::run() {
  std::vector<Place> places;
  for (Trace& trace : traces_) {
    if (const std::uint64_t reserved = trace.the_case.config.crypto.reserved_keyslots; reserved > 0)
      trace.sweep.warnings.push_back("beside the keyslots of each row, crypto.reserved_keyslots=" + std::to_string(reserved) +
                                     " are left alone; of 256 they are taken");
  }
  for (std::size_t i = 0; i < traces_.size(); ++i)
    for (const std::uint64_t keyslots : question_.counts.empty() ? powers_of_two : question_.counts) places.emplace_back(i, keyslots);
  simulate(places);
  if (question_.counts.empty()) refine();
  return sizing();
}

}  // namespace icesim::app
