// SPDX-License-Identifier: Apache-2.0
#include "partition_study.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/text/list_text.hpp"
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
  if (counts.size() != names.size())
    throw UserError("'" + text + "' is not shared or " + std::to_string(names.size()) + " numbers with a / between, one for each of " +
                    list_text(names));
  std::string whole;
  for (std::size_t i = 0; i < names.size(); ++i) whole += (i == 0 ? "" : ",") + names[i] + ":" + counts[i];
  return KeyslotPartition::of(whole);
}

std::uint64_t value_of(const RecordedResults& results, const std::string& path) {
  const StatisticValue* found = find_statistic(results.statistics, path);
  return found == nullptr ? 0 : found->value;
}

VmPoint point_of(const RecordedResults& results, const std::string& keyslots, const std::string& latency, TimeSum keys) {
  VmPoint point;
  point.hits = value_of(results, keyslots + "hits");
  point.programs = value_of(results, keyslots + "programs");
  point.waits = value_of(results, keyslots + "waits");
  point.requests = value_of(results, latency + "all.count");
  point.mean = Picoseconds{value_of(results, latency + "all.mean")};
  point.p99 = Picoseconds{value_of(results, latency + "all.p99")};
  if (point.requests > 0) point.keys = keys.mean(point.requests);
  return point;
}

TimeSum time_of(const RecordedResults& results, const std::string& path) {
  TimeSum sum;
  if (const StatisticValue* found = find_statistic(results.statistics, path)) sum.n = found->whole();
  return sum;
}

PartitionPoint point_of(const Ran& ran, const std::vector<std::string>& vms, const KeyslotPartition& partition) {
  PartitionPoint point;
  point.all = point_of(ran.results, "keyslots.", "latency.", time_of(ran.results, "keys.cost.all"));
  for (std::size_t vm = 0; vm < vms.size(); ++vm) {
    const std::string group = "keyslots.vm." + vms[vm] + ".";
    point.vms[vm] = point_of(ran.results, group, group + "latency.", time_of(ran.results, group + "key_time"));
    point.vms[vm].keyslots = value_of(ran.results, group + "keyslots");
    point.all.keyslots = partition.shared() ? point.vms[vm].keyslots : partition.keyslots();
  }
  point.failed = ran.failed;
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

PartitionSweep PartitionStudy::run(const StudyCase& whole, StudyRunner& runner) const {
  PartitionSweep sweep;
  sweep.vms = whole.input.vms.names();
  sweep.partitions = parts(list_, ',');
  sweep.measure = measure();
  const std::vector<SystemConfig> all = configs(whole.input.vms, whole.config);
  sweep.points.resize(all.size());
  runner.run(
      all.size(),
      [&](std::size_t i) {
        StudyCase each = whole;
        each.config = all[i];
        return each;
      },
      [&](std::size_t i) { return "simulation of partition " + sweep.partitions[i]; },
      [&](std::size_t i, const Ran& ran) {
        if (!ran.refused.empty()) throw UserError(ran.refused);
        sweep.points[i] = point_of(ran, sweep.vms, all[i].keyslots.partition);
      });
  return sweep;
}

}  // namespace icesim::app
