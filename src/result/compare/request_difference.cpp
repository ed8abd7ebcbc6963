// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/compare/request_difference.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/decimal_text.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// A cell in quotation marks keeps them.
std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    std::size_t comma = line.find(',');
    if (!line.empty() && line.front() == '"') {
      // Its end is a quotation mark that stands behind an even number of them.
      std::size_t at = 1;
      while (at < line.size() && !(line[at] == '"' && (at + 1 == line.size() || line[at + 1] == ',')))
        at += line[at] == '"' ? 2 : 1;
      comma = line.find(',', std::min(at, line.size()));
    }
    cells.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

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
  Log(std::string_view text, const std::string& name) : rest_(text), name_(name) {
    next();
    columns_ = cells_of(line_);
    if (std::find(columns_.begin(), columns_.end(), "id") == columns_.end() ||
        std::find(columns_.begin(), columns_.end(), "latency_ps") == columns_.end())
      throw UserError(name_ + ":1: not the columns of 'icesim run --requests'");
    next();
  }

  bool at_end() const { return at_end_; }
  std::string_view line() const { return line_; }
  const std::vector<std::string_view>& columns() const { return columns_; }
  void next() {
    at_end_ = rest_.empty();
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++number_;
  }
  /// Takes the line apart.
  void split() {
    cells_ = cells_of(line_);
    bool fits = cells_.size() == columns_.size();
    for (std::size_t i = 0; fits && i < cells_.size(); ++i)
      fits = is_number(cells_[i]) || cells_[i].size() < (is_of_the_trace(columns_[i]) ? longest_text : 20);
    if (fits) return;
    throw UserError(name_ + ":" + std::to_string(number_) + ": " + std::to_string(cells_.size()) +
                    " values in a log of " + std::to_string(columns_.size()) + " columns, or values that are too long");
  }
  /// Of a line taken apart.
  std::string_view cell(std::string_view column) const {
    const auto found = std::find(columns_.begin(), columns_.end(), column);
    return found == columns_.end() ? std::string_view() : cells_[static_cast<std::size_t>(found - columns_.begin())];
  }
  bool is_request(std::string_view id, std::string_view vm) const {
    return cell("id") == id && (vm.empty() || cell("vm").empty() || cell("vm") == vm);
  }

 private:
  std::string_view rest_;
  std::string name_;
  std::string_view line_;
  bool at_end_ = false;
  std::size_t number_ = 0;
  std::vector<std::string_view> columns_;
  std::vector<std::string_view> cells_;
};

/// What is missing is 0 or nothing.
bool same(std::string_view before, std::string_view after) {
  return before == after || ((before.empty() || before == "0") && (after.empty() || after == "0"));
}

std::vector<RequestDifference::Value> differences(const Log& before, const Log& after) {
  std::vector<std::string_view> columns = after.columns();
  for (const std::string_view column : before.columns())
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
  std::vector<RequestDifference::Value> found;
  for (const std::string_view column : columns) {
    const std::string_view old = before.cell(column), fresh = after.cell(column);
    // 0 and nothing are two things where both logs have the column: keyslot 0, and no keyslot.
    const bool in_both =
        std::find(before.columns().begin(), before.columns().end(), column) != before.columns().end() &&
        std::find(after.columns().begin(), after.columns().end(), column) != after.columns().end();
    const bool is_new = !in_both && (is_of_the_trace(column) || column == "keyslot_holder");
    if (is_new || (in_both ? old == fresh : same(old, fresh))) continue;
    found.push_back({std::string(column), std::string(old), std::string(fresh)});
  }
  return found;
}

RequestDifference only_in(const char* side, const Log& log) {
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
