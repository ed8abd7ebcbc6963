// SPDX-License-Identifier: Apache-2.0
#include "fit_study.hpp"
#include "icesim/base/error.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/workload/vms/vm_trace.hpp"
#include "src/app/platforms.hpp"
#include "src/app/report_output.hpp"
#include "src/app/scenario.hpp"
#include "src/app/study/sweep_options.hpp"
#include "src/app/trace_line.hpp"
#include "src/app/version.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>

namespace icesim::app {
namespace {

/// What --vary, --match, --budget, --holdout and --shard say.
class FitOptions {
 public:
  void declare(CommandLine& line) {
    namespace po = boost::program_options;
    line.options().add_options()("vary", po::value(&vary_)->value_name("PATH[=LO..HI]"),
                                 "Moves this parameter, in its declared range or in this one; may be repeated. Unless given, the times of "
                                 "device, flash, link and host that the trace can tell apart, which a first round finds out.")(
        "match", po::value(&match_)->value_name("WHAT"),
        "distributions: each percentile counts as the requests that it stands for, which is so unless given; medians: the median counts 60 %.")(
        "budget", po::value(&budget_)->value_name("N"), "Points that are simulated, at most but for some at the end that tell what was found; 1500 unless given.")(
        "holdout", po::value(&holdout_)->value_name("PERCENT"),
        "Share of the trace, its end, that the fit does not see and is tested on: 50 unless given, which is its second half; 0: none.");
    line.values("match", [] { return std::vector<std::string>{"distributions", "medians"}; });
    line.values("vary", [] {
      SystemConfig config;
      std::vector<std::string> paths;
      for (const FitParameter& each : usual_fit_parameters(list_parameters(parameters_of(config)))) paths.push_back(each.parameter.path);
      return paths;
    });
    declare_shard(line, shard_,
                  "Simulates each N-th point of a round from the I-th on, and takes the others from --store, which all shards share; "
                  "each ends with the whole result. auto as with sweep.");
  }
  FitQuestion question(const SystemConfig& config) const {
    SystemConfig present = config;
    const auto parameters = list_parameters(parameters_of(present));
    FitQuestion question;
    std::set<std::string> paths;
    for (const std::string& text : vary_) {
      try {
        question.moved.push_back(read_fit_parameter(text, parameters));
      } catch (const UserError& error) {
        throw UserError("--vary " + text + ": " + error.what());
      }
      const std::string& path = question.moved.back().parameter.path;
      if (path.compare(0, 7, "replay.") == 0) throw UserError("--vary " + text + ": how the trace is replayed is no part of the device");
      if (!paths.insert(path).second) throw UserError("--vary " + text + ": it is moved already");
    }
    if (match_ == "medians") question.shares = shares_of_medians;
    else if (!match_.empty() && match_ != "distributions")
      throw UserError("--match " + printable_text(match_) + ": expected distributions or medians");
    if (!budget_.empty()) question.budget = number_option("--budget", budget_, 20, 1'000'000);
    return question;
  }
  std::uint64_t holdout() const { return holdout_.empty() ? 50 : number_option("--holdout", holdout_, 0, 90); }
  Shard shard() const { return shard_of_option(shard_); }

 private:
  std::vector<std::string> vary_;
  std::string match_, budget_, holdout_, shard_;
};

void check_replay(const ReplayConfig& replay) {
  if (replay.mode == ReplayMode::asap) throw UserError("fit: replay.mode=asap issues no request when it was recorded, and recorded latencies say nothing of it");
  if (replay.time_scale != 100) throw UserError("fit: replay.time_scale=" + std::to_string(replay.time_scale) + ": recorded latencies are those of the recorded pace");
}

/// As a file in the directory of the output names the platform.
std::string base_of(const std::string& platform, const std::string& output) {
  if (find_platform(platform) != nullptr) return platform;
  const std::filesystem::path folder = output == "-" ? std::filesystem::current_path() : std::filesystem::absolute(output).parent_path();
  return std::filesystem::absolute(platform).lexically_normal().lexically_relative(folder.lexically_normal()).string();
}

std::string platform_json(const Fit& fit, const Scenario& scenario, const SystemConfig& config, const std::string& output) {
  SystemConfig present = config, base;
  load_platform(scenario.platform_name(), parameters_of(base));
  return fitted_platform_json(fit, base_of(scenario.platform_name(), output), list_parameters(parameters_of(present)), list_parameters(parameters_of(base)));
}

}  // namespace

int fit_command(const Arguments& arguments) {
  CommandLine line({"fit", "TRACE",
                    "Moves times of a platform until simulated latencies are as recorded, for each operation, size and queue depth,\nand "
                    "tells how well each is known. The trace has to tell when its requests completed.",
                    "icesim fit recorded.txt -o fitted.json --json fit.json"});
  Scenario scenario;
  scenario.declare(line);
  FitOptions options;
  options.declare(line);
  StudyRunner runner;
  runner.declare(line);
  std::string platform_path;
  line.output("output,o", platform_path, "Writes the fitted platform, which stands on --platform.");
  ReportOutput output;
  output.declare(line, "Writes what was found as JSON, for 'icesim report'; '-' is the standard output, without the table.", "json");
  if (!line.parse(arguments)) return 0;
  if (line.given("fail-on")) throw UserError("--fail-on has no effect: a point in which requests fail is none");
  const std::string& path = line.operands()[0];
  StudyCase the_case = study_case(scenario, path);
  check_replay(the_case.config.replay);
  const FitQuestion question = options.question(the_case.config);
  const std::uint64_t holdout = options.holdout();
  const Shard shard = options.shard();
  runner.open();
  runner.share(shard);
  std::optional<OutputFile> platform;
  if (!platform_path.empty()) platform.emplace(platform_path);
  output.open(platform && platform->is_standard_output());
  const std::string sha256 = runner.hashes().trace(path);
  the_case.classes = std::make_shared<LatencyClasses>(
      read_latency_classes(path, scenario.trace_options(), the_case.input.keys, the_case.input.vms, the_case.config.replay.limit, holdout));

  Fit fit = FitStudy(the_case, question, runner).run();
  fit.origin = {version_text(), line.command()};
  fit.trace = trace_name(path);
  fit.sha256 = sha256;
  fit.platform = scenario.platform();
  fit.tested_percent = holdout;
  for (const std::string& each : runner.warnings(false)) fit.warnings.push_back(each);
  std::vector<OutputFile*> files;
  if (platform) {
    platform->write(platform_json(fit, scenario, the_case.config, platform_path));
    files.push_back(&*platform);
  }
  if (output.wanted()) output.write(fit_json(fit));
  output.commit(files);
  output.print(fit_text(fit));
  return 0;
}

}  // namespace icesim::app
