// SPDX-License-Identifier: Apache-2.0
#include "replay.hpp"

#include "icesim/base/error.hpp"
#include "icesim/workload/vms/vm_trace.hpp"
#include "trace_line.hpp"
#include "version.hpp"

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
  if (keyed.keys().references == 0) {
    warnings.push_back("no request had a key, so nothing was encrypted; --keys gives requests keys");
  }
  for (const std::string& vm : keyed.vms()) {
    if (results.value("keyslots.vm." + vm + ".requests") == 0)
      warnings.push_back("no request came from " + vm + "; see --vm");
  }
  return warnings;
}

/// "a.icetrace + b.icetrace".
std::string names_of(const VmTrace& trace) {
  std::string names;
  for (const auto& path : trace.paths()) names += (names.empty() ? "" : " + ") + trace_name(path.string());
  return names;
}

Results results_of(const Simulation& simulation, SystemConfig config, const VmTrace& keyed, const ReplayInput& input) {
  const TraceInfo trace = keyed.info();
  Results results;
  results.version = version_text();
  results.trace = {names_of(keyed), trace.format, trace.requests.total(), "", std::string(key_mode_name(input.keys.mode))};
  results.config = list_parameters(parameters_of(config));
  narrow(results.config, input.ranges);
  results.statistics = list_statistics([&](Statistics& statistics) {
    simulation.describe(statistics);
    statistics.group("keys", keyed.keys());
    statistics.group("recorded_latency", trace.recorded_latency);
  });
  for (const auto& stage : simulation.stage_totals()) results.stages.push_back({std::string(stage.name), stage.total});
  results.warnings = warnings_of(keyed, results, config);
  return results;
}

}  // namespace

Replayed replay(const ReplayInput& input, const SystemConfig& config, const Observers& observers,
                const std::function<void()>& gone_wrong, RequestChain* chain) {
  if (chain != nullptr && !chain->wanted()) chain = nullptr;
  KeyOptions keys = input.keys;
  TraceOptions options = input.trace;
  if (chain != nullptr) {
    keys.tells_files = options.tells_waits = true;
    options.completed = [chain](const TraceCompletion& completion) { chain->joiner().completed(completion); };
  }
  VmTrace trace(input.path, options, keys, input.vms);
  RequestSource* source = &trace;
  Observers watching = observers;
  if (chain != nullptr) {
    chain->joiner().follow(trace);
    source = &chain->joiner();
    watching.requests = &chain->entry();
  }
  WindowedTrace part(*source, input.window);
  if (input.window.count > 0) source = &part;
  const auto start = std::chrono::steady_clock::now();
  Simulation simulation(config, *source, input.path, 0, watching, input.faults);
  try {
    simulation.run();
  } catch (const UserError&) {
    throw;
  } catch (const std::exception&) {
    gone_wrong();
    throw;
  }
  if (chain != nullptr) chain->joiner().finish();
  const std::chrono::nanoseconds elapsed = std::chrono::steady_clock::now() - start;
  return {results_of(simulation, config, trace, input), elapsed, faults_text(simulation.faults())};
}

ReplayInput replay_input(const Scenario& scenario, const SystemConfig& config, const std::string& path) {
  ReplayInput input;
  input.path = path;
  input.trace = scenario.trace_options();
  input.keys = scenario.key_options();
  input.vms = scenario.vm_rules(config);
  input.faults = scenario.faults(config);
  input.ranges = scenario.ranges();
  return input;
}

}  // namespace icesim::app
