// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/result/failures.hpp"
#include "icesim/result/screen.hpp"
#include "icesim/workload/vms/vm_trace.hpp"
#include "report_output.hpp"
#include "scenario.hpp"
#include "trace_line.hpp"
#include "watch_options.hpp"

#include <algorithm>
#include <chrono>

namespace icesim::app {
namespace {

std::vector<std::string> warnings_of(const VmTrace& keyed, const Results& results, const SystemConfig& config) {
  std::vector<std::string> warnings = keyed.notes();
  const TraceInfo trace = keyed.info();
  const std::uint64_t failing = config.crypto.failing_program;
  if (const std::uint64_t programs = results.value("key_path.programs"); failing > programs) {
    warnings.push_back("key program " + std::to_string(failing) + " was to fail, and " + std::to_string(programs) +
                       (programs == 1 ? " key was" : " keys were") + " programmed: nothing failed for it");
  }
  if (config.keys.life == KeyLifeRule::trace && trace.key_events.total() == 0) warnings.emplace_back(no_key_events);
  if (config.crypto.restore == KeyRestore::trace && trace.key_events.resumes == 0)
    warnings.emplace_back("crypto.restore=trace, and the trace tells of no resume: keyslots kept their keys");
  if (results.value("keyslots.hits") + results.value("keyslots.programs") == 0) {
    warnings.push_back("no request had a key, so nothing was encrypted; --keys gives requests keys");
  }
  for (const std::string& vm : keyed.vms()) {
    if (results.value("keyslots.vm." + vm + ".requests") == 0) warnings.push_back("no request came from " + vm + "; see --vm");
  }
  return warnings;
}

/// "a.icetrace + b.icetrace".
std::string names_of(const VmTrace& trace) {
  std::string names;
  for (const auto& path : trace.paths()) names += (names.empty() ? "" : " + ") + trace_name(path.string());
  return names;
}

Results results_of(const Simulation& simulation, SystemConfig config, const VmTrace& keyed, KeyMode keys) {
  const TraceInfo trace = keyed.info();
  Results results;
  results.version = ICESIM_VERSION;
  results.trace = {names_of(keyed), trace.format, trace.requests.total(), "", std::string(key_mode_name(keys))};
  results.config = list_parameters(parameters_of(config));
  results.statistics = list_statistics([&](Statistics& statistics) {
    simulation.describe(statistics);
    statistics.group("keys", keyed.keys());
    statistics.group("recorded_latency", trace.recorded_latency);
  });
  for (const auto& stage : simulation.stage_totals()) results.stages.push_back({std::string(stage.name), stage.total});
  results.warnings = warnings_of(keyed, results, config);
  return results;
}

std::uint64_t per_second(std::uint64_t count, std::chrono::nanoseconds elapsed) {
  const auto microseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count() / 1000, 1));
  return count * 1'000'000 / microseconds;
}

struct Replayed {
  Results results;
  std::chrono::nanoseconds elapsed;
  std::string faults;
};

/// Closes the trace behind itself, and with it the progress bar of its reading.
Replayed replay(const Scenario& scenario, const SystemConfig& config, const std::string& path, WatchOptions& watch,
                const Observers& observers) {
  const KeyOptions keys = scenario.key_options();
  VmTrace trace(path, scenario.trace_options(), keys, scenario.vm_rules(config));
  const auto start = std::chrono::steady_clock::now();
  Simulation simulation(config, trace, path, 0, observers, scenario.faults(config));
  try {
    simulation.run();
  } catch (const UserError&) {
    throw;
  } catch (const std::exception&) {
    watch.throw_if_failed();
    // A bug: what happened before it is what its cause may be found in.
    watch.commit_waves();
    throw;
  }
  const std::chrono::nanoseconds elapsed = std::chrono::steady_clock::now() - start;
  return {results_of(simulation, config, trace, keys.mode), elapsed, faults_text(simulation.faults())};
}

}  // namespace

int run_command(const Arguments& arguments) {
  CommandLine line({"run", "TRACE", "Replays a trace and tells, stage by stage, where each request's time went.",
                    "icesim run traces/k61-f2fs-key-per-file.icetrace --set keyslots.num_keyslots=8 -o results.json"});
  Scenario scenario;
  scenario.declare(line);
  scenario.declare_fault(line);
  WatchOptions watch;
  watch.declare(line);
  ReportOutput output;
  output.declare(line, "Writes all results as JSON; '-' is the standard output, without the report.");
  if (!line.parse(arguments)) return 0;
  const std::string& path = line.operands()[0];
  const SystemConfig config = scenario.config();
  scenario.faults(config);
  const Observers observers = watch.open();
  output.open(watch.takes_standard_output());
  auto [results, elapsed, faults] = replay(scenario, config, path, watch, observers);
  if (const std::string note = watch.note(); !note.empty()) results.warnings.push_back(note);
  if (output.wanted()) output.write(results_json(results));
  output.commit(watch.finish());
  const std::uint64_t failed = failed_requests(results);
  const std::uint64_t ended = results.value("driver.requests_completed") + failed;
  output.print(screen_text(results, {scenario.platform(), per_second(ended, elapsed)}) + faults);
  require_intact_payload(results);
  return scenario.exit_code(failed);
}

}  // namespace icesim::app
