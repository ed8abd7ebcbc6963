// SPDX-License-Identifier: Apache-2.0
#include "compared.hpp"
#include "icesim/base/error.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/failures.hpp"
#include "icesim/result/request_log.hpp"
#include "models/system/forget_simulation.hpp"
#include "src/app/replay.hpp"
#include "src/app/study/file_hashes.hpp"

#include <filesystem>
#include <iostream>
#include <optional>

namespace icesim::app {
namespace {

void check_traces(const std::vector<std::string>& paths) {
  std::set<std::string> names;
  for (const std::string& path : paths) {
    std::error_code none;
    const auto status = std::filesystem::status(path, none);
    if (path == "-" || std::filesystem::is_fifo(status) || std::filesystem::is_character_file(status))
      throw UserError(path + ": golden reads each trace twice; give a file");
    if (!names.insert(trace_name(path)).second) throw UserError(path + ": two traces are called " + trace_name(path));
  }
}

/// What is there already, if anything is.
std::optional<GoldenDirectory> existing(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) return std::nullopt;
  if (!GoldenDirectory::is_directory(path)) throw UserError("--output: " + path + " is not a directory");
  if (std::filesystem::is_empty(path, none)) return std::nullopt;
  return GoldenDirectory::read(path);
}

/// A parameter that moves nothing is still another configuration than the one that is kept.
bool is_as_it_was(const ComparisonReport& report) {
  for (const Comparison& each : report.comparisons)
    if (!each.settings.empty()) return false;
  return !report.differs();
}

}  // namespace

int golden_command(const Arguments& arguments) {
  CommandLine line({"golden", "TRACE...",
                    "Replays traces as 'icesim run' does and keeps their results, to be compared with: statistics, "
                    "request log,\nconfiguration, "
                    "the trace's hash and the version. Where there are some that differ, it tells what moved and "
                    "ends\nwith exit code 1; "
                    "only --accept renews them.",
                    "icesim golden traces/*.icetrace -o golden --set replay.limit=3000"});
  namespace po = boost::program_options;
  Scenario scenario;
  scenario.declare(line);
  scenario.declare_fault(line);
  std::string directory, reason;
  line.options().add_options()("output,o", po::value(&directory)->value_name("DIR"),
                               "Directory of the results; made unless it is there.")(
      "accept", po::value(&reason)->value_name("REASON"),
      "Renews results that differ, and keeps the reason with them.");
  if (!line.parse(arguments)) return 0;
  if (directory.empty()) throw UserError("--output DIR is missing" + line.hint());
  if (line.given("accept") && reason.find_first_not_of(" \t\n") == std::string::npos)
    throw UserError("--accept: a reason is needed, in words");
  const std::vector<std::string>& paths = line.operands();
  check_traces(paths);
  const SystemConfig config = scenario.config();
  scenario.faults(config);
  const std::optional<GoldenDirectory> old = existing(directory);
  GoldenDirectory fresh;
  fresh.index.version = ICESIM_VERSION;
  fresh.index.platform = scenario.platform();
  FileHashes hashes;
  std::uint64_t failed = 0;
  for (const std::string& path : paths) {
    GoldenDirectory::Run run;
    RequestLog log(run.requests);
    RequestChain chain;
    chain.sinks().add(log);
    Replayed replayed = replay(replay_input(scenario, config, path), config, {}, [] {}, &chain);
    forget_simulation();
    replayed.results.version = ICESIM_VERSION;  // renewed files show what moved, not of which commit
    require_intact_payload(replayed.results);
    failed += failed_requests(replayed.results);
    run.results = results_json(replayed.results, false);
    fresh.add({trace_name(path), hashes.trace(path), "", ""}, std::move(run));
  }
  if (const int code = scenario.exit_code(failed); code != 0) {
    std::cout << "FAILED: " << failed << " requests; nothing was written to " << directory << "\n";
    return code;
  }
  if (old) {
    fresh.index.accepted = old->index.accepted;
    const ComparisonReport report = compare_goldens(*old, directory, fresh, "this run", {});
    if (is_as_it_was(report)) {
      std::cout << comparison_text(report, {}) << directory << " stays as it is\n";
      return 0;
    }
    std::cout << comparison_text(report, {});
    if (reason.empty()) {
      std::cout << "\n" << directory << " stays as it is; --accept \"reason\" renews it\n";
      return 1;
    }
  }
  if (!reason.empty()) fresh.index.accepted.push_back({ICESIM_VERSION, reason});
  fresh.write(directory, old ? &*old : nullptr);
  std::cout << (old ? "\nrenewed " : "made ") << directory << ": " << counted_text(paths.size(), "trace") << "\n";
  return 0;
}

}  // namespace icesim::app
