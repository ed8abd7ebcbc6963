// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "section.hpp"

#include <algorithm>
#include <array>

namespace icesim::report {
namespace {

/// A percentile of one kind of requests, as it was recorded and as it was simulated.
struct Pair {
  std::string label;
  std::uint64_t recorded;
  std::uint64_t simulated;
};

std::vector<Pair> pairs_of(const RecordedResults& results) {
  std::vector<Pair> pairs;
  for (const std::string kind : {"read", "write", "flush", "discard", "all"}) {
    const std::string recorded = "recorded_latency." + kind, simulated = "latency." + kind;
    if (value_of(results, recorded + ".count") == 0 || value_of(results, simulated + ".count") == 0) continue;
    for (const std::string percentile : {"p50", "p90", "p99", "mean"}) {
      const Pair pair{kind + " " + percentile, small_value_of(results, recorded + "." + percentile),
                      small_value_of(results, simulated + "." + percentile)};
      if (pair.recorded > 0 && pair.simulated > 0) pairs.push_back(pair);
    }
  }
  return pairs;
}

void write_pairs(Draft& draft, const std::vector<Pair>& pairs) {
  std::uint64_t least = ~std::uint64_t{0}, most = 0;
  for (const Pair& pair : pairs) {
    least = std::min({least, pair.recorded, pair.simulated});
    most = std::max({most, pair.recorded, pair.simulated});
  }
  const PlotAxis axis = PlotAxis::decades(static_cast<double>(least), static_cast<double>(most), time_label);
  const auto place = [&](std::uint64_t time) { return place_text(axis.place(static_cast<double>(time))); };
  Markup& page = draft.page;
  write_legend(page, {{"s2", "recorded"}, {"s1", "simulated, with its distance from the recorded one"}});
  page.open("div", {{"class", "bars"}});
  for (const Pair& pair : pairs) {
    page.open("div", {{"class", "bar-row"}}).element("span", pair.label, {{"class", "bar-label"}});
    page.open("svg", {{"width", "100%"}, {"height", "18"}});
    for (const PlotAxis::Tick& tick : axis.ticks())
      page.empty("line", {{"class", "grid"},
                          {"x1", place_text(tick.place)},
                          {"x2", place_text(tick.place)},
                          {"y1", "-6"},
                          {"y2", "24"}});
    page.empty(
        "line",
        {{"class", "span"}, {"x1", place(pair.recorded)}, {"x2", place(pair.simulated)}, {"y1", "9"}, {"y2", "9"}});
    page.shape("circle", pair.label + ", recorded: " + time_text(Picoseconds{pair.recorded}),
               {{"class", "dot s2"}, {"cx", place(pair.recorded)}, {"cy", "9"}, {"r", "5"}});
    page.shape("circle", pair.label + ", simulated: " + time_text(Picoseconds{pair.simulated}),
               {{"class", "dot s1"}, {"cx", place(pair.simulated)}, {"cy", "9"}, {"r", "5"}});
    page.close()
        .element("span", time_text(Picoseconds{pair.simulated}) + ", " + error_text(pair.recorded, pair.simulated), {{"class", "bar-value"}})
        .close();
  }
  page.open("div", {{"class", "bar-row"}})
      .element("span", "", {{"class", "bar-label"}})
      .open("svg", {{"width", "100%"}, {"height", "18"}});
  for (const PlotAxis::Tick& tick : axis.ticks())
    page.element("text", tick.label,
                 {{"class", "tick"}, {"x", place_text(tick.place)}, {"y", "14"}, {"text-anchor", "middle"}});
  page.close().element("span", "", {{"class", "bar-value"}}).close().close();
}

}  // namespace

void write_recorded(Draft& draft) {
  constexpr const char* title = "Recorded beside simulated";
  const auto& runs = draft.input.runs;
  if (std::all_of(runs.begin(), runs.end(), [](const ReportRun& run) { return pairs_of(run.results).empty(); }))
    return draft.leave_out(title, runs.empty() ? "needs the file that 'icesim run TRACE -o FILE' writes"
                                               : "the trace does not tell when its requests completed");
  draft.begin("recorded", title,
              "What the recorded device needed, and what the simulated one did, on the same requests.");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::vector<Pair> pairs = pairs_of(runs[i].results);
    if (pairs.empty()) continue;
    if (runs.size() > 1) draft.page.element("h3", draft.run_names[i]);
    write_pairs(draft, pairs);
  }
  draft.end();
}

}  // namespace icesim::report
