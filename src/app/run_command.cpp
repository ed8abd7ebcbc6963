// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/failures.hpp"
#include "icesim/result/screen.hpp"
#include "replay.hpp"
#include "report_output.hpp"
#include "scenario.hpp"
#include "src/app/study/run_study.hpp"
#include "src/app/requests/by_options.hpp"
#include "terminal.hpp"
#include "trace_hashes.hpp"
#include "watch_options.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace icesim::app {
namespace {

std::uint64_t per_second(std::uint64_t count, std::chrono::nanoseconds elapsed) {
  const auto microseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count() / 1000, 1));
  return count * 1'000'000 / microseconds;
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
  ByOptions by;
  by.declare(line);
  RunStudy study;
  study.declare(line);
  ReportOutput output;
  output.declare(line, "Writes all results as JSON; '-' is the standard output, without the report.");
  if (!line.parse(arguments)) return 0;
  const std::string& path = line.operands()[0];
  const SystemConfig config = scenario.config();
  study.open(line, !scenario.faults(config).empty() || line.given("fault"));
  by.open(true);
  Observers observers = watch.open();
  RequestChain chain;
  if (observers.requests != nullptr) chain.sinks().add(*std::exchange(observers.requests, nullptr));
  if (by.wanted()) chain.sinks().add(by.groups());
  output.open(watch.takes_standard_output());
  RunSensitivity sensitivity = study.run(scenario, path);
  ReplayInput input = replay_input(scenario, config, path);
  TraceHashes hashes;
  hashes.follow(input.trace);
  auto [results, elapsed, faults] = replay(input, config, observers, [&watch] {
    watch.throw_if_failed();
    // A bug: what happened before it is what its cause may be found in.
    watch.commit_waves();
  }, &chain);
  hashes.tell(results.trace);
  results.command = line.command();
  results.sensitivity = std::move(sensitivity);
  if (by.wanted()) {
    results.by = by.tables();
    results.where = by.where();
    for (std::string& note : by.notes()) results.warnings.push_back(std::move(note));
  }
  if (const std::string note = watch.note(); !note.empty()) results.warnings.push_back(note);
  if (output.wanted()) output.write(results_json(results));
  output.commit(watch.finish(results));
  const std::uint64_t failed = failed_requests(results);
  const std::uint64_t ended = results.value("driver.requests_completed") + failed;
  output.print(screen_text(results, {scenario.platform(), per_second(ended, elapsed), !output.quiet(), page_columns()}) + faults);
  require_intact_payload(results);
  return scenario.exit_code(failed);
}

}  // namespace icesim::app
