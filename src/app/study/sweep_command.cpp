// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/study/measure.hpp"
#include "icesim/study/sweep_reading.hpp"
#include "src/app/key_choice.hpp"
#include "src/app/trace_line.hpp"
#include "src/app/version.hpp"
#include "study_runner.hpp"
#include "sweep_options.hpp"
#include "sweep_output.hpp"

#include <algorithm>

namespace icesim::app {
namespace {

/// The points of a plan as cases.
class Points {
 public:
  Points(const Scenario& scenario, const Plan& plan, const std::vector<std::string>& traces)
      : scenario_(scenario), plan_(plan), traces_(traces) {}

  std::string trace(std::size_t point) const {
    for (std::size_t i = 0; i < plan_.names.size(); ++i)
      if (plan_.names[i] == "trace") return plan_.points[point][i];
    return traces_.at(0);
  }
  StudyCase operator()(std::size_t point) const {
    Scenario scenario = scenario_;
    for (std::size_t i = 0; i < plan_.names.size(); ++i)
      if (plan_.names[i] != "trace" && !plan_.points[point][i].empty()) scenario.choose(plan_.names[i], plan_.points[point][i]);
    return study_case(scenario, trace(point));
  }
  std::string name(std::size_t point) const {
    std::string text = "simulation of point";
    for (std::size_t i = 0; i < plan_.names.size(); ++i) text += " " + plan_.names[i] + "=" + plan_.points[point][i];
    return text;
  }

 private:
  const Scenario& scenario_;
  const Plan& plan_;
  const std::vector<std::string>& traces_;
};

/// What is known before anything is simulated.
Sweep begin(const Scenario& scenario, const Plan& plan, const Points& points, const std::vector<Measure>& measures, FileHashes& hashes,
            const std::string& command) {
  Sweep sweep;
  sweep.version = version_text();
  sweep.command = command;
  sweep.platform = scenario.platform();
  if (!varies(plan, "keys")) sweep.keys = key_mode_name(scenario.key_options().mode);
  for (std::size_t i = 0; i < plan.points.size(); ++i) {
    const std::string path = points.trace(i);
    const Sweep::Trace trace{trace_name(path), hashes.trace(path)};
    const bool known = std::any_of(sweep.traces.begin(), sweep.traces.end(), [&](const auto& each) { return each.name == trace.name; });
    if (!known) sweep.traces.push_back(trace);
  }
  sweep.names = plan.names;
  for (const Measure& each : measures) sweep.measures.push_back({each.name(), each.unit(), each.more_is_better()});
  sweep.count = plan.points.size();
  return sweep;
}

}  // namespace

int sweep_command(const Arguments& arguments) {
  CommandLine line({"sweep", "[TRACE...]",
                    "Simulates all combinations of some values, or a list of points, and shows them side by side. Combinations "
                    "that\ncannot be are named; docs/sweeps.md tells how to use several machines.",
                    "icesim sweep traces/k61-f2fs-key-per-file.icetrace --over keyslots.num_keyslots=1..64:x2 --over crypto.path=registers,firmware"});
  Scenario scenario;
  scenario.declare(line);
  SweepOptions options;
  options.declare(line);
  StudyRunner runner;
  runner.declare(line);
  SweepOutput output;
  output.declare(line);
  if (!line.parse(arguments)) return 0;
  const std::vector<std::string>& traces = line.operands();
  const Plan plan = options.plan(traces, scenario.any_config());
  refuse_what_is_varied(line, scenario, plan);
  const std::vector<Measure> measures = options.measures();
  const Shard shard = options.shard();
  runner.open();
  const Points points(scenario, plan, traces);
  Sweep sweep = begin(scenario, plan, points, measures, runner.hashes(), line.command());
  options.weigh(sweep);
  if (!shard.is_whole()) sweep.shard = shard.text();
  std::vector<std::size_t> mine;
  for (std::size_t i = 0; i < plan.points.size(); ++i)
    if (shard.has(i)) mine.push_back(i);
  output.open();

  sweep.points.resize(mine.size());
  std::uint64_t failed = 0;
  runner.run(
      mine.size(), [&](std::size_t i) { return points(mine[i]); }, [&](std::size_t i) { return points.name(mine[i]); },
      [&](std::size_t i, const Ran& ran) {
        SweepPoint& point = sweep.points[i];
        point.number = mine[i] + 1;
        point.values = plan.points[mine[i]];
        for (std::size_t name = 0; name < plan.names.size(); ++name)
          if (plan.names[name] == "trace") point.values[name] = trace_name(point.values[name]);
        point.refused = ran.refused;
        point.failed = ran.failed;
        failed += ran.failed;
        for (const Measure& each : measures) point.measures.push_back(ran.refused.empty() ? each.of(ran.results) : std::nullopt);
      });
  const bool any = std::any_of(sweep.points.begin(), sweep.points.end(), [](const SweepPoint& point) { return point.refused.empty(); });
  if (!any && !sweep.points.empty())
    throw UserError(sweep.points.size() == 1 ? sweep.points[0].refused
                                             : "all points are refused; the first: " + sweep.points[0].refused);
  sweep.warnings = runner.warnings(sweep.traces.size() > 1);
  mark_front(sweep);
  output.write(sweep);
  return scenario.exit_code(failed);
}

}  // namespace icesim::app
