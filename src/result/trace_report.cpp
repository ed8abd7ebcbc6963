// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/trace_report.hpp"

#include "icesim/base/printable.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/key_text.hpp"
#include "icesim/result/text_table.hpp"
#include "reuse_distances.hpp"
#include "src/result/latency_cells.hpp"
#include "src/result/page.hpp"

#include <algorithm>

namespace icesim {
namespace {

std::string bar(std::uint64_t value, std::uint64_t most) {
  if (value == 0) return "";
  // What there is shows.
  return std::string(std::max<std::uint64_t>(1, parts_per_million(value, most) * page::bar / 1'000'000), '#');
}

std::uint64_t value_of(const TraceReport& report, std::string_view path) {
  const StatisticValue* found = find_statistic(report.statistics, path);
  return found == nullptr ? 0 : found->value;
}

std::string operation_table(const TraceReport& report) {
  TextTable table("lrr");
  table.row({"", "requests", "bytes"});
  for (const std::string operation : {"read", "write", "flush", "discard"}) {
    table.row({operation, grouped_text(value_of(report, "requests." + operation)),
               rounded_text(Bytes{value_of(report, "bytes." + operation)})});
  }
  std::string text = table.text() + "rwbs     ";
  for (const auto& [word, count] : report.by_rwbs) text += " " + printable_text(word) + " " + grouped_text(count);
  return text + "\n";
}

std::string sizes(const TraceReport& report) {
  std::uint64_t most = 0;
  for (const auto& row : report.sizes) most = std::max({most, row.requests[0] + row.requests[1] + row.requests[3]});
  TextTable table("rrrrl");
  table.row({"up to", "read", "write", "discard", ""});
  for (const auto& row : report.sizes) {
    const std::uint64_t all = row.requests[0] + row.requests[1] + row.requests[3];
    if (all == 0) continue;
    table.row({rounded_text(row.up_to), grouped_text(row.requests[0]), grouped_text(row.requests[1]),
               grouped_text(row.requests[3]), bar(all, most)});
  }
  return table.text();
}

std::string timeline(const TraceReport& report) {
  std::uint64_t most = 0;
  for (const auto& row : report.timeline) most = std::max(most, row.requests);
  TextTable table("rrrrrl");
  table.row({"from", "requests", "bytes", "mean depth", "most", ""});
  for (const auto& row : report.timeline) {
    const bool known = report.depth_known && row.requests > 0;
    table.row({rounded_text(row.from), grouped_text(row.requests), rounded_text(row.bytes),
               known ? fixed_text(row.depth_sum, row.requests, 1) : "-", known ? grouped_text(row.depth_max) : "-",
               bar(row.requests, most)});
  }
  return table.text();
}

/// Empty for a trace without completions.
std::string latencies(const TraceReport& report) {
  const std::string group = "recorded_latency.";
  if (!has_latency(report.statistics, group + "all")) return "";
  TextTable table("lrrrrrr");
  table.row(latency_titles("recorded latency, us"));
  for (const std::string kind : {"read", "write", "flush", "discard", "all"}) {
    if (has_latency(report.statistics, group + kind)) {
      table.row(latency_cells("  " + kind, report.statistics, group + kind));
    }
  }
  return table.text() + "\n";
}

std::string reuse(const TraceReport& report) {
  TextTable table("rrrl");
  table.row({"other keys since", "uses", "LRU misses", ""});
  std::uint64_t reused = 0;
  for (const ReuseRow& row : reuse_distances(report.references, report.misses)) {
    reused += row.uses;
    const std::string range =
        row.least == row.most ? std::to_string(row.least) : std::to_string(row.least) + "-" + std::to_string(row.most);
    table.row({range, grouped_text(row.uses), grouped_text(report.misses[row.most]), bar(row.uses, report.references)});
  }
  const std::uint64_t rest = report.references - reused;
  table.row({"more or first use", grouped_text(rest), "", bar(rest, report.references)});
  return table.text();
}

/// What the recorded system did with its keyslots; empty where nothing tells.
std::string keyslots(const TraceReport& report) {
  const std::uint64_t requests = value_of(report, "keyslots.requests");
  if (requests == 0) return "";
  const std::uint64_t hits = value_of(report, "keyslots.hits");
  return "keyslots  " + grouped_text(value_of(report, "keyslots.used")) + " in use when recorded, " +
         grouped_text(hits) + " hits (" + percent_text(parts_per_million(hits, requests)) + ") of " +
         grouped_text(requests) + " requests\n";
}

/// What becomes of keys between requests; empty where nothing tells.
std::string key_lives(const TraceReport& report) {
  const auto count = [&](const std::string& what) { return value_of(report, "key_events." + what); };
  if (count("births") + count("evictions") + count("suspends") + count("resumes") == 0) return "";
  return "lives     " + grouped_text(count("births")) + " births and " + grouped_text(count("evictions")) +
         " evictions of keys, " + grouped_text(count("suspends")) + " suspends and " + grouped_text(count("resumes")) +
         " resumes of the controller\n";
}

/// How many requests each device of the trace has; empty when there is but one.
std::string devices(const TraceReport& report) {
  constexpr std::size_t most_named = 5;
  if (report.devices.size() < 2) return "";
  std::string text = "devices   ";
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < report.devices.size(); ++i) {
    const auto& [device, requests] = report.devices[i];
    most = std::max(most, requests);
    if (i < most_named) text += (i == 0 ? "" : ", ") + device + " has " + grouped_text(requests);
  }
  if (report.devices.size() > most_named) text += " ...";
  text += " requests\n";
  if (!report.device_asked && report.devices[0].second < most)
    text += "          the first, " + report.devices[0].first + ", is read, which has not the most: see --device\n";
  return text;
}

/// Statistics of which most traces have none.
std::string oddities(const TraceReport& report) {
  TextTable table("rl", "  ");
  for (const StatisticValue& each : report.statistics) {
    // A group of its own table, or a plain property.
    const bool is_usual = each.path.find('.') != std::string::npos || each.path == "span" || each.path == "records" ||
                          each.path == "end_offset" || each.path == "completions";
    if (is_usual || each.value == 0) continue;
    table.row({each.unit == Unit::picoseconds ? rounded_text(Picoseconds{each.value}) : grouped_text(each.value),
               each.description});
  }
  return table.text();
}

}  // namespace

