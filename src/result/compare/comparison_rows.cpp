// SPDX-License-Identifier: Apache-2.0
#include "comparison_rows.hpp"

#include "icesim/base/printable.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/decimal_text.hpp"

#include <algorithm>

namespace icesim {
namespace {

using Kind = StatisticDifference::Kind;

constexpr std::size_t most_rows = 20;
constexpr std::size_t most_lines = 10;
constexpr std::size_t most_warnings = 3;
constexpr std::string_view stages_prefix = "stages.";

bool is_stage(const StatisticDifference& each) {
  return each.path.compare(0, stages_prefix.size(), stages_prefix) == 0;
}

std::string stage_of(const std::string& column) {
  const bool is_time = column.size() > 3 && column.compare(column.size() - 3, 3, "_ps") == 0;
  return is_time ? column.substr(0, column.size() - 3) : column;
}

std::string cycles_text(const std::string& cycles, std::string_view clock) {
  if (cycles.empty()) return "";
  return cycles + " " + std::string(clock) + (cycles == "+1" || cycles == "-1" ? " cycle" : " cycles");
}

/// What moves with any stage.
bool is_sum(const std::string& column) { return column == "arrived" || column == "ended" || column == "latency"; }

std::string value_or_nothing(const std::string& value) { return value.empty() ? "(not there)" : printable_text(value); }

std::string request_name(const RequestDifference& request) {
  std::string name = printable_text(request.id);
  if (!request.vm.empty() && request.vm != "0") name += " of machine " + printable_text(request.vm);
  return name + (request.operation.empty() ? "" : " (" + printable_text(request.operation) + ")");
}

void add_request(const RequestDifference& request, std::vector<ReportLine>& lines) {
  if (!request.only_in.empty()) {
    lines.push_back(
        {"request", request_name(request) + " is the first that differs: only the " + request.only_in + " log has it"});
    return;
  }
  std::string said = request_name(request) + " is the first that differs: ";
  const std::string column = stage_of(request.first.column);
  if (request.is_time) {
    said += (is_sum(column) ? "" : "stage ") + column + " " + request.first.before + " -> " + request.first.after +
            " ps, " + request.difference() + " ps" +
            (request.cycles.empty() ? "" : " = " + cycles_text(request.cycles, request.clock));
  } else {
    said += printable_text(column) + " " + value_or_nothing(request.first.before) + " -> " +
            value_or_nothing(request.first.after);
  }
  lines.push_back({"request", said});
  std::string others;
  for (const RequestDifference::Value& each : request.others) {
    const std::string other = stage_of(each.column);
    if (is_sum(other)) continue;
    others += (others.empty() ? "" : ", ") + printable_text(other) + " " + value_or_nothing(each.before) + " -> " +
              value_or_nothing(each.after);
  }
  if (!others.empty()) lines.push_back({"", "and in it " + others});
}

Cells cells_of(const StatisticDifference& each, std::string name) {
  const bool both = each.kind == Kind::moved || each.kind == Kind::within;
  const std::string note = each.kind == Kind::within  ? "within"
                           : each.kind == Kind::gone  ? "gone"
                           : each.kind == Kind::added ? "new"
                                                      : "";
  return {printable_text(name),
          each.kind == Kind::added ? "" : decimal_text(each.before),
          each.kind == Kind::gone ? "" : decimal_text(each.after),
          std::string(unit_symbol(each.unit)),
          both ? each.difference() : "",
          each.cycles,
          std::string(each.clock),
          both ? each.percent() : "",
          note};
}

ReportTable table_of(const std::string& first) {
  return {"lrrlrrlrl", {{first, "old", "new", "", "difference", "cycles", "of", "percent", ""}}, 0};
}

}  // namespace

std::string verdict_of(const Comparison& comparison) {
  const std::string of_all = " of " + counted_text(comparison.names.size(), "statistic");
  const std::size_t within = comparison.count(Kind::within);
  std::string text;
  if (!comparison.differs()) {
    text = within == 0 ? "EQUAL: " + counted_text(comparison.names.size(), "statistic")
                       : "WITHIN TOLERANCE: " + grouped_text(within) + of_all + " moved";
    if (comparison.has_requests && !comparison.request) text += " and all requests";
    return text;
  }
  text = "DIFFERENT: ";
  if (comparison.trace_moved) text += "not the same trace, ";
  text += grouped_text(comparison.moved()) + of_all + (comparison.moved() == 1 ? " differs" : " differ");
  if (within > 0) text += ", " + grouped_text(within) + " more within tolerance";
  if (comparison.moved() == 0 && comparison.request) text += ", but a request does";
  return text;
}

std::string verdict_of(const ComparisonReport& report) {
  const std::size_t traces = report.comparisons.size() + report.gone.size() + report.added.size();
  if (traces == 1 && report.comparisons.size() == 1) return verdict_of(report.comparisons.front());
  std::size_t different = report.gone.size() + report.added.size(), within = 0;
  for (const Comparison& each : report.comparisons) {
    different += each.differs() ? 1 : 0;
    within += !each.differs() && each.count(Kind::within) > 0 ? 1 : 0;
  }
  if (different > 0) return "DIFFERENT: " + grouped_text(different) + " of " + counted_text(traces, "trace");
  return within > 0 ? "WITHIN TOLERANCE: " + grouped_text(within) + " of " + counted_text(traces, "trace") + " moved"
                    : "EQUAL: " + counted_text(traces, "trace");
}

std::vector<ReportLine> report_lines(const Comparison& comparison, ComparisonRows rows) {
  std::vector<ReportLine> lines;
  const auto version = [](const std::string& text) { return " (icesim " + printable_text(text) + ")"; };
  lines.push_back({"old", printable_text(comparison.before.file) + version(comparison.before.version)});
  lines.push_back({"new", printable_text(comparison.after.file) + version(comparison.after.version)});
  lines.push_back({"trace", printable_text(comparison.trace) + ", " + counted_text(comparison.trace_requests, "request")});
  for (const std::string& each : comparison.other_trace) lines.push_back({"", "NOT THE SAME TRACE: " + each});
  std::size_t shown = 0;
  for (const SettingDifference& each : comparison.settings) {
    if (shown == most_lines && !rows.all) break;
    lines.push_back({shown++ == 0 ? "setting" : "", printable_text(each.path) + " " + value_or_nothing(each.before) +
                                                        " -> " + value_or_nothing(each.after)});
  }
  if (shown < comparison.settings.size())
    lines.push_back(
        {"", "and " + counted_text(comparison.settings.size() - shown, "more parameter") + "; --all shows them"});
  if (comparison.request) add_request(*comparison.request, lines);
  shown = 0;
  for (const auto& [sign, warnings] :
       {std::pair{"new: ", &comparison.new_warnings}, std::pair{"gone: ", &comparison.gone_warnings}}) {
    for (const std::string& each : *warnings) {
      if (shown < most_warnings || rows.all)
        lines.push_back({shown == 0 ? "warning" : "", sign + printable_text(each)});
      ++shown;
    }
  }
  if (shown > most_warnings && !rows.all)
    lines.push_back({"", "and " + counted_text(shown - most_warnings, "more warning") + "; --all shows them"});
  return lines;
}

ReportTable stage_table(const Comparison& comparison) {
  ReportTable table = table_of("stage");
  for (const StatisticDifference& each : comparison.statistics)
    if (is_stage(each)) table.rows.push_back(cells_of(each, each.path.substr(stages_prefix.size())));
  return table;
}

ReportTable statistic_table(const Comparison& comparison, ComparisonRows rows) {
  ReportTable table = table_of("statistic");
  // What is a difference comes before what is permitted.
  for (const bool counts : {true, false}) {
    for (const StatisticDifference& each : comparison.statistics) {
      if (is_stage(each) || each.counts() != counts) continue;
      if (table.rows.size() <= most_rows || rows.all) {
        table.rows.push_back(cells_of(each, each.path));
      } else {
        ++table.left_out;
      }
    }
  }
  return table;
}

}  // namespace icesim
