// SPDX-License-Identifier: Apache-2.0
#include "fit_form.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/base/text/list_text.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/fit/fit.hpp"
#include "icesim/result/text_table.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// Rows and lines of one kind that are shown.
constexpr std::size_t most_lines = 20;

/// Latencies at the 10th percentile, the median and the 90th.
std::vector<std::size_t> shown_quantiles(const Fit& fit) {
  std::vector<std::size_t> shown;
  for (const std::uint64_t quantile : {100, 500, 900}) {
    const auto found = std::find(fit.quantiles.begin(), fit.quantiles.end(), quantile);
    if (found != fit.quantiles.end()) shown.push_back(static_cast<std::size_t>(found - fit.quantiles.begin()));
  }
  return shown;
}

std::string times_text(const std::vector<std::uint64_t>& times, const std::vector<std::size_t>& shown) {
  std::string text;
  for (const std::size_t i : shown) text += (text.empty() ? "" : " ") + precise_microseconds_text(Picoseconds{times[i]});
  return text;
}

std::string errors_text(const Fit::Class& each, const std::vector<std::size_t>& shown) {
  std::string text;
  for (const std::size_t i : shown) text += (text.empty() ? "" : ", ") + error_text(each.recorded[i], each.fitted[i]);
  return text;
}

/// How many of the requests are in classes whose medians agree.
std::string medians_of(const Fit& fit) {
  const auto found = std::find(fit.quantiles.begin(), fit.quantiles.end(), 500u);
  if (found == fit.quantiles.end()) return "";
  const auto median = static_cast<std::size_t>(found - fit.quantiles.begin());
  std::uint64_t all = 0, tenth = 0, quarter = 0;
  for (const Fit::Class& each : fit.classes) {
    const std::uint64_t recorded = each.recorded[median], simulated = each.fitted[median];
    const std::uint64_t apart = std::max(recorded, simulated) - std::min(recorded, simulated);
    all += each.count;
    tenth += apart <= recorded / 10 ? each.count : 0;
    quarter += apart <= recorded / 4 ? each.count : 0;
  }
  if (all == 0) return "";
  return "medians   within 10 % of the recorded ones in classes with " + percent_text(parts_per_million(tenth, all)) + " of the requests, within 25 % with " +
         percent_text(parts_per_million(quarter, all)) + "\n";
}

std::string head_of(const Fit& fit) {
  std::string text = "trace     " + printable_text(fit.trace) + "\nplatform  " + printable_text(fit.platform) + "\n";
  text += "fitted    " + counted_text(fit.requests, "request") + " in " + grouped_text(fit.classes.size()) +
          (fit.classes.size() == 1 ? " class" : " classes") + " of operation, size and queue depth";
  if (fit.left_out > 0) text += "; " + grouped_text(fit.left_out) + " in smaller classes left out";
  text += "\nsearched  " + counted_text(fit.points, "point") + " of " + grouped_text(fit.budget) + ", " + counted_text(fit.rounds, "round") + "\n";
  text += "loss      " + loss_text(fit.before) + " before, " + loss_text(fit.fitted) + " fitted: 0.1 is about 10 %\n" +
          "          " + loss_in_words(fit) + "\n" + medians_of(fit);
  if (fit.tested_before && fit.tested_fitted)
    text += "tested    on the last " + std::to_string(fit.tested_percent) + " % of the trace, " + counted_text(fit.tested, "request") + ": " +
            loss_text(*fit.tested_before) + " before, " + loss_text(*fit.tested_fitted) + " fitted\n";
  return text;
}

std::string parameters_of(const Fit& fit) {
  TextTable table("lrrlr");
  table.row({"parameter", "before", "fitted", "as good", "loss as before"});
  for (const Fit::Moved& each : fit.moved)
    table.row({each.path, each.before, each.value, each.low + " to " + each.high + (each.is_told ? "" : ", not told"), each.can_be ? loss_text(each.without) : "-"});
  std::string text = table.text();
  text += "as good: up to a loss of " + loss_text(fit.most) + ", the others following\n";
  return text;
}

/// One line: which parameters the trace cannot tell.
std::string not_told(const Fit& fit) {
  std::vector<std::string> texts;
  for (const Fit::Moved& each : fit.moved)
    if (!each.is_told) texts.push_back(each.path);
  std::size_t none = 0;
  for (const Fit::LeftOut& each : fit.left) {
    if (each.why == fit_changes_nothing)
      ++none;
    else
      texts.push_back(each.path + " (" + each.why + ")");
  }
  if (none > 0) texts.push_back(grouped_text(none) + (none == 1 ? " that changes" : " that change") + " nothing in it");
  return texts.empty() ? "" : "the trace cannot tell: " + list_text(texts) + "\n";
}

std::string residuals_of(const Fit& fit) {
  const std::vector<std::size_t> shown = shown_quantiles(fit);
  const std::vector<const Fit::Class*> order = classes_by_count(fit);
  const std::size_t count = std::min(order.size(), most_lines);
  TextTable table("lrrrl");
  table.row({"class", "requests", "recorded us", "simulated us", "error"});
  for (std::size_t i = 0; i < count; ++i)
    table.row({order[i]->name, grouped_text(order[i]->count), times_text(order[i]->recorded, shown), times_text(order[i]->fitted, shown), errors_text(*order[i], shown)});
  std::string text = table.text();
  if (count < order.size()) text += "and " + grouped_text(order.size() - count) + " smaller ones\n";
  return text + "of each the 10th percentile, the median and the 90th\n";
}

}  // namespace

std::string fit_text(const Fit& fit) {
  std::string text = head_of(fit) + "\n" + parameters_of(fit) + not_told(fit) + "\n" + residuals_of(fit);
  if (!fit.warnings.empty()) text += "\nwarnings\n";
  for (std::size_t i = 0; i < std::min(fit.warnings.size(), most_lines); ++i) text += "  " + printable_text(fit.warnings[i]) + "\n";
  if (fit.warnings.size() > most_lines) text += "  and " + grouped_text(fit.warnings.size() - most_lines) + " more\n";
  return text;
}

}  // namespace icesim