std::string trace_report_text(const TraceReport& report) {
  std::string text = "trace     " + printable_text(report.name) + " (" + printable_text(report.format) + ")\n";
  if (!report.provenance.empty()) text += "from      " + printable_text(report.provenance) + "\n";
  if (!report.ufs_lba_unit.empty()) {
    text += "unit      addresses of ufshcd_command are in " +
            std::string(report.ufs_lba_unit == "sector" ? "sectors of 512 bytes: " : "blocks of 4096 bytes: ") +
            (report.ufs_lba_unit_by.empty() ? "assumed; see --ufs-lba-unit" : report.ufs_lba_unit_by + " it") + "\n";
  }
  text += devices(report);
  text += "span      " + rounded_text(Picoseconds{value_of(report, "span")}) + ", up to address " +
          rounded_text(Bytes{value_of(report, "end_offset")}) + "\n";
  const auto gap = [&](const std::string& which) {
    return precise_text(Picoseconds{value_of(report, "interarrival." + which)});
  };
  text += "gaps      " + gap("p50") + " (p50), " + gap("p90") + " (p90), " + gap("p99") + " (p99), " + gap("max") +
          " (max) between requests\n";
  text += "\n" + operation_table(report) + "\n" + sizes(report) + "\n" + timeline(report) + "\n" + latencies(report);
  if (!report.by.empty()) text += group_tables_text(report.by, report.where);
  for (const std::string& note : report.by_notes) text += printable_text(note) + "\n";
  if (!report.by.empty()) text += "\n";
  text += key_rules_text(report.key_mode, report.key_rules, "");
  if (report.references > 0) {
    text += "          " + grouped_text(report.references) + " records with one of " + grouped_text(report.keys) +
            " keys\n" + keyslots(report) + key_lives(report) + "\n" + reuse(report);
  }
  const std::string odd = oddities(report);
  if (!odd.empty()) text += "\nalso\n" + odd;
  return text;
}

}  // namespace icesim
