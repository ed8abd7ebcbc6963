// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "section.hpp"

#include <algorithm>

namespace icesim::report {
namespace {

struct Assumption {
  const Parameter* parameter;
  std::string values;           ///< one for each run where they differ
  std::string ranges;           ///< so, too: that of its platform, or else the declared one
  std::string whys;
  std::uint64_t share_ppm = 0;  ///< the largest that its stage has in any run
};

/// Adds what no other run has said.
void add(std::string text, std::string& all) {
  const std::string between = " | ";
  if (text.empty() || (between + all + between).find(between + text + between) != std::string::npos) return;
  all += (all.empty() ? "" : between) + text;
}

void add_run(const ReportRun& run, Assumption& assumption) {
  const Parameter& parameter = *assumption.parameter;
  const std::string value(run.results.setting(parameter.path));
  if (value.empty() || !run.results.uses(parameter.path)) return;
  const auto& ranges = run.results.ranges;
  const auto own = std::find_if(ranges.begin(), ranges.end(), [&](const RecordedRange& each) { return each.path == parameter.path; });
  if (own == ranges.end() && !parameter.assumption) return;
  add(value, assumption.values);
  add(own == ranges.end() ? range_text(parameter) : own->low + ".." + own->high, assumption.ranges);
  add(own == ranges.end() ? parameter.source : own->source, assumption.whys);
  assumption.share_ppm = std::max(assumption.share_ppm, ppm(value_of(run.results, "stages." + parameter.moves), sum_of(stages_of(run.results))));
}

std::vector<Assumption> assumptions_of(const ReportInput& input) {
  std::vector<Assumption> found;
  for (const ParameterGroup& group : input.declared) {
    for (const Parameter& parameter : group.parameters) {
      Assumption assumption{&parameter, "", "", ""};
      for (const ReportRun& run : input.runs) add_run(run, assumption);
      if (!assumption.values.empty()) found.push_back(std::move(assumption));
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Assumption& a, const Assumption& b) { return a.share_ppm > b.share_ppm; });
  return found;
}

}  // namespace

void write_assumptions(Draft& draft) {
  constexpr const char* title = "Assumptions in use";
  const std::vector<Assumption> assumptions = assumptions_of(draft.input);
  if (assumptions.empty())
    return draft.leave_out(title, "needs the file that 'icesim run TRACE -o FILE' writes, which holds every parameter");
  draft.begin("assumptions", title,
              "Parameters without a published source, with the range over which to move them, ordered by how much of "
              "the latency the stage holds that they move directly.");
  Markup& page = draft.page;
  page.open("table", {{"class", "rows"}}).open("thead").open("tr");
  for (const char* name : {"Parameter", "Value", "Range", "Why", "Moves stage"}) page.element("th", name);
  page.close().close().open("tbody");
  for (const Assumption& each : assumptions) {
    page.open("tr").open("td").element("code", each.parameter->path).element("small", each.parameter->sentence).close();
    page.element("td", each.values, {{"data-name", "value:"}})
        .element("td", each.ranges, {{"data-name", "range:"}});
    page.element("td", each.whys, {{"data-name", "why:"}});
    const std::string& stage = each.parameter->moves;
    page.element("td", stage.empty() ? "-" : stage + ", " + share_text(each.share_ppm), {{"data-name", "moves stage:"}})
        .close();
  }
  page.close().close();
  draft.end();
}

}  // namespace icesim::report
