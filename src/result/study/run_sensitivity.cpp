// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/study/run_sensitivity.hpp"

#include "icesim/base/printable.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/study/sensitivity.hpp"
#include "icesim/result/text_table.hpp"

#include <algorithm>
#include <utility>

namespace icesim {
namespace {

/// The larger effect of its two ends on a metric.
std::uint64_t largest_effect(const RunSensitivity& study, const RangeEffect& each, std::size_t metric) {
  std::uint64_t largest = 0;
  for (const std::vector<Wide>* end : {&each.at_low, &each.at_high})
    if (!end->empty()) largest = std::max(largest, effect_ppm(study.values[metric], (*end)[metric]));
  return largest;
}

std::vector<std::uint64_t> effects(const RunSensitivity& study, const RangeEffect& each) {
  std::vector<std::uint64_t> all;
  for (std::size_t metric = 0; metric < study.metrics.size(); ++metric) all.push_back(largest_effect(study, each, metric));
  return all;
}

/// "48.10 to 61.02": at the lower and at the upper end.
std::string between_ends(const RangeEffect& each, const KeyslotMetric& metric, std::size_t number) {
  const auto at = [&](const std::vector<Wide>& end) {
    if (end.empty()) return std::string("-");
    const std::string text = metric.value_text(end[number]);
    return text.substr(0, text.find(' '));
  };
  return at(each.at_low) + " to " + at(each.at_high);
}

}  // namespace

void RunSensitivity::keep_what_moves() {
  std::vector<std::pair<std::vector<std::uint64_t>, RangeEffect>> ranked;
  for (RangeEffect& each : moved) ranked.emplace_back(effects(*this, each), std::move(each));
  moved.clear();
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (auto& [effect, each] : ranked) {
    const bool moves = std::any_of(effect.begin(), effect.end(), [](std::uint64_t ppm) { return ppm >= least_effect_ppm; });
    if (!moves && !each.at_low.empty() && !each.at_high.empty()) ++still;
    if (moves) moved.push_back(std::move(each));
  }
}

std::string run_sensitivity_text(const RunSensitivity& study) {
  if (!study.wanted) return "";
  if (!study.why_not.empty()) return "sensitivity: " + printable_text(study.why_not) + "\n";
  std::string text = "sensitivity: " + counted_text(study.assumptions, "assumption") + ", each alone at the ends of its range\n";
  for (std::size_t i = 0; i < study.metrics.size(); ++i)
    text += "  " + study.metrics[i].text() + ": " + study.metrics[i].value_text(study.values[i]) + "\n";
  TextTable table("lrr" + std::string(study.metrics.size(), 'r'), "  ");
  std::vector<std::string> titles{"assumption", "is", "range"};
  for (const KeyslotMetric& metric : study.metrics) titles.push_back(metric.name + " us");
  table.row(titles);
  const std::size_t shown = std::min(study.moved.size(), most_effects_shown);
  for (std::size_t i = 0; i < shown; ++i) {
    const RangeEffect& each = study.moved[i];
    std::vector<std::string> cells{each.path, each.base, each.low + ".." + each.high};
    for (std::size_t metric = 0; metric < study.metrics.size(); ++metric) cells.push_back(between_ends(each, study.metrics[metric], metric));
    table.row(cells);
  }
  if (shown > 0) text += table.text();
  if (study.moved.size() > shown) text += "  and " + grouped_text(study.moved.size() - shown) + " more, which move them less\n";
  text += "  " + grouped_text(study.still) + " others move nothing by 0.1 %\n";
  if (!study.refused.empty())
    text += "  " + counted_text(study.refused.size(), "end") + " cannot be, the first: " + printable_text(study.refused.front()) + "\n";
  return text;
}

}  // namespace icesim
