// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/recorder.hpp"
#include "icesim/result/decimal_text.hpp"
#include "section.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace icesim::report {
namespace {

/// A distribution as points (latency in ps, share of the requests that take longer), from the fastest to the slowest.
struct Distribution {
  std::string name;
  double requests = 0;
  std::vector<Plot::Point> points;
  std::vector<std::pair<Plot::Point, std::string>> named;  ///< percentiles that have a dot
};

/// More than any run has.
constexpr std::uint64_t most_requests = 1'000'000'000'000'000;

constexpr std::array<std::pair<const char*, double>, 4> percentiles{
    {{"p50", 0.5}, {"p90", 0.1}, {"p99", 0.01}, {"p999", 0.001}}};

/// From the percentiles that the results have.
Distribution of_statistics(const RecordedResults& results, const std::string& path, std::string name) {
  Distribution found;
  found.name = std::move(name);
  found.requests = static_cast<double>(std::min<Wide>(value_of(results, path + ".count"), most_requests));
  const auto add = [&](const char* percentile, double above) {
    const Wide value = value_of(results, path + "." + percentile);
    if (value == 0) return;
    found.points.emplace_back(static_cast<double>(value), above);
    found.named.emplace_back(found.points.back(), found.name + " " + percentile + ": " + time_text(value));
  };
  add("min", 1);
  for (const auto& [percentile, above] : percentiles)
    if (found.requests * above >= 1) add(percentile, above);
  add("max", 1 / std::max(found.requests, 1.0));
  return found;
}

/// From every request's own latency, at ranks that are as close as a reader can see.
Distribution of_log(std::vector<std::uint64_t> latencies, std::string name) {
  Distribution found;
  found.name = std::move(name);
  std::sort(latencies.begin(), latencies.end());
  const auto count = static_cast<double>(latencies.size());
  found.requests = count;
  const auto at = [&](double above) {
    const double rank = std::ceil(count * (1 - above) - 1e-9);
    return Plot::Point(static_cast<double>(latencies[static_cast<std::size_t>(std::clamp(rank - 1, 0.0, count - 1))]),
                       above);
  };
  constexpr int a_tenth = 40;
  for (int i = 0; std::pow(10, -i / static_cast<double>(a_tenth)) > 1 / count; ++i)
    found.points.push_back(at(std::pow(10, -i / static_cast<double>(a_tenth))));
  found.points.emplace_back(static_cast<double>(latencies.back()), 1 / count);
  for (const auto& [percentile, above] : percentiles)
    if (count * above >= 1)
      found.named.emplace_back(at(above), found.name + " " + percentile + ": " +
                                              time_text(Wide{static_cast<std::uint64_t>(at(above).first)}));
  found.named.emplace_back(found.points.back(), found.name + " max: " + time_text(Picoseconds{latencies.back()}));
  return found;
}

std::vector<Distribution> by_operation(const ReportRun& run) {
  std::vector<Distribution> found;
  for (std::size_t i = 0; i < operation_names.size(); ++i) {
    const std::string operation(operation_names[i]);
    std::vector<std::uint64_t> latencies;
    for (const LoggedRequest& each : run.requests)
      if (!each.failed && each.operation == static_cast<LoggedRequest::Operation>(i))
        latencies.push_back(each.latency.n);
    if (!latencies.empty()) found.push_back(of_log(std::move(latencies), operation));
    if (run.requests_file || !has_statistic(run.results, "latency." + operation + ".count")) continue;
    Distribution of = of_statistics(run.results, "latency." + operation, operation);
    if (of.requests > 0 && !of.points.empty()) found.push_back(std::move(of));
  }
  return found;
}

std::vector<Distribution> by_run(const Draft& draft) {
  std::vector<Distribution> found;
  for (std::size_t i = 0; i < draft.input.runs.size() && found.size() < most_series; ++i) {
    const ReportRun& run = draft.input.runs[i];
    std::vector<std::uint64_t> latencies;
    for (const LoggedRequest& each : run.requests)
      if (!each.failed) latencies.push_back(each.latency.n);
    if (!latencies.empty()) found.push_back(of_log(std::move(latencies), draft.run_names[i]));
    if (run.requests_file) continue;
    Distribution of = of_statistics(run.results, "latency.all", draft.run_names[i]);
    if (of.requests > 0 && !of.points.empty()) found.push_back(std::move(of));
  }
  return found;
}

void write_plot(Draft& draft, const std::vector<Distribution>& all, bool is_exact) {
  double least = 1e18, most = 0, requests = 0;
  for (const Distribution& each : all) {
    least = std::min(least, std::max(each.points.front().first, 1.0));
    most = std::max(most, each.points.back().first);
    requests = std::max(requests, each.requests);
  }
  std::vector<std::pair<std::string, std::string>> legend;
  for (std::size_t i = 0; i < all.size(); ++i)
    legend.emplace_back(series_kind(i),
                        all[i].name + ", " + counted_text(static_cast<std::uint64_t>(all[i].requests), "request"));
  write_legend(draft.page, legend);
  Plot plot(draft.page, PlotAxis::decades(least, most, time_label), PlotAxis::tail(requests),
            {"Distribution of latencies", "latency", "share of requests that took at most that long"}, 320);
  for (std::size_t i = 0; i < all.size(); ++i)
    plot.curve(all[i].points, is_exact ? series_kind(i) : series_kind(i) + " dashed");
  for (std::size_t i = 0; i < all.size(); ++i)
    for (const auto& [at, text] : all[i].named) plot.dot(at, series_kind(i), text);
  plot.close(is_exact ? "From every request of the log. Each step upwards leaves a tenth of the requests above it, so "
                        "the slowest have as much room as the rest."
                      : "From the percentiles in the results, which the dashes only connect; with --requests the "
                        "report draws every request.");
}

void write_percentiles(Draft& draft) {
  Markup& page = draft.page;
  page.open("div", {{"class", "wide"}}).open("table").open("thead").open("tr").element("th", "µs");
  for (const char* title : {"p50", "p90", "p99", "p99.9", "max", "mean"}) page.element("th", title, {{"class", "n"}});
  page.close().close().open("tbody");
  const bool one = draft.input.runs.size() == 1;
  for (std::size_t i = 0; i < draft.input.runs.size(); ++i) {
    for (const char* kind : {"read", "write", "flush", "discard", "all"}) {
      const RecordedResults& results = draft.input.runs[i].results;
      const std::string path = std::string("latency.") + kind;
      if (value_of(results, path + ".count") == 0 || (!one && std::string_view(kind) != "all")) continue;
      page.open("tr").element("td", one ? kind : draft.run_names[i]);
      for (const char* percentile : {"p50", "p90", "p99", "p999", "max", "mean"})
        page.element("td", precise_microseconds_text(Picoseconds{small_value_of(results, path + "." + percentile)}),
                     {{"class", "n"}});
      page.close();
    }
  }
  page.close().close().close();
}

}  // namespace

void write_latency(Draft& draft) {
  const auto& runs = draft.input.runs;
  constexpr const char* title = "Latency";
  if (runs.empty()) return draft.leave_out(title, "needs the file that 'icesim run TRACE -o FILE' writes");
  const std::vector<Distribution> all = runs.size() == 1 ? by_operation(runs[0]) : by_run(draft);
  if (all.empty()) return draft.leave_out(title, "no request was completed");
  draft.begin("latency", title, "");
  write_plot(draft, all,
             std::all_of(runs.begin(), runs.end(), [](const ReportRun& run) { return run.requests_file.has_value(); }));
  if (runs.size() > most_series)
    draft.page.element("p", "Only the first " + std::to_string(most_series) + " runs are drawn; the table has all.",
                       {{"class", "soft"}});
  write_percentiles(draft);
  draft.end();
}

}  // namespace icesim::report
