// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "section.hpp"

#include <algorithm>

namespace icesim::report {
namespace {

struct Assumption {
  const Parameter* parameter;
  std::string values;           ///< one for each run where they differ
  std::uint64_t share_ppm = 0;  ///< the largest that its stage has in any run
};

std::string values_of(const std::vector<ReportRun>& runs, const std::string& path) {
  std::vector<std::string> values;
  for (const ReportRun& run : runs) {
    const std::string value(run.results.setting(path));
    if (!value.empty() && std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
  }
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : " | ") + value;
  return text;
}

std::vector<Assumption> assumptions_of(const ReportInput& input) {
  std::vector<Assumption> found;
  for (const ParameterGroup& group : input.declared) {
    for (const Parameter& parameter : group.parameters) {
      if (!parameter.assumption) continue;
      Assumption assumption{&parameter, values_of(input.runs, parameter.path)};
      if (assumption.values.empty()) continue;
      for (const ReportRun& run : input.runs)
        assumption.share_ppm = std::max(assumption.share_ppm, ppm(value_of(run.results, "stages." + parameter.moves),
                                                                  sum_of(stages_of(run.results))));
      found.push_back(std::move(assumption));
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
        .element("td", range_text(*each.parameter), {{"data-name", "range:"}});
    page.element("td", each.parameter->source, {{"data-name", "why:"}});
    const std::string& stage = each.parameter->moves;
    page.element("td", stage.empty() ? "-" : stage + ", " + share_text(each.share_ppm), {{"data-name", "moves stage:"}})
        .close();
  }
  page.close().close();
  draft.end();
}

}  // namespace icesim::report
