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

}  // namespace

void write_flips(Draft& draft) {
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
