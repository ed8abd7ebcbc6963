// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/failures.hpp"
#include "section.hpp"

#include <algorithm>

namespace icesim::report {
namespace {

/// What tells of failed requests, from the statistics; the run's first warning says the same.
std::string failures_of(const RecordedResults& recorded) {
  Results results;
  results.statistics = recorded.statistics;
  return failures_text(results);
}

/// Stands in what assumption_warnings() writes, between the parameter with its value and its stage.
constexpr std::string_view of_assumption = " is an assumption and stage ";

bool is_of_assumption(const std::string& warning) { return warning.find(of_assumption) != std::string::npos; }

/// Assumptions that move one stage.
struct StageAssumptions {
  std::string stage;
  std::vector<std::string> shares;    ///< that it holds of the latency, in each run that warns of it: "44.5 %"
  std::vector<std::string> settings;  ///< "flash.write_buffer = 2MiB"
};

void add_once(std::vector<std::string>& texts, std::string text) {
  if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
}

/// Takes a warning of an assumption apart.
void sort_in(std::vector<StageAssumptions>& all, const std::string& warning) {
  constexpr std::string_view holds = " holds ", of_all = " of the latency";
  const std::size_t at = warning.find(of_assumption);
  const std::string rest = warning.substr(at + of_assumption.size()), stage = rest.substr(0, rest.find(holds));
  std::string share = rest.substr(std::min(stage.size() + holds.size(), rest.size()));
  share = share.substr(0, share.find(of_all));
  auto found = std::find_if(all.begin(), all.end(), [&](const StageAssumptions& each) { return each.stage == stage; });
  if (found == all.end()) found = all.insert(found, {stage, {}, {}});
  add_once(found->shares, share);
  add_once(found->settings, warning.substr(0, at));
}

void write_list(Markup& page, const std::vector<std::string>& lines) {
  page.open("ul");
  for (const std::string& line : lines) page.element("li", line);
  page.close();
}

void write_failures(Draft& draft, const std::string& name, const std::string& what) {
  draft.page.open("div", {{"class", "box bad"}, {"role", "alert"}});
  draft.page.open("p").element("b", "Failed. ").text((name.empty() ? "" : name + ": ") + what + ".").close();
  draft.page.element("p",
                     "What is below counts the requests that ended well; do not choose hardware by it before you know "
                     "why others failed.");
  draft.page.close();
}

void write_warnings(Draft& draft, const std::string& name, const std::vector<std::string>& warnings) {
  if (warnings.empty()) return;
  draft.page.open("div", {{"class", "box"}});
  draft.page.open("p")
      .element("b", (name.empty() ? "" : name + ": ") + counted_text(warnings.size(), "warning") + ".")
      .close();
  write_list(draft.page, warnings);
  draft.page.close();
}

/// Those of a run that are about assumptions, or those that are not; what failed is said by write_failures().
std::vector<std::string> warnings_of(const ReportRun& run, bool of_assumptions) {
  std::vector<std::string> warnings;
  const std::string failures = failures_of(run.results);
  for (const std::string& each : run.results.warnings)
    if (is_of_assumption(each) == of_assumptions && each != failures) warnings.push_back(each);
  return warnings;
}

/// A file's name where there are several.
std::string named(const Draft& draft, const std::string& name) {
  return draft.input.files() == 1 ? "" : name;
}

}  // namespace

void write_troubles(Draft& draft) {
  for (std::size_t i = 0; i < draft.input.runs.size(); ++i)
    if (const std::string what = failures_of(draft.input.runs[i].results); !what.empty())
      write_failures(draft, named(draft, draft.run_names[i]), what);
  for (std::size_t i = 0; i < draft.input.studies.size(); ++i) {
    for (const RecordedStudy::Point& point : draft.input.studies[i].study.points)
      if (point.failed > 0)
        write_failures(draft, named(draft, draft.study_names[i]),
                       "with " + counted_text(point.keyslots, "keyslot") + " " + counted_text(point.failed, "request") +
                           " failed");
  }
  for (std::size_t i = 0; i < draft.input.runs.size(); ++i)
    write_warnings(draft, named(draft, draft.run_names[i]), warnings_of(draft.input.runs[i], false));
  for (std::size_t i = 0; i < draft.input.studies.size(); ++i)
    write_warnings(draft, named(draft, draft.study_names[i]), draft.input.studies[i].study.warnings);
  for (std::size_t i = 0; i < draft.input.fits.size(); ++i)
    write_warnings(draft, named(draft, draft.fit_names[i]), draft.input.fits[i].fit.warnings);
}

void write_assumption_warnings(Draft& draft) {
  std::vector<StageAssumptions> all;
  for (const ReportRun& run : draft.input.runs)
    for (const std::string& warning : warnings_of(run, true)) sort_in(all, warning);
  if (all.empty()) return;
  std::size_t count = 0;
  for (const StageAssumptions& each : all) count += each.settings.size();
  Markup& page = draft.page;
  page.open("div", {{"class", "box"}}).open("p").element("b", counted_text(count, "assumption") + " may move this. ");
  page.text("Each is a number that nobody has published, of a stage that holds a tenth of all latency or more. ");
  page.element("a", "The table", {{"href", "#assumptions"}}).text(" has their ranges.").close();
  page.open("ul", {{"class", "compact"}});
  for (const StageAssumptions& each : all) {
    page.open("li").text("Stage " + each.stage + " holds ");
    for (std::size_t i = 0; i < each.shares.size(); ++i) page.text((i == 0 ? "" : " | ") + each.shares[i]);
    page.text(" of the latency: ");
    for (std::size_t i = 0; i < each.settings.size(); ++i)
      page.text(i == 0 ? "" : ", ").element("code", each.settings[i]);
    page.close();
  }
  page.close().close();
}

}  // namespace icesim::report
