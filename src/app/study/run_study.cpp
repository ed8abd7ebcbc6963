// SPDX-License-Identifier: Apache-2.0
#include "run_study.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/study/measure.hpp"
#include "moved_case.hpp"

#include <map>
#include <tuple>

namespace icesim::app {
namespace {

const std::vector<std::string> latencies{"mean", "p99"};

/// What one simulation had.
struct Had {
  std::string refused;
  std::uint64_t failed = 0;
  bool encrypted = false;                            ///< whether any request was
  std::map<std::string, std::vector<Wide>> metrics;  ///< by whose latency it is

  bool is_sound() const { return refused.empty() && failed == 0; }
};

Had had_of(const Ran& ran) {
  Had had{ran.refused, ran.failed, false, {}};
  const StatisticValue* count = find_statistic(ran.results.statistics, "latency.encrypted.count");
  had.encrypted = count != nullptr && count->value > 0;
  for (const std::string whose : {"all", "encrypted"})
    for (const std::string& name : latencies)
      had.metrics[whose].push_back(Measure::read(name + "." + whose, {}).at(0).of(ran.results).value_or(0));
  return had;
}

}  // namespace

void RunStudy::declare(CommandLine& line) {
  namespace po = boost::program_options;
  line.options().add_options()("sensitivity", po::bool_switch(&wanted_),
                               "Also replays the trace with every assumption at both ends of its range, and tells which of them "
                               "move the mean and the 99th percentile of the latency.");
  runner_.declare(line);
}

void RunStudy::open(const CommandLine& line, bool faults) {
  if (wanted_ && faults) throw UserError("--sensitivity has no effect: what --fault does to a run is no assumption");
  for (const char* option : {"jobs", "store"})
    if (!wanted_ && line.given(option)) throw UserError("--" + std::string(option) + " has no effect: only --sensitivity runs more than one simulation");
  if (wanted_) runner_.open();
}

RunSensitivity RunStudy::run(const Scenario& scenario, const std::string& path) {
  RunSensitivity study;
  if (!wanted_) return study;
  study.wanted = true;
  const StudyCase base = study_case(scenario, path);
  const std::vector<MovedCase> moved = moved_cases(base, study.refused);
  study.ends = moved.size() + study.refused.size();
  std::vector<Had> all(moved.size() + 1);
  runner_.run(
      all.size(), [&](std::size_t i) { return i == 0 ? base : moved[i - 1].the_case; },
      [&](std::size_t i) { return i == 0 ? "simulation" : "simulation with " + moved[i - 1].end.parameter.path + "=" + moved[i - 1].end.text(); },
      [&](std::size_t i, const Ran& ran) { all[i] = had_of(ran); });
  if (!all[0].refused.empty()) throw UserError(all[0].refused);
  if (all[0].failed > 0) {
    study.why_not = counted_text(all[0].failed, "request") + " failed, and a run with failures says nothing about assumptions";
    return study;
  }
  const std::string whose = all[0].encrypted ? "encrypted" : "all";
  for (const std::string& name : latencies) study.metrics.push_back({name, whose});
  study.values = all[0].metrics.at(whose);
  for (const Parameter& parameter : assumptions_of(base)) {
    ++study.assumptions;
    Parameter end = parameter;
    RangeEffect effect{parameter.path, value_text(parameter), "", ""};
    for (const auto& [value, text, metrics] : {std::tuple(parameter.range.min, &effect.low, &effect.at_low), std::tuple(parameter.range.max, &effect.high, &effect.at_high)}) {
      end.value = value;
      *text = value_text(end);
      if (value == parameter.value) *metrics = study.values;
    }
    for (std::size_t i = 0; i < moved.size(); ++i) {
      if (moved[i].end.parameter.path != parameter.path) continue;
      if (all[i + 1].is_sound()) {
        (moved[i].end.value < parameter.value ? effect.at_low : effect.at_high) = all[i + 1].metrics.at(whose);
      } else {
        study.refused.push_back(refused_end(moved[i].end, all[i + 1].refused));
      }
    }
    study.moved.push_back(std::move(effect));
  }
  study.keep_what_moves();
  return study;
}

}  // namespace icesim::app
