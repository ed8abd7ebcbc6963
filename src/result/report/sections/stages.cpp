// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "section.hpp"

#include <algorithm>

namespace icesim::report {
namespace {

std::uint64_t requests_of(const RecordedResults& results) {
  return std::max<std::uint64_t>(small_value_of(results, "latency.all.count"), 1);
}

/// One bar; it is as long as its mean is beside the longest one.
void write_bar(Draft& draft, const RecordedResults& results, double longest) {
  const std::vector<StageSum> stages = stages_of(results);
  const double requests = static_cast<double>(requests_of(results));
  draft.page.open("div", {{"class", "stack"}})
      .open("svg",
            {{"width", "100%"}, {"height", "34"}, {"role", "img"}, {"aria-label", "Stages of the mean latency"}});
  Wide before = 0;
  for (const StageSum& stage : stages) {
    const double begin = static_cast<double>(before) / requests / longest,
                 width = static_cast<double>(stage.total) / requests / longest;
    draft.page.shape(
        "rect",
        stage.name + ": " + time_text(stage.total / requests_of(results)) + ", " +
            share_text(ppm(stage.total, sum_of(stages))) + " (" + stage.sentence + ")",
        {{"class", "part " + stage.kind}, {"x", place_text(begin)}, {"width", place_text(width)}, {"height", "34"}});
    // How wide a letter is in a picture on a screen, and on a phone.
    constexpr double letter = 0.011, letter_on_phone = 0.024;
    const auto letters = static_cast<double>(stage.name.size());
    if (width > letter * letters)
      draft.page.element("text", stage.name,
                         {{"class", width > letter_on_phone * letters ? "part-label" : "part-label roomy"},
                          {"x", place_text(begin + width / 2)},
                          {"y", "22"},
                          {"text-anchor", "middle"}});
    before += stage.total;
  }
  draft.page.close().close();
}

/// A line for each stage that any run has, in the order of their declaration.
std::vector<StageSum> all_stages(const std::vector<ReportRun>& runs) {
  std::vector<StageSum> all;
  for (const ReportRun& run : runs) {
    std::size_t at = 0;
    for (const StageSum& stage : stages_of(run.results)) {
      const auto found =
          std::find_if(all.begin(), all.end(), [&](const StageSum& each) { return each.name == stage.name; });
      if (found != all.end()) {
        at = static_cast<std::size_t>(found - all.begin()) + 1;
      } else {
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(at++), stage);
      }
    }
  }
  return all;
}

Wide total_of(const RecordedResults& results, const std::string& stage) { return value_of(results, "stages." + stage); }

void write_stage_table(Draft& draft) {
  Markup& page = draft.page;
  const auto& runs = draft.input.runs;
  page.open("div", {{"class", "wide"}})
      .open("table", {{"class", runs.size() == 1 ? "stages" : "stages many"}})
      .open("thead")
      .open("tr")
      .element("th", "Stage");
  for (std::size_t i = 0; i < runs.size(); ++i)
    page.element("th", runs.size() == 1 ? "µs per request" : draft.run_names[i] + ", µs", {{"class", "n"}});
  if (runs.size() == 1) page.element("th", "Share", {{"class", "n"}});
  page.close().close().open("tbody");
  const auto microseconds = [](Wide total, std::uint64_t requests) {
    return microseconds_text(Picoseconds{static_cast<std::uint64_t>(total / requests)});
  };
  for (const StageSum& stage : all_stages(runs)) {
    page.open("tr")
        .open("td")
        .element("span", "", {{"class", "swatch " + stage.kind}})
        .text(stage.name)
        .element("small", stage.sentence)
        .close();
    for (const ReportRun& run : runs)
      page.element("td", microseconds(total_of(run.results, stage.name), requests_of(run.results)), {{"class", "n"}});
    if (runs.size() == 1)
      page.element("td", share_text(ppm(stage.total, sum_of(stages_of(runs[0].results)))), {{"class", "n"}});
    page.close();
  }
  page.open("tr", {{"class", "sum"}}).element("td", "Sum: the mean latency");
  for (const ReportRun& run : runs)
    page.element("td", microseconds(sum_of(stages_of(run.results)), requests_of(run.results)), {{"class", "n"}});
  if (runs.size() == 1) page.element("td", "100.0 %", {{"class", "n"}});
  page.close().close().close().close();
}

}  // namespace

void write_stages(Draft& draft) {
  constexpr const char* title = "Where the time went";
  const auto& runs = draft.input.runs;
  double longest = 0;
  for (const ReportRun& run : runs)
    longest = std::max(
        longest, static_cast<double>(sum_of(stages_of(run.results))) / static_cast<double>(requests_of(run.results)));
  if (longest <= 0)
    return draft.leave_out(
        title, runs.empty() ? "needs the file that 'icesim run TRACE -o FILE' writes" : "the results have no stages");
  draft.begin("stages", title,
              "The stages of a request follow each other, and their sum is its latency exactly. Here is the mean of "
              "all requests.");
  write_legend(draft.page, {{"host", "host: block layer, driver, CPU"},
                            {"keys", "for keys"},
                            {"wire", "controller, engine and link"},
                            {"device", "device and flash"}});
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs.size() > 1) draft.page.element("h3", draft.run_names[i]);
    write_bar(draft, runs[i].results, longest);
  }
  if (runs.size() <= most_series) write_stage_table(draft);
  draft.end();
}

}  // namespace icesim::report
