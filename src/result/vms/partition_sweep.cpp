// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/vms/partition_sweep.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/results.hpp"
#include "icesim/result/text_table.hpp"
#include "src/result/json_text.hpp"

#include <algorithm>

namespace icesim {
namespace {

std::uint64_t miss_ppm(const VmPoint& point) { return parts_per_million(point.programs, point.hits + point.programs); }

Picoseconds value_of(const PartitionSweep& sweep, const PartitionPoint& point) {
  if (sweep.measure == PartitionMeasure::mean) return point.all.mean;
  if (sweep.measure == PartitionMeasure::p99) return point.all.p99;
  Picoseconds worst{};
  for (std::size_t vm = 0; vm < sweep.vms.size(); ++vm)
    worst = std::max(worst, sweep.measure == PartitionMeasure::worst_mean ? point.vms[vm].mean : point.vms[vm].p99);
  return worst;
}

std::vector<std::string> cells(std::string partition, std::string vm, const VmPoint& point) {
  const bool idle = point.requests == 0;
  return {std::move(partition),
          std::move(vm),
          std::to_string(point.keyslots),
          grouped_text(point.requests),
          percent_text(miss_ppm(point)),
          grouped_text(point.waits),
          idle ? "-" : microseconds_text(point.mean),
          idle ? "-" : precise_microseconds_text(point.p99),
          idle ? "-" : microseconds_text(point.keys)};
}

}  // namespace

PartitionAdvice partition_advice(const PartitionSweep& sweep) {
  ensure(!sweep.points.empty() && sweep.points.size() == sweep.partitions.size(), "each partition has been simulated");
  std::size_t best = 0, next = sweep.points.size();
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    if (const std::uint64_t failed = sweep.points[i].failed; failed > 0)
      return {"", "With " + sweep.partitions[i] + " " + grouped_text(failed) + (failed == 1 ? " request" : " requests") +
                      " failed, and a run with failures says nothing about keyslots; 'icesim run' tells what failed."};
    if (value_of(sweep, sweep.points[i]) < value_of(sweep, sweep.points[best])) best = i;
  }
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    if (i == best) continue;
    if (next == sweep.points.size() || value_of(sweep, sweep.points[i]) < value_of(sweep, sweep.points[next])) next = i;
  }
  const Picoseconds least = value_of(sweep, sweep.points[best]);
  const std::string_view measure = partition_measures[static_cast<std::size_t>(sweep.measure)].sentence;
  std::string reason = sweep.partitions[best] + " has the smallest " + std::string(measure) + ", " + microseconds_text(least) + " us";
  if (next == sweep.points.size()) return {sweep.partitions[best], reason + ", and no other was tried."};
  const Picoseconds more = value_of(sweep, sweep.points[next]) - least;
  if (more.n == 0) return {sweep.partitions[best], reason + "; " + sweep.partitions[next] + " has the same."};
  return {sweep.partitions[best], reason + "; with " + sweep.partitions[next] + ", the next, it is " +
                                      percent_text(parts_per_million(more.n, least.n)) + " higher" +
                                      (Wide{more.n} * 100 < least.n ? ", which is next to nothing." : ".")};
}

std::string partition_sweep_text(const PartitionSweep& sweep) {
  TextTable table("llrrrrrrr");
  table.row({"partition", "machine", "keyslots", "requests", "misses", "waits", "mean us", "p99 us", "keys us"});
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    const PartitionPoint& point = sweep.points[i];
    for (std::size_t vm = 0; vm < sweep.vms.size(); ++vm)
      table.row(cells(vm == 0 ? sweep.partitions[i] : "", sweep.vms[vm], point.vms[vm]));
    table.row(cells("", "all", point.all));
  }
  const PartitionAdvice advice = partition_advice(sweep);
  std::string text = table.text() + "\nbest: " + (advice.partition.empty() ? "none" : advice.partition) + "\n" + advice.reason + "\n";
  if (!sweep.warnings.empty()) text += "\nwarnings\n";
  for (const std::string& warning : sweep.warnings) text += "  " + printable_text(warning) + "\n";
  return text;
}

std::string partition_sweep_json(const PartitionSweep& sweep) {
  using Json = nlohmann::ordered_json;
  const auto of_point = [](const VmPoint& point) {
    return Json{{"keyslots", point.keyslots}, {"requests", point.requests}, {"hits", point.hits},
                {"programs", point.programs}, {"waits", point.waits},       {"mean_ps", point.mean.n},
                {"p99_ps", point.p99.n},      {"keys_ps", point.keys.n}};
  };
  Json document = document_of(sweep.origin);
  if (!sweep.trace.empty()) document["trace"] = sweep.trace;
  if (!sweep.sha256.empty()) document["sha256"] = sweep.sha256;
  document["machines"] = sweep.vms;
  document["measure"] = partition_measures[static_cast<std::size_t>(sweep.measure)].name;
  document["partitions"] = Json::array();
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    Json entry;
    entry["partition"] = sweep.partitions[i];
    entry["all"] = of_point(sweep.points[i].all);
    Json machines = Json::object();
    for (std::size_t vm = 0; vm < sweep.vms.size(); ++vm) machines[sweep.vms[vm]] = of_point(sweep.points[i].vms[vm]);
    entry["machines"] = std::move(machines);
    entry["failed"] = sweep.points[i].failed;
    document["partitions"].push_back(std::move(entry));
  }
  const PartitionAdvice advice = partition_advice(sweep);
  document["best"] = advice.partition.empty() ? Json(nullptr) : Json(advice.partition);
  document["reason"] = advice.reason;
  if (!sweep.power_states.empty()) document["power_states"] = sweep.power_states;
  document["warnings"] = sweep.warnings;
  return dump_json(document);
}

}  // namespace icesim
