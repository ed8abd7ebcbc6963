// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/printable.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/study/sweep.hpp"
#include "icesim/result/text_table.hpp"

#include <algorithm>
#include <map>

namespace icesim {
namespace {

/// More lines of one kind are not shown.
constexpr std::size_t most_lines = 20;

bool fits_64_bits(Wide value) { return value >> 64 == 0; }

/// The unit in which people read it.
std::string title_of(const Sweep::Measured& measure) {
  if (measure.unit == "ps") return measure.name + " us";
  if (measure.unit == "B/s") return measure.name + " MB/s";
  if (measure.unit == "count" || measure.unit == "ppm" || measure.unit == "pJ") return measure.name;
  return measure.name + " " + measure.unit;
}

std::string value_text(const Sweep::Measured& measure, const std::optional<Wide>& value) {
  if (!value) return "-";
  if (!fits_64_bits(*value)) return decimal_text(*value);
  const auto number = static_cast<std::uint64_t>(*value);
  if (number == 0) return "0";
  if (measure.unit == "ps") return precise_microseconds_text(Picoseconds{number});
  if (measure.unit == "B/s") return fixed_text(number, 1'000'000, 1);
  if (measure.unit == "ppm") return percent_text(number);
  if (measure.unit == "pJ") return rounded_text(EnergySum{number});
  return grouped_text(number);
}

std::string words_of(const Sweep& sweep, const SweepPoint& point) {
  std::string text;
  for (std::size_t i = 0; i < sweep.names.size(); ++i)
    if (!point.values[i].empty()) text += (text.empty() ? "" : " ") + sweep.names[i] + "=" + point.values[i];
  return text;
}

std::string table_of(const Sweep& sweep) {
  const bool any_failed = std::any_of(sweep.points.begin(), sweep.points.end(), [](const auto& p) { return p.failed > 0; });
  const bool shows_failed = any_failed && std::none_of(sweep.measures.begin(), sweep.measures.end(),
                                                       [](const auto& measure) { return measure.name == "failed"; });
  TextTable table(std::string(sweep.names.size() + sweep.measures.size() + 2, 'r'));
  std::vector<std::string> titles = sweep.names;
  for (const Sweep::Measured& measure : sweep.measures) titles.push_back(title_of(measure));
  if (shows_failed) titles.emplace_back("failed");
  if (!sweep.pareto.empty() && sweep.shard.empty()) titles.emplace_back("front");
  table.row(titles);
  for (const SweepPoint& point : sweep.points) {
    std::vector<std::string> cells;
    for (const std::string& value : point.values) cells.push_back(value.empty() ? "-" : printable_text(value));
    for (std::size_t i = 0; i < sweep.measures.size(); ++i) {
      const bool says_so = !point.refused.empty() && i == 0;
      cells.push_back(says_so ? "refused" : value_text(sweep.measures[i], point.refused.empty() ? point.measures[i] : std::nullopt));
    }
    if (shows_failed) cells.push_back(point.refused.empty() ? grouped_text(point.failed) : "-");
    if (point.on_front) cells.emplace_back(point.is_knee ? "knee" : "*");
    table.row(cells);
  }
  return table.text();
}

/// Each line once, with the first point of which it holds.
std::string refusals_of(const Sweep& sweep) {
  std::vector<std::string> lines;
  std::map<std::string, std::pair<std::string, std::uint64_t>> points;
  std::uint64_t refused = 0;
  for (const SweepPoint& point : sweep.points) {
    if (point.refused.empty()) continue;
    ++refused;
    auto& [first, count] = points[point.refused];
    if (++count == 1) {
      first = words_of(sweep, point);
      lines.push_back(point.refused);
    }
  }
  if (refused == 0) return "";
  std::string text = "\nrefused: " + grouped_text(refused) + " of " + counted_text(sweep.points.size(), "point") + "\n";
  for (std::size_t i = 0; i < std::min(lines.size(), most_lines); ++i) {
    const auto& [first, count] = points[lines[i]];
    text += "  " + printable_text(first) + (count > 1 ? " and " + grouped_text(count - 1) + " more" : "") + ": " + printable_text(lines[i]) + "\n";
  }
  if (lines.size() > most_lines) text += "  and " + grouped_text(lines.size() - most_lines) + " other reasons\n";
  return text;
}

std::string failures_of(const Sweep& sweep) {
  std::uint64_t points = 0, requests = 0;
  for (const SweepPoint& point : sweep.points) {
    points += point.failed > 0 ? 1 : 0;
    requests += point.failed;
  }
  if (points == 0) return "";
  return "\nFAILED: " + counted_text(requests, "request") + " in " + grouped_text(points) + " of " +
         counted_text(sweep.points.size(), "point") + "; 'icesim run' tells what failed\n";
}

std::string front_of(const Sweep& sweep) {
  if (sweep.pareto.empty() || !sweep.shard.empty()) return "";
  const auto on_front = std::count_if(sweep.points.begin(), sweep.points.end(), [](const auto& p) { return p.on_front; });
  std::string text = "\nfront: " + counted_text(static_cast<std::uint64_t>(on_front), "point") + ", marked *; no other is better in " +
                     sweep.pareto[0] + " or " + sweep.pareto[1] + " without being worse in the other\n";
  const auto knee = std::find_if(sweep.points.begin(), sweep.points.end(), [](const auto& p) { return p.is_knee; });
  if (knee != sweep.points.end())
    text += "knee: " + printable_text(words_of(sweep, *knee)) + "; on either side of it one gains less than the other loses\n";
  else if (sweep.knee)
    text += "knee: none, the front has no bend\n";
  return text;
}

}  // namespace

std::string sweep_text(const Sweep& sweep) {
  std::string text;
  if (!sweep.platform.empty()) text += "platform  " + printable_text(sweep.platform) + "\n";
  if (sweep.traces.size() == 1) text += "trace     " + printable_text(sweep.traces[0].name) + "\n";
  if (!sweep.keys.empty()) text += "keys      " + sweep.keys + "\n";
  if (!sweep.shard.empty())
    text += "shard     " + sweep.shard + ", " + grouped_text(sweep.points.size()) + " of " + counted_text(sweep.count, "point") + "\n";
  text += "\n" + table_of(sweep) + refusals_of(sweep) + failures_of(sweep) + front_of(sweep);
  if (!sweep.warnings.empty()) text += "\nwarnings\n";
  for (std::size_t i = 0; i < std::min(sweep.warnings.size(), most_lines); ++i)
    text += "  " + printable_text(sweep.warnings[i]) + "\n";
  if (sweep.warnings.size() > most_lines) text += "  and " + grouped_text(sweep.warnings.size() - most_lines) + " more\n";
  return text;
}

}  // namespace icesim
