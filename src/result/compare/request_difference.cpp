// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/compare/request_difference.hpp"

#include "icesim/result/decimal_text.hpp"
#include "src/result/log_lines.hpp"

#include <algorithm>

namespace icesim {
namespace {

bool is_number(std::string_view cell) {
  return cell.size() <= 20 && cell.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A path of Linux, every byte of it escaped, has fewer letters.
constexpr std::size_t longest_text = 32'768;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// What the trace tells of a request; it stands in new logs only.
bool is_of_the_trace(std::string_view column) {
  constexpr std::string_view told[] = {"process", "process_name",        "inode",     "path",   "policy",     "rwbs",
                                       "line",    "recorded_latency_ps", "queued_ps", "got_ps", "inserted_ps"};
  return std::find(std::begin(told), std::end(told), column) != std::end(told);
}

bool is_stage(std::string_view column) {
  return ends_with(column, "_ps") && column != "arrived_ps" && column != "ended_ps" && column != "latency_ps" &&
         !is_of_the_trace(column);
}

class Log {
 public:
  Log(std::string_view text, const std::string& name) : lines_(text, name, {"id", "latency_ps"}) { lines_.next(); }

  bool at_end() const { return lines_.at_end(); }
  std::string_view line() const { return lines_.line(); }
  const std::vector<std::string_view>& columns() const { return lines_.columns(); }
  bool has(std::string_view column) const { return lines_.column(column) != LogLines::absent; }
  void next() { lines_.next(); }
  /// Takes the line apart.
  void split() {
    const std::vector<std::string_view>& cells = lines_.cells();
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (!is_number(cells[i]) && cells[i].size() >= (is_of_the_trace(columns()[i]) ? longest_text : 20))
        lines_.fail(std::string(columns()[i].substr(0, 40)) + ": the value is too long");
  }
  /// Of a line taken apart.
  std::string_view cell(std::string_view column) {
    const std::size_t place = lines_.column(column);
    return place == LogLines::absent ? std::string_view() : lines_.cells()[place];
  }
  bool is_request(std::string_view id, std::string_view vm) {
    return cell("id") == id && (vm.empty() || cell("vm").empty() || cell("vm") == vm);
  }

 private:
  LogLines lines_;
};

/// What is missing is 0 or nothing.
bool same(std::string_view before, std::string_view after) {
  return before == after || ((before.empty() || before == "0") && (after.empty() || after == "0"));
}

std::vector<RequestDifference::Value> differences(Log& before, Log& after) {
  std::vector<std::string_view> columns = after.columns();
  for (const std::string_view column : before.columns())
    if (!after.has(column)) columns.push_back(column);
  std::vector<RequestDifference::Value> found;
  for (const std::string_view column : columns) {
    const std::string_view old = before.cell(column), fresh = after.cell(column);
    // 0 and nothing are two things where both logs have the column: keyslot 0, and no keyslot.
    const bool in_both = before.has(column) && after.has(column);
    const bool is_new = !in_both && (is_of_the_trace(column) || column == "keyslot_holder");
    if (is_new || (in_both ? old == fresh : same(old, fresh))) continue;
    found.push_back({std::string(column), std::string(old), std::string(fresh)});
  }
  return found;
}

RequestDifference only_in(const char* side, Log& log) {
  RequestDifference difference;
  difference.id = log.cell("id");
  difference.vm = log.cell("vm");
  difference.operation = log.cell("operation");
  difference.only_in = side;
  return difference;
}

/// Of at most 20 digits.
Wide wide_of(std::string_view digits) {
  Wide value = 0;
  for (const char digit : digits) value = value * 10 + static_cast<unsigned>(digit - '0');
  return value;
}

}  // namespace

Wide RequestDifference::time_before() const { return wide_of(first.before); }
Wide RequestDifference::time_after() const { return wide_of(first.after); }
std::string RequestDifference::difference() const { return difference_text(time_before(), time_after()); }

std::optional<RequestDifference> first_request_difference(std::string_view before, const std::string& before_name,
                                                          std::string_view after, const std::string& after_name) {
  Log old(before, before_name), fresh(after, after_name);
  const bool same_columns = old.columns() == fresh.columns();
  while (!old.at_end() || !fresh.at_end()) {
    if (same_columns && !old.at_end() && !fresh.at_end() && old.line() == fresh.line()) {
      old.next();
      fresh.next();
      continue;
    }
    if (!old.at_end()) old.split();
    if (!fresh.at_end()) fresh.split();
    if (old.at_end()) return only_in("new", fresh);
    // It may have ended later there.
    const std::string id(old.cell("id")), vm(old.cell("vm"));
    while (!fresh.at_end() && !fresh.is_request(id, vm)) {
      fresh.next();
      if (!fresh.at_end()) fresh.split();
    }
    if (fresh.at_end()) return only_in("old", old);
    RequestDifference difference;
    difference.id = id;
    difference.vm = vm;
    difference.operation = old.cell("operation");
    difference.others = differences(old, fresh);
    if (difference.others.empty()) {
      old.next();
      fresh.next();
      continue;
    }
    auto first = std::find_if(difference.others.begin(), difference.others.end(),
                              [](const RequestDifference::Value& value) { return is_stage(value.column); });
    if (first == difference.others.end()) first = difference.others.begin();
    difference.first = *first;
    difference.is_time = ends_with(first->column, "_ps") && is_number(first->before) && is_number(first->after);
    difference.others.erase(first);
    return difference;
  }
  return std::nullopt;
}

}  // namespace icesim
