// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "section.hpp"

#include <algorithm>

namespace icesim::report {
namespace {

constexpr const char* miss_curve_title = "Misses by number of keyslots";

double share_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

PlotAxis keyslot_axis(const std::vector<ReportStudy>& studies) {
  double least = 256, most = 1;
  for (const ReportStudy& each : studies) {
    least = std::min(least, static_cast<double>(each.study.points.front().keyslots));
    most = std::max(most, static_cast<double>(each.study.points.back().keyslots));
  }
  return PlotAxis::doubling(least, most, count_label);
}

void write_misses(Draft& draft) {
  const auto& studies = draft.input.studies;
  double most = 0;
  for (const ReportStudy& each : studies) {
    for (const RecordedStudy::Point& point : each.study.points)
      most = std::max(most, static_cast<double>(point.miss_ppm) / 1e6);
    if (!each.study.misses.empty()) most = std::max(most, share_of(each.study.misses[0], each.study.references));
  }
  Plot plot(draft.page, keyslot_axis(studies), PlotAxis::linear(most, percent_label),
            {"Share of misses by number of keyslots", "keyslots", "requests with a key that miss"}, 260);
  for (std::size_t i = 0; i < studies.size() && i < most_series; ++i) {
    const RecordedStudy& study = studies[i].study;
    std::vector<Plot::Point> curve;
    for (std::size_t n = 0; n < study.misses.size(); ++n)
      curve.emplace_back(static_cast<double>(n + 1), share_of(study.misses[n], study.references));
    if (!curve.empty()) plot.curve(curve, series_kind(i));
    if (study.recommended > 0)
      plot.marker(static_cast<double>(study.recommended), studies.size() == 1 ? "keys" : series_kind(i),
                  counted_text(study.recommended, "keyslot") + " recommended", static_cast<unsigned>(i));
    for (const RecordedStudy::Point& point : study.points)
      plot.dot({static_cast<double>(point.keyslots), static_cast<double>(point.miss_ppm) / 1e6}, series_kind(i),
               counted_text(point.keyslots, "keyslot") + ": " + share_text(point.miss_ppm) +
                   " of the requests with a key miss, " + counted_text(point.waits, "wait"));
  }
  plot.close(
      "Line: an ideal file that forgets the key used longest ago (LRU). Dots: simulated, with keyslots that are busy "
      "while requests use them.");
}

/// The latency that decides; in files that do not tell, the mean of all requests.
std::uint64_t deciding(const RecordedStudy& study, const RecordedStudy::Point& point) {
  return study.metric_unit == "ps" && point.value > 0 ? point.value : point.mean.n;
}

/// How far above the lowest one each is, as a share.
std::vector<double> above_best(const RecordedStudy& study) {
  std::uint64_t best = ~std::uint64_t{0};
  for (const RecordedStudy::Point& point : study.points) best = std::min(best, deciding(study, point));
  std::vector<double> above;
  for (const RecordedStudy::Point& point : study.points)
    above.push_back(best == 0 ? 0 : static_cast<double>(deciding(study, point) - best) / static_cast<double>(best));
  return above;
}

void write_latencies(Draft& draft) {
  const auto& studies = draft.input.studies;
  double most = 0.015, within = 0;
  for (const ReportStudy& each : studies) {
    for (const double above : above_best(each.study)) most = std::max(most, above);
    within = std::max(within, static_cast<double>(each.study.within_ppm) / 1e6);
  }
  const RecordedStudy& first = studies[0].study;
  const std::string measure =
      studies.size() == 1 && first.metric_unit == "ps" && !first.metric.empty() ? first.metric : "mean latency";
  Plot plot(draft.page, keyslot_axis(studies), PlotAxis::linear(most, percent_label, 4),
            {"Latency by number of keyslots", "keyslots", measure + ", above the lowest"}, 170);
  plot.band(within, "as good as the lowest");
  for (std::size_t i = 0; i < studies.size() && i < most_series; ++i) {
    const RecordedStudy& study = studies[i].study;
    const std::vector<double> above = above_best(study);
    std::vector<Plot::Point> curve;
    for (std::size_t n = 0; n < above.size(); ++n)
      curve.emplace_back(static_cast<double>(study.points[n].keyslots), above[n]);
    plot.curve(curve, series_kind(i));
    if (study.recommended > 0)
      plot.marker(static_cast<double>(study.recommended), studies.size() == 1 ? "keys" : series_kind(i), "");
    for (std::size_t n = 0; n < curve.size(); ++n)
      plot.dot(curve[n], series_kind(i),
               counted_text(study.points[n].keyslots, "keyslot") + ": " +
                   time_text(Picoseconds{deciding(study, study.points[n])}) + "; of all requests mean " +
                   time_text(study.points[n].mean) + ", p99 " + time_text(study.points[n].p99));
  }
  plot.close("The band is what counts as good as the lowest.");
}

void write_point_table(Draft& draft, std::size_t number) {
  const RecordedStudy& study = draft.input.studies[number].study;
  Markup& page = draft.page;
  if (draft.input.studies.size() > 1) page.element("h3", draft.study_names[number]);
  page.open("div", {{"class", "wide"}}).open("table").open("thead").open("tr");
  page.element("th", "Keyslots");
  for (const char* name : {"LRU", "Misses", "Waits", "Mean, µs", "p99, µs"}) page.element("th", name, {{"class", "n"}});
  page.close().close().open("tbody");
  for (const RecordedStudy::Point& point : study.points) {
    page.open("tr").element("td", grouped_text(point.keyslots) + (point.keyslots == study.recommended ? " ✓" : ""));
    const bool on_curve = point.keyslots <= study.misses.size();
    const std::vector<std::string> cells{
        on_curve ? share_text(ppm(study.misses[point.keyslots - 1], study.references)) : "-",
        share_text(point.miss_ppm), grouped_text(point.waits), precise_microseconds_text(point.mean),
        precise_microseconds_text(point.p99)};
    for (const std::string& cell : cells) page.element("td", cell, {{"class", "n"}});
    page.close();
  }
  page.close().close().close();
}

}  // namespace

void write_miss_curve(Draft& draft) {
  const auto& studies = draft.input.studies;
  if (studies.empty()) return draft.leave_out(miss_curve_title, "needs the file that 'icesim slots TRACE -o FILE' writes");
  std::string finding;
  if (studies.size() == 1) {
    const RecordedStudy& study = studies[0].study;
    finding = counted_text(study.references, "request") + " have one of " + counted_text(study.keys, "key") + ".";
  }
  draft.begin("miss-curve", miss_curve_title, finding);
  if (studies.size() > 1) {
    std::vector<std::pair<std::string, std::string>> legend;
    for (std::size_t i = 0; i < studies.size() && i < most_series; ++i)
      legend.emplace_back(series_kind(i), draft.study_names[i]);
    write_legend(draft.page, legend);
    if (studies.size() > most_series)
      draft.page.element("p", "Only the first " + std::to_string(most_series) + " are drawn; the tables have all.",
                         {{"class", "soft"}});
  }
  write_misses(draft);
  write_latencies(draft);
  for (std::size_t i = 0; i < studies.size(); ++i) write_point_table(draft, i);
  draft.end();
}

}  // namespace icesim::report
