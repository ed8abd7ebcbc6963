// SPDX-License-Identifier: Apache-2.0
#include "alternatives_study.hpp"

#include "icesim/base/error.hpp"
#include "icesim/study/plan.hpp"
#include "src/app/study/sweep_options.hpp"
#include "src/app/trace_line.hpp"

#include <algorithm>
#include <set>

namespace icesim::app {
namespace {

const KeyslotPoint& point_with(const KeyslotSweep& sweep, std::uint64_t keyslots) {
  const auto found = std::find_if(sweep.points.begin(), sweep.points.end(), [&](const KeyslotPoint& each) { return each.keyslots == keyslots; });
  return found == sweep.points.end() ? sweep.points.back() : *found;
}

/// What one system needs, with what was remarkable in reading the trace.
KeyslotAlternative ask(const StudyCase& the_case, const KeyslotQuestion& question, StudyRunner& runner, std::set<std::string>& warnings) {
  require_whole(the_case.config);
  KeyslotAlternative each;
  each.has_keyslots = the_case.config.crypto.has_keyslots();
  if (!each.has_keyslots) {
    KeyslotBench bench(question.metric, runner);
    const std::size_t number = bench.add(the_case, {});
    bench.simulate({{number, 1}});
    if (!bench.refused(number).empty()) throw UserError(bench.refused(number));
    each.point = bench.points(number).at(1);
    each.point.keyslots = 0;
    each.advice.reason = "There are no keyslots.";
    return each;
  }
  KeyslotStudy study(question, runner);
  study.add(the_case, nullptr);
  const KeyslotSizing sizing = study.run();
  const KeyslotSweep& sweep = sizing.traces.at(0);
  warnings.insert(sweep.warnings.begin(), sweep.warnings.end());
  each.advice = sweep.advice;
  each.power_states = sweep.power_states;
  each.point = point_with(sweep, sweep.advice.keyslots);
  return each;
}

}  // namespace

void AlternativesStudy::declare(CommandLine& line) {
  namespace po = boost::program_options;
  line.options().add_options()("over", po::value(&over_)->value_name("PATH=VALUES"),
                               "Instead compares systems, and tells how many keyslots each of them needs: "
                               "crypto.path=registers,firmware,prdt,none, or other parameters, platform, engine or keys, as sweep "
                               "takes them. Several are combined.");
}

KeyslotAlternatives AlternativesStudy::run(const Scenario& scenario, const CommandLine& line, const KeyslotQuestion& question, StudyRunner& runner) const {
  SystemConfig present = scenario.any_config();
  std::vector<Axis> axes;
  for (const std::string& each : over_) axes.push_back(axis_of_option(each, list_parameters(parameters_of(present))));
  const Plan plan = cross_product(axes);
  KeyslotAlternatives all;
  for (const std::string& name : plan.names) {
    if (name == "trace") throw UserError("--over trace: give the traces in front, without --over");
    if (name == "keyslots.num_keyslots" || name == "keyslots.partition") throw UserError("--over " + name + ": slots tries its own numbers of keyslots");
  }
  refuse_what_is_varied(line, scenario, plan);
  const std::string& path = line.operands()[0];
  all.trace = trace_name(path);
  all.sha256 = runner.hashes().trace(path);
  all.metric = question.metric;
  all.names = plan.names;
  std::set<std::string> warnings;
  for (const std::vector<std::string>& values : plan.points) {
    KeyslotAlternative row;
    try {
      Scenario each = scenario;
      for (std::size_t i = 0; i < values.size(); ++i) each.choose(plan.names[i], values[i]);
      row = ask(study_case(each, path), question, runner, warnings);
    } catch (const UserError& error) {
      row.refused = error.what();
    }
    row.values = values;
    all.rows.push_back(std::move(row));
  }
  if (std::all_of(all.rows.begin(), all.rows.end(), [](const KeyslotAlternative& each) { return !each.refused.empty(); }))
    throw UserError(all.rows.size() == 1 ? all.rows[0].refused : "all alternatives are refused; the first: " + all.rows[0].refused);
  all.warnings.assign(warnings.begin(), warnings.end());
  return all;
}

}  // namespace icesim::app
