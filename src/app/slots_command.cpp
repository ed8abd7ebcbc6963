// SPDX-License-Identifier: Apache-2.0
#include "fork_map.hpp"
#include "icesim/base/error.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/result/failures.hpp"
#include "icesim/result/key_text.hpp"
#include "icesim/result/keyslot_sweep.hpp"
#include "icesim/result/results.hpp"
#include "icesim/workload/miss_curve.hpp"
#include "icesim/workload/vms/vm_trace.hpp"
#include "partition_study.hpp"
#include "report_output.hpp"
#include "scenario.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <thread>

namespace icesim::app {
namespace {

/// Every power of two up to 64, and as many as CCAP.CFGC can say [ufshci-crypto], which stands for "without limit".
const std::vector<std::uint64_t> keyslot_counts{1, 2, 4, 8, 16, 32, 64, MissCurve::most_keyslots};

/// What a first pass over the trace tells.
struct Reading {
  MissCurve curve;
  KeyCounts keys;
  std::vector<std::string> notes;
  std::uint64_t key_events = 0;
};

Reading read(const StudyInput& input, std::uint64_t limit) {
  VmTrace trace(input.path, input.trace, input.keys, input.vms);
  Reading reading;
  IoRequest request;
  for (std::uint64_t count = 0; (limit == 0 || count < limit) && trace.next(request); ++count) {
    reading.curve.reference(request.key);
  }
  reading.keys = trace.keys();
  reading.notes = trace.notes();
  reading.key_events = trace.info().key_events.total();
  return reading;
}

KeyslotPoint simulate(const StudyInput& input, SystemConfig config, std::uint64_t keyslots) {
  config.keyslots.num_keyslots = std::min(keyslots + config.crypto.reserved_keyslots, MissCurve::most_keyslots);
  VmTrace trace(input.path, input.quiet(), input.keys, input.vms);
  Simulation simulation(config, trace, input.path);
  simulation.run();
  Results results;
  results.statistics = list_statistics(simulation);
  KeyslotPoint point;
  point.keyslots = keyslots;
  point.hits = results.value("keyslots.hits");
  point.programs = results.value("keyslots.programs");
  point.fewest_programs = results.value("keyslots.fewest_programs");
  point.waits = results.value("keyslots.waits");
  point.mean = Picoseconds{results.value("latency.all.mean")};
  point.p99 = Picoseconds{results.value("latency.all.p99")};
  point.moved = Bytes{results.value("driver.bytes_read") + results.value("driver.bytes_written")};
  point.simulated_time = Picoseconds{results.value("simulated_time")};
  point.failed = failed_requests(results);
  require_intact_payload(results);
  return point;
}

}  // namespace

int slots_command(const Arguments& arguments) {
  CommandLine line({"slots", "TRACE",
                    "Finds how many keyslots a trace needs: replays it with 1, 2, 4, ... 64 and 256 keyslots (all that "
                    "UFSHCI\nallows), beside the misses of an ideal LRU keyslot file.",
                    "icesim slots traces/k61-f2fs-key-per-file.icetrace -j 8 -o slots.json"});
  Scenario scenario;
  std::string jobs;
  scenario.declare(line);
  namespace po = boost::program_options;
  line.options().add_options()("jobs,j", po::value(&jobs)->value_name("N"),
                               "Simulations at a time; as many as there are processors unless given.");
  ReportOutput output;
  PartitionStudy partitions;
  partitions.declare(line);
  output.declare(line, "Writes the table as JSON, with the whole miss curve; '-' is the standard output, without the table.");
  if (!line.parse(arguments)) return 0;
  const std::string& path = line.operands()[0];
  if (path == "-") throw UserError("slots reads the trace once per row; give a file, not the standard input");
  std::error_code unknown;
  const std::filesystem::file_status status = std::filesystem::status(path, unknown);
  if (std::filesystem::is_fifo(status) || std::filesystem::is_socket(status) || std::filesystem::is_character_file(status))
    throw UserError(path + ": slots reads the trace once per row; give a file, not a pipe or a device");
  if (partitions.wanted()) {
    scenario.refuse_settings([](std::string_view set) { return set == "keyslots.partition"; }, "--partition tries its own partitions");
  } else {
    scenario.refuse_settings([](std::string_view set) { return set == "keyslots.num_keyslots"; }, "slots tries its own numbers of keyslots");
  }
  SystemConfig config = scenario.config();
  if (partitions.wanted()) config.keyslots.partition = {};
  if (!config.keyslots.partition.shared())
    throw UserError("slots: keyslots.partition=" + config.keyslots.partition.text() +
                    " is for one number of keyslots; --partition compares partitions of it");
  if (config.crypto.path == KeyPathKind::prdt)
    throw UserError("slots: crypto.path=prdt has no keyslots; keys go with the PRDT, and any number of them is as good");
  const StudyInput input{path, scenario.trace_options(), scenario.key_options(), scenario.vm_rules(config)};
  partitions.check(input.vms, config);
  const std::uint64_t at_a_time =
      jobs.empty() ? std::max(1U, std::thread::hardware_concurrency()) : number_option("--jobs", jobs, 1, 1024);
  output.open(false);

  KeyslotSweep sweep;
  const auto [curve, key_counts, notes, key_events] = read(input, config.replay.limit);
  sweep.warnings = notes;
  const std::uint64_t reserved = config.crypto.reserved_keyslots;
  if (reserved > 0 && !partitions.wanted())
    sweep.warnings.push_back("beside the keyslots of each row, crypto.reserved_keyslots=" + std::to_string(reserved) +
                             " are left alone; of 256 they are taken");
  if (config.keys.life == KeyLifeRule::trace && key_events == 0) sweep.warnings.emplace_back(no_key_events);
  sweep.references = curve.references();
  sweep.keys = curve.keys();
  if (sweep.references == 0) throw UserError(input.path + ": no request has a key; --keys gives requests keys");
  const std::string heading = "platform  " + printable_text(scenario.platform()) + "\n" +
                              key_rules_text(key_mode_name(input.keys.mode), list_statistics(key_counts), "") + "\n";
  if (partitions.wanted()) {
    PartitionSweep compared = partitions.run(input, config, at_a_time);
    compared.warnings = sweep.warnings;
    if (output.wanted()) output.write(partition_sweep_json(compared));
    output.commit();
    output.print(partition_sweep_text(compared), heading);
    std::uint64_t failed = 0;
    for (const PartitionPoint& point : compared.points) failed += point.failed;
    return scenario.exit_code(failed);
  }
  for (std::uint64_t n = 1; n <= MissCurve::most_keyslots; ++n) sweep.misses.push_back(curve.misses(n));
  sweep.points =
      fork_map<KeyslotPoint>(keyslot_counts.size(), at_a_time,
                             [&](std::size_t i) { return simulate(input, config, keyslot_counts[i]); },
                             [](std::size_t i) { return "simulation with " + std::to_string(keyslot_counts[i]) + " keyslots"; });
  if (output.wanted()) output.write(keyslot_sweep_json(sweep));
  output.commit();
  output.print(keyslot_sweep_text(sweep), heading);
  std::uint64_t failed = 0;
  for (const KeyslotPoint& point : sweep.points) failed += point.failed;
  return scenario.exit_code(failed);
}

}  // namespace icesim::app
