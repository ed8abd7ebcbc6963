// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/power_states.hpp"
#include "section.hpp"

#include <algorithm>

namespace icesim::report {
namespace {

/// "Requests took 71.71 µs on average; flash array holds most of it, 44.5 %. Keys cost 0.1 %."
std::string run_in_words(const RecordedResults& results) {
  const std::vector<StageSum> stages = stages_of(results);
  const Wide sum = sum_of(stages);
  const std::uint64_t completed = small_value_of(results, "latency.all.count");
  if (completed == 0) return "No request was completed.";
  std::string text = "A request took " + time_text(value_of(results, "latency.all.mean")) +
                     " on average, and one in a hundred " + time_text(value_of(results, "latency.all.p99")) +
                     " or more.";
  if (stages.empty()) return text;
  const auto longest = std::max_element(stages.begin(), stages.end(),
                                        [](const StageSum& a, const StageSum& b) { return a.total < b.total; });
  text += " Most of that time, " + share_text(ppm(longest->total, sum)) + ", went to stage " + longest->name + " (" +
          longest->sentence + ").";
  const Wide keys = key_time(stages);
  const std::uint64_t encrypted = encrypted_requests(results);
  if (encrypted == 0) return text + " No request had a key.";
  if (keys == 0) return text + " Keys cost no time.";
  return text + " Keys cost " + share_text(ppm(keys, sum)) + " of it, " + time_text(keys / encrypted) +
         " for each request with a key.";
}

void write_tile(Markup& page, const std::string& number, const std::string& what) {
  page.open("div", {{"class", "tile"}}).element("b", number).element("span", what).close();
}

void write_tiles(Draft& draft) {
  draft.page.open("div", {{"class", "tiles"}});
  if (draft.input.studies.size() == 1) {
    const RecordedStudy& study = draft.input.studies[0].study;
    write_tile(draft.page, study.recommended == 0 ? "none" : grouped_text(study.recommended),
               study.recommended == 1 ? "keyslot recommended" : "keyslots recommended");
  }
  if (draft.input.runs.size() == 1) {
    const RecordedResults& results = draft.input.runs[0].results;
    const std::vector<StageSum> stages = stages_of(results);
    write_tile(draft.page, time_text(value_of(results, "latency.all.mean")), "mean latency");
    write_tile(draft.page, time_text(value_of(results, "latency.all.p99")), "99th percentile");
    write_tile(draft.page, share_text(ppm(key_time(stages), sum_of(stages))), "of the time for keys");
    const Wide hits = value_of(results, "keyslots.hits"), uses = hits + value_of(results, "keyslots.programs");
    if (uses > 0) write_tile(draft.page, share_text(ppm(hits, uses)), "keyslot hits");
    write_tile(draft.page, grouped_text(small_value_of(results, "driver.requests_completed")), "requests completed");
  }
  draft.page.close();
}

/// The settings in which runs differ.
std::vector<std::string> settings_that_differ(const std::vector<ReportRun>& runs) {
  std::vector<std::string> paths;
  for (const ReportRun& run : runs)
    for (const Setting& setting : run.results.config)
      if (std::find(paths.begin(), paths.end(), setting.path) == paths.end() &&
          std::any_of(runs.begin(), runs.end(),
                      [&](const ReportRun& other) { return other.results.setting(setting.path) != setting.value; }))
        paths.push_back(setting.path);
  return paths;
}

void write_runs_side_by_side(Draft& draft) {
  Markup& page = draft.page;
  page.open("table", {{"class", "rows"}}).open("thead").open("tr");
  for (const char* title : {"Run", "Trace"}) page.element("th", title);
  for (const char* title : {"Mean", "p99", "For keys", "Requests"}) page.element("th", title, {{"class", "n"}});
  page.close().close().open("tbody");
  for (std::size_t i = 0; i < draft.input.runs.size(); ++i) {
    const RecordedResults& results = draft.input.runs[i].results;
    const std::vector<StageSum> stages = stages_of(results);
    page.open("tr")
        .open("td")
        .element("b", draft.run_names[i])
        .close()
        .element("td", results.trace.name, {{"data-name", "trace"}});
    page.element("td", time_text(value_of(results, "latency.all.mean")), {{"class", "n"}, {"data-name", "mean"}});
    page.element("td", time_text(value_of(results, "latency.all.p99")), {{"class", "n"}, {"data-name", "p99"}});
    page.element("td", share_text(ppm(key_time(stages), sum_of(stages))),
                 {{"class", "n"}, {"data-name", "of the time for keys"}});
    page.element("td", grouped_text(small_value_of(results, "driver.requests_completed")),
                 {{"class", "n"}, {"data-name", "requests"}})
        .close();
  }
  page.close().close();
  const std::vector<std::string> paths = settings_that_differ(draft.input.runs);
  constexpr std::size_t most = 12;
  if (paths.empty()) page.element("p", "All settings of these runs are equal.", {{"class", "soft"}});
  if (paths.empty()) return;
  page.open("p", {{"class", "soft"}}).text("What sets the runs apart: ");
  for (std::size_t i = 0; i < paths.size() && i < most; ++i) {
    std::string values;
    for (const ReportRun& run : draft.input.runs) {
      const std::string_view value = run.results.setting(paths[i]);
      values.append(values.empty() ? "" : " | ").append(value.empty() ? "-" : value);
    }
    page.text(i == 0 ? "" : "; ").element("code", paths[i] + " = " + values);
  }
  page.text(paths.size() > most ? "; and " + counted_text(paths.size() - most, "setting") + " more." : ".").close();
}

}  // namespace

void write_title(Draft& draft) {
  const ReportInput& input = draft.input;
  std::vector<std::string> traces;
  for (const ReportRun& run : input.runs)
    if (std::find(traces.begin(), traces.end(), run.results.trace.name) == traces.end())
      traces.push_back(run.results.trace.name);
  const std::string title =
      traces.size() == 1 ? traces[0]
      : traces.empty()   ? base_name(input.studies.empty() ? input.fits[0].fit.trace : input.studies[0].file.name)
                         : counted_text(input.runs.size(), "run") + " of " + counted_text(traces.size(), "trace");
  draft.page.open("header").element("p", "icesim report", {{"class", "kicker"}}).element("h1", title).close();
}

void write_answer(Draft& draft) {
  const ReportInput& input = draft.input;
  draft.page.open("section", {{"id", "answer"}});
  for (std::size_t i = 0; i < input.studies.size(); ++i) {
    const RecordedStudy& study = input.studies[i].study;
    const std::string of = input.studies.size() == 1 ? "" : draft.study_names[i] + ": ";
    draft.page.element("p",
                       of + (study.recommended == 0 ? "No number of keyslots can be recommended. " : "") + study.reason,
                       {{"class", "answer"}});
  }
  for (std::size_t i = 0; i < input.fits.size(); ++i)
    draft.page.element("p", (input.fits.size() == 1 ? "" : draft.fit_names[i] + ": ") + fit_in_words(input.fits[i].fit), {{"class", "answer"}});
  const auto write_states = [&](const std::string& name, const std::vector<std::string>& states) {
    if (!states.empty()) draft.page.element("p", (input.files() == 1 ? "" : name + ": ") + "Power states: " + power_states_text(states), {{"class", "power"}});
  };
  for (std::size_t i = 0; i < input.studies.size(); ++i) write_states(draft.study_names[i], input.studies[i].study.power_states);
  for (std::size_t i = 0; i < input.runs.size(); ++i) write_states(draft.run_names[i], input.runs[i].results.power_states);
  if (input.runs.size() == 1) draft.page.element("p", run_in_words(input.runs[0].results), {{"class", "answer"}});
  if (input.runs.size() == 1 || input.studies.size() == 1) write_tiles(draft);
  if (input.runs.size() > 1) write_runs_side_by_side(draft);
  draft.page.close();
}

}  // namespace icesim::report
