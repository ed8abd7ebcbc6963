// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "section.hpp"

#include <algorithm>

namespace icesim::report {
namespace {

void write_flips_of(Draft& draft, const RecordedStudy& study) {
  std::vector<const RecordedStudy::Moved*> flips;
  for (const RecordedStudy::Moved& each : study.moved)
    if (each.recommended != study.recommended) flips.push_back(&each);
  Markup& page = draft.page;
  page.element("p", "Each assumption was moved to both ends of its range, alone: " + counted_text(study.ends, "end") +
                        ", of which " + grouped_text(study.moved.size()) + " move the measure and " +
                        grouped_text(flips.size()) + " the answer, " + counted_text(study.recommended, "keyslot") +
                        ".");
  if (flips.empty()) return;
  page.open("table", {{"class", "rows"}}).open("thead").open("tr");
  for (const char* name : {"Assumption", "Is", "Moved to", "Keyslots then", "From"}) page.element("th", name);
  page.close().close().open("tbody");
  for (const RecordedStudy::Moved* each : flips) {
    page.open("tr").open("td").element("code", each->assumption).close();
    page.element("td", each->base, {{"data-name", "is:"}}).element("td", each->value, {{"data-name", "moved to:"}});
    page.element("td", each->recommended == 0 ? "none" : grouped_text(each->recommended),
                 {{"data-name", "keyslots then:"}});
    page.element("td", each->from.empty() ? "-" : each->from, {{"data-name", "from:"}}).close();
  }
  page.close().close();
}

/// "53.29 to 73.95 us", from the lower to the upper end.
std::string span_text(const RecordedSensitivity::Moved& moved, std::size_t metric) {
  const auto text = [&](const std::vector<Wide>& values) { return metric < values.size() ? time_text(values[metric]) : std::string("refused"); };
  return text(moved.at_low) + " to " + text(moved.at_high);
}

void write_moved(Draft& draft, const RecordedSensitivity& study) {
  Markup& page = draft.page;
  std::string is;
  for (std::size_t i = 0; i < std::min(study.metrics.size(), study.values.size()); ++i)
    is += (i == 0 ? "" : ", ") + study.metrics[i] + " " + time_text(study.values[i]);
  page.element("p", "Latency of " + study.requests + " requests: " + is + ". Each assumption was moved to both ends of its range, alone; " +
                        grouped_text(study.still) + " others move nothing.");
  page.open("table", {{"class", "rows"}}).open("thead").open("tr");
  for (const char* name : {"Assumption", "Is", "Range"}) page.element("th", name);
  for (const std::string& metric : study.metrics) page.element("th", metric);
  page.close().close().open("tbody");
  for (const RecordedSensitivity::Moved& each : study.moved) {
    page.open("tr").open("td").element("code", each.assumption).close();
    page.element("td", each.base, {{"data-name", "is:"}}).element("td", each.low + ".." + each.high, {{"data-name", "range:"}});
    for (std::size_t i = 0; i < study.metrics.size(); ++i) page.element("td", span_text(each, i), {{"data-name", study.metrics[i] + ":"}});
    page.close();
  }
  page.close().close();
}

/// What moves the results of runs.
void write_moves(Draft& draft) {
  constexpr const char* title = "What moves the result";
  const auto& runs = draft.input.runs;
  const auto has = [](const ReportRun& run) { return !run.results.sensitivity.metrics.empty(); };
  if (std::none_of(runs.begin(), runs.end(), has))
    return draft.leave_out(title, "needs the file that 'icesim run TRACE --sensitivity -o FILE' writes");
  draft.begin("moves", title, "");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!has(runs[i])) continue;
    if (runs.size() > 1) draft.page.element("h3", draft.run_names[i]);
    write_moved(draft, runs[i].results.sensitivity);
  }
  draft.end();
}

}  // namespace

void write_flips(Draft& draft) {
  write_moves(draft);
  constexpr const char* title = "Where the answer flips";
  const auto& studies = draft.input.studies;
  if (std::none_of(studies.begin(), studies.end(), [](const ReportStudy& each) { return each.study.has_sensitivity; }))
    return draft.leave_out(title, "needs the file that 'icesim slots TRACE --sensitivity -o FILE' writes");
  draft.begin("flips", title, "");
  for (std::size_t i = 0; i < studies.size(); ++i) {
    if (!studies[i].study.has_sensitivity) continue;
    if (studies.size() > 1) draft.page.element("h3", draft.study_names[i]);
    write_flips_of(draft, studies[i].study);
  }
  draft.end();
}

}  // namespace icesim::report
