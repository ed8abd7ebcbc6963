// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"
#include "icesim/base/error.hpp"
#include "icesim/result/trace_report.hpp"
#include "icesim/workload/keys/keyed_trace.hpp"
#include "icesim/workload/origins/origin_joiner.hpp"
#include "icesim/workload/origins/trace_text.hpp"
#include "icesim/workload/trace_profile.hpp"
#include "key_choice.hpp"
#include "src/app/requests/by_options.hpp"
#include "trace_line.hpp"

#include <algorithm>
#include <iostream>
#include <optional>

namespace icesim::app {
namespace {

std::vector<TraceReport::SizeRow> size_rows(const TraceProfile& profile) {
  std::vector<TraceReport::SizeRow> rows;
  for (std::size_t i = 0; i + 1 < profile.sizes().size(); ++i) {
    const auto& requests = profile.sizes()[i];
    const bool any = std::any_of(requests.begin(), requests.end(), [](std::uint64_t n) { return n > 0; });
    if (any) rows.push_back({Bytes{std::uint64_t{1} << i}, requests});
  }
  return rows;
}

std::vector<TraceReport::TimeRow> time_rows(const ArrivalTimeline& timeline, bool depth_known) {
  std::vector<TraceReport::TimeRow> rows;
  Picoseconds from{};
  for (const ArrivalTimeline::Interval& interval : timeline.intervals()) {
    rows.push_back({from, from + timeline.width(), interval.requests, interval.bytes,
                    depth_known ? interval.depth_max : 0, depth_known ? interval.depth_sum : 0});
    from += timeline.width();
  }
  return rows;
}

/// Reads all of a trace; who wants tables of its requests hears of each.
void read_all(KeyedTrace& trace, TraceProfile& profile, OriginJoiner* joiner) {
  IoRequest request;
  if (joiner == nullptr) {
    while (trace.next(request)) profile.add(request, trace.info().outstanding);
    return;
  }
  joiner->follow(trace);
  std::uint64_t records = 0;
  while (joiner->next(request)) {
    profile.add(request, trace.info().outstanding);
    joiner->request_ended(record_of(request, ++records));
  }
  joiner->finish();
}

TraceReport report_of(const std::string& path, TraceOptions options, KeyOptions keys, ByOptions& by) {
  std::optional<OriginJoiner> joiner;
  if (by.wanted()) {
    joiner.emplace(by.groups());
    keys.tells_files = true;
    options.completed = [&joiner](const TraceCompletion& completion) { joiner->completed(completion); };
  }
  KeyedTrace trace(path, options, keys);
  TraceProfile profile;
  read_all(trace, profile, joiner ? &*joiner : nullptr);
  const TraceInfo& info = trace.info();
  TraceReport report;
  report.name = trace_name(path);
  report.format = info.format;
  report.provenance = info.provenance;
  report.ufs_lba_unit = info.ufs_lba_unit;
  report.ufs_lba_unit_by = info.ufs_lba_unit_by;
  report.depth_known = info.completions > 0;
  report.timeline = time_rows(profile.timeline(), report.depth_known);
  std::uint64_t deepest = 0;
  for (const TraceReport::TimeRow& row : report.timeline) deepest = std::max(deepest, row.depth_max);
  report.statistics = list_statistics([&](Statistics& statistics) {
    info.describe(statistics);
    profile.describe(statistics);
    statistics("deepest_queue", deepest, "Most requests outstanding at once; 0: the trace does not tell");
  });
  report.by_rwbs.assign(info.rwbs.begin(), info.rwbs.end());
  for (const TraceInfo::DeviceCount& device : info.devices)
    report.devices.emplace_back(std::to_string(device.major) + "," + std::to_string(device.minor), device.requests);
  report.device_asked = info.device_asked;
  report.notes = info.notes();
  if (by.wanted()) {
    report.by = by.tables();
    report.where = by.where();
    report.by_notes = by.notes();
  }
  report.sizes = size_rows(profile);
  report.key_mode = key_mode_name(keys.mode);
  for (const StatisticValue& each : list_statistics(trace.keys())) {
    if (each.path.find('.') != std::string::npos) report.key_rules.push_back(each);
  }
  report.keys = profile.keys().keys();
  report.references = profile.keys().references();
  for (std::uint64_t n = 1; n <= MissCurve::most_keyslots; ++n) report.misses.push_back(profile.keys().misses(n));
  return report;
}

}  // namespace

int trace_command(const Arguments& arguments) {
  CommandLine line(
      {"trace", "WHAT FILE",
       "Tells what is in a trace, without simulating it. WHAT is info (span, requests, sizes, queue depth, "
       "keys and\nhow soon they are used again, oddities), or text (a line for each request, as a table that icesim reads "
       "back).",
       "icesim trace info traces/k61-f2fs-key-per-file.icetrace --keys per-policy"});
  namespace po = boost::program_options;
  TraceLine trace;
  KeyChoice keys;
  bool json = false;
  trace.declare(line);
  keys.declare(line);
  ByOptions by;
  by.declare(line);
  line.options().add_options()("json", po::bool_switch(&json), "Prints JSON.");
  line.operand_values(0, [] { return std::vector<std::string>{"info", "text"}; });
  std::string out = "-";
  line.output("output,o", out, "Where the text goes; the standard output unless given.");
  if (!line.parse(arguments)) return 0;
  if (word_index("trace", line.operands()[0], {"info", "text"}) == 1) {
    for (const char* option : {"by", "where", "top", "json"})
      if (line.given(option)) throw UserError("--" + std::string(option) + " has no effect: trace text prints all requests");
    OutputFile file(out);
    write_trace_text(line.operands()[1], trace.options(), keys.options(), file);
    file.commit();
    return 0;
  }
  if (line.given("output")) throw UserError("--output has no effect: only trace text writes a file");
  by.open(false);
  const TraceReport report = report_of(line.operands()[1], trace.options(), keys.options(), by);
  std::cout << (json ? trace_report_json(report) : trace_report_text(report));
  return 0;
}

}  // namespace icesim::app
