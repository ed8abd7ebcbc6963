// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/result/key_text.hpp"
#include "icesim/result/keyslot_sweep.hpp"
#include "icesim/workload/miss_curve.hpp"
#include "icesim/workload/vms/vm_trace.hpp"
#include "partition_study.hpp"
#include "src/app/report_output.hpp"
#include "study_runner.hpp"

#include <algorithm>

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

/// The first pass shows how far it is.
ReplayInput loud(ReplayInput input, const Scenario& scenario) {
  input.trace.progress = scenario.trace_options().progress;
  return input;
}

Reading read(const ReplayInput& input, std::uint64_t limit) {
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

KeyslotPoint point_of(std::uint64_t keyslots, const Ran& ran) {
  const auto value = [&](std::string_view path) {
    const StatisticValue* found = find_statistic(ran.results.statistics, path);
    return found == nullptr ? 0 : found->value;
  };
  KeyslotPoint point;
  point.keyslots = keyslots;
  point.hits = value("keyslots.hits");
  point.programs = value("keyslots.programs");
  point.fewest_programs = value("keyslots.fewest_programs");
  point.waits = value("keyslots.waits");
  point.mean = Picoseconds{value("latency.all.mean")};
  point.p99 = Picoseconds{value("latency.all.p99")};
  point.moved = Bytes{value("driver.bytes_read") + value("driver.bytes_written")};
  point.simulated_time = Picoseconds{value("simulated_time")};
  point.failed = ran.failed;
  return point;
}

}  // namespace

int slots_command(const Arguments& arguments) {
  CommandLine line({"slots", "TRACE",
                    "Finds how many keyslots a trace needs: replays it with 1, 2, 4, ... 64 and 256 keyslots (all that "
                    "UFSHCI\nallows), beside the misses of an ideal LRU keyslot file.",
                    "icesim slots traces/k61-f2fs-key-per-file.icetrace -j 8 -o slots.json"});
  Scenario scenario;
  scenario.declare(line);
  StudyRunner runner;
  runner.declare(line);
  ReportOutput output;
  PartitionStudy partitions;
  partitions.declare(line);
  output.declare(line, "Writes the table as JSON, with the whole miss curve; '-' is the standard output, without the table.");
  if (!line.parse(arguments)) return 0;
  const std::string& path = line.operands()[0];
  runner.hashes().trace(path);
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
  StudyCase whole = study_case(scenario, path);
  whole.config = config;
  partitions.check(whole.input.vms, config);
  runner.open();
  output.open(false);

  KeyslotSweep sweep;
  const auto [curve, key_counts, notes, key_events] = read(loud(whole.input, scenario), config.replay.limit);
  sweep.warnings = notes;
  const std::uint64_t reserved = config.crypto.reserved_keyslots;
  if (reserved > 0 && !partitions.wanted())
    sweep.warnings.push_back("beside the keyslots of each row, crypto.reserved_keyslots=" + std::to_string(reserved) +
                             " are left alone; of 256 they are taken");
  if (config.keys.life == KeyLifeRule::trace && key_events == 0) sweep.warnings.emplace_back(no_key_events);
  sweep.references = curve.references();
  sweep.keys = curve.keys();
  if (sweep.references == 0) throw UserError(path + ": no request has a key; --keys gives requests keys");
  const std::string heading = "platform  " + printable_text(scenario.platform()) + "\n" +
                              key_rules_text(key_mode_name(whole.input.keys.mode), list_statistics(key_counts), "") + "\n";
  if (partitions.wanted()) {
    PartitionSweep compared = partitions.run(whole, runner);
    compared.warnings = sweep.warnings;
    if (output.wanted()) output.write(partition_sweep_json(compared));
    output.commit();
    output.print(heading + partition_sweep_text(compared));
    std::uint64_t failed = 0;
    for (const PartitionPoint& point : compared.points) failed += point.failed;
    return scenario.exit_code(failed);
  }
  for (std::uint64_t n = 1; n <= MissCurve::most_keyslots; ++n) sweep.misses.push_back(curve.misses(n));
  sweep.points.resize(keyslot_counts.size());
  runner.run(
      keyslot_counts.size(),
      [&](std::size_t i) {
        StudyCase each = whole;
        each.config.keyslots.num_keyslots = std::min(keyslot_counts[i] + reserved, MissCurve::most_keyslots);
        return each;
      },
      [&](std::size_t i) { return "simulation with " + std::to_string(keyslot_counts[i]) + " keyslots"; },
      [&](std::size_t i, const Ran& ran) {
        if (!ran.refused.empty()) throw UserError(ran.refused);
        sweep.points[i] = point_of(keyslot_counts[i], ran);
      });
  if (output.wanted()) output.write(keyslot_sweep_json(sweep));
  output.commit();
  output.print(heading + keyslot_sweep_text(sweep));
  std::uint64_t failed = 0;
  for (const KeyslotPoint& point : sweep.points) failed += point.failed;
  return scenario.exit_code(failed);
}

}  // namespace icesim::app
