// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "src/result/fit/fit_form.hpp"
#include "src/result/report/sections/section.hpp"

#include <algorithm>

namespace icesim::report {
namespace {

/// Classes that are drawn; the table has all.
constexpr std::size_t most_drawn = 12;

using Times = std::vector<std::uint64_t>;

void draw(Markup& page, const Fit& fit, const Fit::Class& each) {
  std::uint64_t least = ~std::uint64_t{0}, most = 0;
  for (const Times* times : {&each.recorded, &each.before, &each.fitted}) {
    for (const std::uint64_t time : *times) least = std::min(least, time), most = std::max(most, time);
  }
  page.element("h3", each.name + ", " + counted_text(each.count, "request"));
  Plot plot(page, PlotAxis::decades(static_cast<double>(least), static_cast<double>(most), time_label), PlotAxis::exact(1, percent_label, 4),
            {each.name + ": recorded and simulated distributions of the latency", "latency", "requests that took no longer"}, 150);
  const auto curve = [&](const Times& times, const std::string& kind, const std::string& what) {
    std::vector<Plot::Point> points;
    for (std::size_t i = 0; i < times.size(); ++i) points.emplace_back(static_cast<double>(times[i]), static_cast<double>(fit.quantiles[i]) / 1000);
    plot.curve(points, kind);
    const std::size_t median = times.size() / 2;
    plot.dot(points[median], kind.substr(0, 2), what + ": " + time_text(Picoseconds{times[median]}) + " at " + percent_label(points[median].second));
  };
  curve(each.before, "s3 dashed", "before");
  curve(each.recorded, "s2", "recorded");
  curve(each.fitted, "s1", "fitted");
  plot.close();
}

void write_parameters(Markup& page, const Fit& fit) {
  page.open("table", {{"class", "rows"}}).open("thead").open("tr");
  for (const char* name : {"Parameter", "Before", "Fitted", "As good", "Loss as before"}) page.element("th", name);
  page.close().close().open("tbody");
  for (const Fit::Moved& each : fit.moved) {
    page.open("tr").open("td").element("code", each.path).close();
    page.element("td", each.before, {{"class", "n"}, {"data-name", "before"}}).element("td", each.value, {{"class", "n"}, {"data-name", "fitted"}});
    page.element("td", each.low + " to " + each.high + (each.is_told ? "" : ": the trace cannot tell it"), {{"data-name", "as good"}});
    page.element("td", each.can_be ? loss_text(each.without) : "-", {{"class", "n"}, {"data-name", "loss as before"}}).close();
  }
  page.close().close();
}

void write_residuals(Markup& page, const Fit& fit, const std::vector<const Fit::Class*>& classes) {
  const auto median = static_cast<std::size_t>(std::find(fit.quantiles.begin(), fit.quantiles.end(), 500) - fit.quantiles.begin());
  if (median == fit.quantiles.size()) return;
  page.open("table", {{"class", "rows"}}).open("thead").open("tr");
  for (const char* name : {"Class", "Requests", "Recorded median", "Fitted", "Error", "Error of the test"}) page.element("th", name);
  page.close().close().open("tbody");
  for (const Fit::Class* each : classes) {
    page.open("tr").element("td", each->name).element("td", grouped_text(each->count), {{"class", "n"}, {"data-name", "requests"}});
    page.element("td", time_text(Picoseconds{each->recorded[median]}), {{"class", "n"}, {"data-name", "recorded"}});
    page.element("td", time_text(Picoseconds{each->fitted[median]}), {{"class", "n"}, {"data-name", "fitted"}});
    page.element("td", error_text(each->recorded[median], each->fitted[median]), {{"class", "n"}, {"data-name", "error"}});
    page.element("td", each->tested == 0 ? "-" : error_text(each->tested_recorded[median], each->tested_simulated[median]),
                 {{"class", "n"}, {"data-name", "error of the test"}})
        .close();
  }
  page.close().close();
}

}  // namespace

std::string fit_in_words(const Fit& fit) {
  std::string text = "Moving " + counted_text(fit.moved.size(), "parameter") + " brought the " + loss_in_words(fit) + " from " +
                     loss_text(fit.before) + " to " + loss_text(fit.fitted) + ".";
  if (fit.tested_before && fit.tested_fitted)
    text += " On the last " + std::to_string(fit.tested_percent) + " % of the trace, which the fit did not see, it is " + loss_text(*fit.tested_fitted) + ", and was " +
            loss_text(*fit.tested_before) + ".";
  return text;
}

void write_fits(Draft& draft) {
  if (draft.input.fits.empty()) return;
  draft.begin("fit", "Fitted to the recording", "Latencies of requests of one operation, size and queue depth: as they were recorded, and as they are simulated before and after the fit.");
  Markup& page = draft.page;
  for (std::size_t i = 0; i < draft.input.fits.size(); ++i) {
    const Fit& fit = draft.input.fits[i].fit;
    if (draft.input.fits.size() > 1) page.element("h3", draft.fit_names[i]);
    write_parameters(page, fit);
    const std::vector<const Fit::Class*> classes = classes_by_count(fit);
    write_residuals(page, fit, classes);
    write_legend(page, {{"s2", "recorded"}, {"s1", "fitted"}, {"s3", "before"}});
    for (std::size_t drawn = 0; drawn < std::min(classes.size(), most_drawn); ++drawn) draw(page, fit, *classes[drawn]);
    if (classes.size() > most_drawn)
      page.element("p", "Of " + grouped_text(classes.size()) + " classes those with most requests are drawn.", {{"class", "soft"}});
  }
  draft.end();
}

}  // namespace icesim::report
