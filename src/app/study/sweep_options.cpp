// SPDX-License-Identifier: Apache-2.0
#include "sweep_options.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "icesim/study/sweep_reading.hpp"
#include "src/app/platforms.hpp"
#include "src/app/trace_line.hpp"
#include "study_case.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace icesim::app {
namespace {

/// A point is told by the name of its trace.
void check_traces(const Plan& plan, const std::vector<std::string>& traces) {
  const auto at = std::find(plan.names.begin(), plan.names.end(), "trace");
  if (at == plan.names.end() && traces.empty()) throw UserError("TRACE is missing; see 'icesim sweep --help'");
  if (at == plan.names.end()) return;
  if (traces.size() == 1) throw UserError("trace is varied; the one in front has no effect");
  const auto place = static_cast<std::size_t>(at - plan.names.begin());
  std::map<std::string, std::string> paths;
  for (const auto& point : plan.points) {
    if (point[place].empty()) throw UserError("a point without trace=FILE, and no trace in front");
    const auto [there, is_new] = paths.emplace(trace_name(point[place]), point[place]);
    if (!is_new && there->second != point[place]) throw UserError(point[place] + ": two traces are called " + trace_name(point[place]));
  }
}

}  // namespace

Axis axis_of_option(const std::string& text, const std::vector<ParameterGroup>& parameters) {
  try {
    return read_axis(text, parameters);
  } catch (const UserError& error) {
    throw UserError("--over " + text + ": " + error.what());
  }
}

bool varies(const Plan& plan, const std::string& name) {
  return std::find(plan.names.begin(), plan.names.end(), name) != plan.names.end();
}

void refuse_what_is_varied(const CommandLine& line, const Scenario& scenario, const Plan& plan) {
  const std::string why = "the study tries its own values";
  scenario.refuse_settings([&](std::string_view path) { return varies(plan, std::string(path)); }, why);
  for (const char* option : {"platform", "engine", "keys"})
    if (varies(plan, option) && line.given(option)) throw UserError("--" + std::string(option) + " has no effect: " + why);
  for (const auto& [option, path] : {std::pair("mode", "replay.mode"), std::pair("queue-depth", "replay.queue_depth"), std::pair("time-scale", "replay.time_scale")})
    if (varies(plan, path) && line.given(option)) throw UserError("--" + std::string(option) + " has no effect: " + why);
}

void declare_shard(CommandLine& line, std::string& text, const char* sentence) {
  line.options().add_options()("shard", boost::program_options::value(&text)->value_name("I/N"), sentence);
  line.changes_no_result("shard");  // of all shards together
}

Shard shard_of_option(const std::string& text) {
  if (text.empty()) return {};
  try {
    return read_shard(text, [](const char* name) { return std::getenv(name); });
  } catch (const UserError& error) {
    throw UserError(std::string("--shard: ") + error.what());
  }
}

void SweepOptions::declare(CommandLine& line) {
  namespace po = boost::program_options;
  line.options().add_options()("over", po::value(&over_)->value_name("PATH=VALUES"),
                               "Varies a parameter: values with commas between, lo..hi:5 for five at equal distances, lo..hi:x2 for "
                               "each twice the one before, or range: both ends of what is declared and the default. Also trace, "
                               "platform, engine and keys. Several are combined.");
  line.input("points", points_, "FILE", "Instead takes the points of a file: path=value path=value on each line.");
  line.options().add_options()("measure,m", po::value(&measures_)->value_name("LIST"),
                               "What is shown: mean, p50, p90, p99, p999, max (of all requests; p99.read of some: read, write, "
                               "encrypted), key-cost, throughput, misses, failed, or statistics, with * for any text. May be repeated.")(
      "pareto", po::value(&pareto_)->value_name("A,B"),
      "Marks the points that no other is better than in two measures, or in what is varied and a measure.")(
      "knee", po::bool_switch(&knee_), "Marks the knee of that front.");
  declare_shard(line, shard_,
                "Runs each N-th point from the I-th on; auto finds out what Slurm or Open MPI say, auto/N also what GNU parallel says "
                "(docs/sweeps.md).");
  line.reads("--over", [this] { return named_files(); });
}

Plan SweepOptions::plan(const std::vector<std::string>& traces, const SystemConfig& config) const {
  SystemConfig present = config;
  const std::vector<ParameterGroup> parameters = list_parameters(parameters_of(present));
  if (over_.empty() && points_.empty()) throw UserError("nothing is varied: --over PATH=VALUES or --points FILE says what");
  if (!over_.empty() && !points_.empty()) throw UserError("--over has no effect: --points has the points");
  Plan plan;
  if (!points_.empty()) {
    plan = read_points(read_text_file(points_), points_, parameters);
    if (traces.size() > 1) throw UserError("--points goes with one trace, or says trace=FILE in each line");
  } else {
    std::vector<Axis> axes;
    if (traces.size() > 1) axes.push_back({"trace", traces});
    for (const std::string& each : over_) axes.push_back(axis_of_option(each, parameters));
    plan = cross_product(axes);
  }
  check_traces(plan, traces);
  return plan;
}

std::vector<Measure> SweepOptions::measures() const {
  std::string list;
  for (const std::string& each : measures_) list += (list.empty() ? "" : ",") + each;
  try {
    return Measure::read(list.empty() ? std::string(usual_measures) : list, study_statistics());
  } catch (const UserError& error) {
    throw UserError(std::string("--measure: ") + error.what());
  }
}

void SweepOptions::weigh(Sweep& sweep) const {
  if (pareto_.empty() && knee_) throw UserError("--knee has no effect: --pareto says of which front");
  sweep.knee = knee_;
  try {
    if (!pareto_.empty()) sweep.pareto = read_pareto(pareto_, sweep);
  } catch (const UserError& error) {
    throw UserError(std::string("--pareto: ") + error.what());
  }
}

std::vector<std::string> SweepOptions::named_files() const {
  std::vector<std::string> files;
  for (const std::string& each : over_) {
    const std::string name = each.substr(0, each.find('='));
    if (name != "trace" && name != "platform") continue;
    for (const std::string& value : axis_of_option(each, {}).values)
      if (name == "trace" || find_platform(value) == nullptr) files.push_back(value);
  }
  return files;
}

}  // namespace icesim::app
