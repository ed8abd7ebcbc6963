// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/by/group_table.hpp"

#include "icesim/base/printable.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/text_table.hpp"
#include "src/result/page.hpp"

#include <algorithm>
#include <numeric>

namespace icesim {
namespace {

constexpr std::size_t longest_label = 30;
constexpr std::size_t most_stages = 6;

/// The end of a label says more than its middle: it is where a path's file is.
std::string shortened(const std::string& label) {
  std::string text = printable_text(label);
  if (text.size() <= longest_label) return text;
  constexpr std::string_view gap = "...";
  constexpr std::size_t longest_head = 12;
  // Of a file its inode.
  std::size_t head = text.find('/');
  if (head > longest_head) head = longest_head / 2;
  while (head > 0 && (text[head] & '\xc0') == '\x80') --head;  // not inside a character
  std::size_t from = text.size() - (longest_label - head - gap.size());
  while (from < text.size() && (text[from] & '\xc0') == '\x80') ++from;
  return text.substr(0, head).append(gap).append(text.substr(from));
}

std::string time_cell(const GroupLatency& latency, Picoseconds time) {
  return latency.count == 0 ? "-" : precise_microseconds_text(time);
}

/// How far the simulated mean is from the recorded one, of requests that have both.
std::string error_cell(const RequestGroup& group) {
  if (group.compared == 0 || group.compared_recorded == TimeSum{}) return "-";
  const Wide a = group.compared_simulated.n, b = group.compared_recorded.n;
  return (a >= b ? "+" : "-") + percent_text(parts_per_million(a >= b ? a - b : b - a, b));
}

std::string bytes_cell(Wide bytes) { return rounded_text(Bytes{static_cast<std::uint64_t>(bytes)}); }

struct Shown {
  bool simulated = false;
  bool recorded = false;
  bool keys = false;
  bool failed = false;
};

std::vector<std::string> cells(std::string label, const RequestGroup& group, const GroupTable& table, const Shown& shown) {
  std::vector<std::string> row{"  " + std::move(label), grouped_text(group.requests), bytes_cell(group.bytes)};
  if (shown.failed) row.push_back(grouped_text(group.failed));
  if (shown.simulated) {
    row.push_back(percent_text(parts_per_million(group.simulated.sum.n, table.all.simulated.sum.n)));
    row.push_back(time_cell(group.simulated, group.simulated.mean));
    row.push_back(time_cell(group.simulated, group.simulated.p99));
  }
  if (shown.recorded) {
    row.push_back(time_cell(group.recorded, group.recorded.mean));
    row.push_back(time_cell(group.recorded, group.recorded.p99));
    if (shown.simulated) row.push_back(error_cell(group));
  }
  if (shown.keys)
    row.push_back(group.simulated.count == 0 ? "-" : microseconds_text(group.keys().mean(group.simulated.count)));
  return row;
}

/// Calls with each line of a table: label and class.
template <class Line>
void for_each_line(const GroupTable& table, Line line) {
  for (std::size_t i = 0; i < table.shown; ++i) line(shortened(table.rows[i].label), table.rows[i]);
  if (const std::size_t more = table.rows.size() - table.shown; more > 0 || table.beyond.requests > 0)
    line(grouped_text(more) + (table.beyond.requests > 0 ? " others and beyond" : " others"), table.others);
  line("all", table.all);
}

std::string sums(const GroupTable& table, const Shown& shown) {
  std::vector<std::string> titles{"by " + table.by, "requests", "bytes"};
  if (shown.failed) titles.emplace_back("failed");
  if (shown.simulated) titles.insert(titles.end(), {"time", "mean us", "p99 us"});
  if (shown.recorded) titles.insert(titles.end(), {"rec. mean", "rec. p99"});
  if (shown.recorded && shown.simulated) titles.emplace_back("error");
  if (shown.keys) titles.emplace_back("keys us");
  TextTable text("l" + std::string(titles.size() - 1, 'r'));
  text.row(std::move(titles));
  for_each_line(table, [&](std::string label, const RequestGroup& group) {
    text.row(cells(std::move(label), group, table, shown));
  });
  return text.text();
}

/// The shares that the longest stages have of the time of each class.
std::string shares(const GroupTable& table) {
  std::vector<std::size_t> order(stage_count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return table.all.stages[a].n > table.all.stages[b].n;
  });
  order.resize(most_stages);
  order.erase(std::remove_if(order.begin(), order.end(), [&](std::size_t s) { return table.all.stages[s] == TimeSum{}; }),
              order.end());
  std::sort(order.begin(), order.end());
  TextTable text("l" + std::string(order.size() + 1, 'r'));
  std::vector<std::string> titles{"of their time"};
  for (const std::size_t stage : order) titles.emplace_back(stages[stage].name);
  titles.emplace_back("rest");
  text.row(std::move(titles));
  for_each_line(table, [&](std::string label, const RequestGroup& group) {
    std::vector<std::string> row{"  " + std::move(label)};
    Wide listed = 0;
    for (const std::size_t stage : order) {
      const Wide time = group.stages[stage].n;
      listed += time;
      row.push_back(group.simulated.count == 0 ? "-" : percent_text(parts_per_million(time, group.simulated.sum.n)));
    }
    row.push_back(group.simulated.count == 0 ? "-" : percent_text(parts_per_million(group.simulated.sum.n - listed, group.simulated.sum.n)));
    text.row(std::move(row));
  });
  return text.text();
}

}  // namespace

bool is_key_cost(Stage stage) {
  switch (stage) {
    case Stage::keyslot_wait:
    case Stage::keyslot_lock:
    case Stage::hypervisor:
    case Stage::keyslot_program:
    case Stage::firmware:
    case Stage::drain:
    case Stage::key_power:
    case Stage::blocked:
    case Stage::descriptors:
      return true;
    default:
      return false;
  }
}

TimeSum RequestGroup::keys() const {
  TimeSum sum;
  for (std::size_t s = 0; s < stage_count; ++s) {
    if (is_key_cost(static_cast<Stage>(s))) sum += stages[s];
  }
  return sum;
}

std::string group_tables_text(const std::vector<GroupTable>& tables, const std::string& filter) {
  std::string text;
  if (!filter.empty()) text = "where     " + printable_text(filter) + "\n";
  for (const GroupTable& table : tables) {
    const RequestGroup& all = table.all;
    const Shown shown{all.simulated.count > 0, all.recorded.count > 0, all.keys().n > 0, all.failed > 0};
    text += (text.empty() ? "" : "\n") + sums(table, shown);
    if (shown.simulated) text += "\n" + shares(table);
    if (table.beyond.requests > 0)
      text += "  " + grouped_text(table.beyond.requests) + " requests are beyond the " + grouped_text(table.rows.size()) +
              " that are told apart\n";
  }
  return text;
}

}  // namespace icesim
