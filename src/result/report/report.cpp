// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/report/report.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/decimal_text.hpp"
#include "page/style.hpp"
#include "sections/section.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// Without directories and ".json", unless another one is then called the same.
template <class Inputs>
std::vector<std::string> short_names(const Inputs& inputs) {
  std::vector<std::string> names;
  for (const auto& each : inputs) {
    std::string name = report::base_name(each.file.name);
    constexpr std::string_view ending = ".json";
    if (name.size() > ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0)
      name.resize(name.size() - ending.size());
    names.push_back(std::move(name));
  }
  const std::vector<std::string> all = names;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (std::count(all.begin(), all.end(), all[i]) > 1) names[i] = inputs[i].file.name;
  return names;
}

void write_head(Markup& page, const std::string& title) {
  page.open("html", {{"lang", "en"}}).open("head").empty("meta", {{"charset", "utf-8"}});
  page.empty("meta",
             {{"http-equiv", "Content-Security-Policy"}, {"content", "default-src 'none'; style-src 'unsafe-inline'"}});
  page.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.element("title", title).style_sheet(report_style()).close();
}

}  // namespace

void check_request_log(const ReportRun& run) {
  if (!run.requests_file) return;
  std::uint64_t completed = 0;
  Picoseconds longest{};
  for (const LoggedRequest& each : run.requests) {
    if (each.failed) continue;
    ++completed;
    longest = std::max(longest, each.latency);
  }
  const Wide count = report::value_of(run.results, "latency.all.count"),
             most = report::value_of(run.results, "latency.all.max");
  if (completed == count && longest.n == most) return;
  throw UserError(run.requests_file->name + ": not the log of " + run.file.name + ": its " +
                  counted_text(completed, "request") + " took " + std::to_string(longest.n) +
                  " ps at most, and there " + decimal_text(count) + " took " + decimal_text(most) + " ps");
}

std::string report_html(const ReportInput& input) {
  ensure(input.files() > 0, "a report is of something");
  report::Draft draft{input, {}, short_names(input.runs), short_names(input.studies), short_names(input.fits), {}};
  write_head(draft.page,
             "icesim report: " + (!input.runs.empty()      ? input.runs[0].results.trace.name
                                  : !input.studies.empty() ? draft.study_names[0]
                                                           : draft.fit_names[0]));
  draft.page.open("body").open("main");
  write_title(draft);
  write_troubles(draft);
  write_answer(draft);
  write_assumption_warnings(draft);
  write_miss_curve(draft);
  write_latency(draft);
  write_stages(draft);
  write_key_cost(draft);
  write_keyslots_over_time(draft);
  write_reuse(draft);
  write_utilisation(draft);
  write_energy(draft);
  write_recorded(draft);
  write_fits(draft);
  write_flips(draft);
  write_assumptions(draft);
  write_missing(draft);
  write_repeat(draft);
  return draft.page.finish();
}

}  // namespace icesim
