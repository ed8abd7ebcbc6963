// SPDX-License-Identifier: Apache-2.0
#include "partition_study.hpp"

#include "fork_map.hpp"
#include "icesim/base/error.hpp"
#include "icesim/result/failures.hpp"
#include "icesim/result/results.hpp"
#include "icesim/workload/vms/vm_trace.hpp"
#include "models/system/simulation.hpp"
#include "models/system/virtual_machines.hpp"

#include <algorithm>

namespace icesim::app {
namespace {

std::vector<std::string> parts(const std::string& text, char separator) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    all.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

/// "16/32" for host and android: "host:16,android:32".
KeyslotPartition partition_of(const std::string& text, const std::vector<std::string>& names) {
  if (text == "shared") return {};
  const std::vector<std::string> counts = parts(text, '/');
  if (counts.size() != names.size()) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    throw UserError("'" + text + "' is not shared or " + std::to_string(names.size()) + " numbers with a / between, one for each of " + all);
  }
  std::string whole;
  for (std::size_t i = 0; i < names.size(); ++i) whole += (i == 0 ? "" : ",") + names[i] + ":" + counts[i];
  return KeyslotPartition::of(whole);
}

VmPoint point_of(const Results& results, const std::string& keyslots, const std::string& latency, TimeSum keys) {
  VmPoint point;
  point.hits = results.value(keyslots + "hits");
  point.programs = results.value(keyslots + "programs");
  point.waits = results.value(keyslots + "waits");
  point.requests = results.value(latency + "all.count");
  point.mean = Picoseconds{results.value(latency + "all.mean")};
  point.p99 = Picoseconds{results.value(latency + "all.p99")};
  if (point.requests > 0) point.keys = keys.mean(point.requests);
  return point;
}

TimeSum time_of(const Results& results, const std::string& path) {
  TimeSum sum;
  if (const StatisticValue* found = results.find(path)) sum.n = found->whole();
  return sum;
}

PartitionPoint simulate(const StudyInput& input, const SystemConfig& config) {
  VmTrace trace(input.path, input.quiet(), input.keys, input.vms);
  Simulation simulation(config, trace, input.path);
  simulation.run();
  Results results;
  results.statistics = list_statistics(simulation);
  PartitionPoint point;
  point.all = point_of(results, "keyslots.", "latency.", time_of(results, "keys.cost.all"));
  for (std::size_t vm = 0; vm < input.vms.names().size(); ++vm) {
    const std::string group = "keyslots.vm." + input.vms.names()[vm] + ".";
    point.vms[vm] = point_of(results, group, group + "latency.", time_of(results, group + "key_time"));
    point.vms[vm].keyslots = results.value(group + "keyslots");
    point.all.keyslots = config.keyslots.partition.shared() ? point.vms[vm].keyslots : config.keyslots.partition.keyslots();
  }
  point.failed = failed_requests(results);
  require_intact_payload(results);
  return point;
}

}  // namespace

void PartitionStudy::declare(CommandLine& line) {
  namespace po = boost::program_options;
  line.options().add_options()("partition", po::value(&list_)->value_name("LIST"),
                               "Instead compares partitions of one keyslot file between the machines of --vm, the host first: "
                               "16/32,24/24,shared.")(
      "by", po::value(&measure_)->value_name("MEASURE"),
      "Which partition is best: by mean (default), p99, worst-mean or worst-p99, these of the machine that fares worst.");
}

PartitionMeasure PartitionStudy::measure() const {
  if (measure_.empty()) return PartitionMeasure::mean;
  std::vector<std::string> names;
  for (const Choice& each : partition_measures) names.emplace_back(each.name);
  return static_cast<PartitionMeasure>(word_index("--by", measure_, names));
}

std::vector<SystemConfig> PartitionStudy::configs(const VmRules& vms, const SystemConfig& config) const {
  std::vector<SystemConfig> all;
  for (const std::string& text : parts(list_, ',')) {
    try {
      all.push_back(config);
      all.back().keyslots.partition = partition_of(text, vms.names());
      virtual_machines(all.back(), vms.names());
    } catch (const UserError& error) {
      throw UserError("--partition " + text + ": " + error.what());
    }
  }
  return all;
}

void PartitionStudy::check(const VmRules& vms, const SystemConfig& config) const {
  if (!wanted()) {
    if (!measure_.empty()) throw UserError("--by has no effect: only --partition compares partitions");
    return;
  }
  if (!vms.any()) throw UserError("--partition: no request comes from a virtual machine; --vm says which do");
  measure();
  configs(vms, config);
}

PartitionSweep PartitionStudy::run(const StudyInput& input, const SystemConfig& config, std::uint64_t jobs) const {
  PartitionSweep sweep;
  sweep.vms = input.vms.names();
  sweep.partitions = parts(list_, ',');
  sweep.measure = measure();
  const std::vector<SystemConfig> all = configs(input.vms, config);
  sweep.points = fork_map<PartitionPoint>(
      all.size(), jobs, [&](std::size_t i) { return simulate(input, all[i]); },
      [&](std::size_t i) { return "simulation of partition " + sweep.partitions[i]; });
  return sweep;
}

}  // namespace icesim::app
