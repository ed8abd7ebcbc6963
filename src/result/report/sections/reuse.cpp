// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "section.hpp"
#include "src/result/reuse_distances.hpp"

#include <algorithm>

namespace icesim::report {
namespace {

void write_distances(Draft& draft, const RecordedStudy& study) {
  const std::vector<ReuseRow> rows = reuse_distances(study.references, study.misses);
  std::uint64_t most = study.misses.back();
  for (const ReuseRow& row : rows) most = std::max(most, row.uses);
  std::vector<Bar> bars;
  const auto add = [&](const std::string& label, std::uint64_t uses, const char* kind) {
    bars.push_back({label, grouped_text(uses) + " (" + share_text(ppm(uses, study.references)) + ")",
                    most == 0 ? 0 : static_cast<double>(uses) / static_cast<double>(most), kind, ""});
  };
  for (const ReuseRow& row : rows)
    add(row.least == row.most ? counted_text(row.least, "other key")
                              : grouped_text(row.least) + " to " + grouped_text(row.most) + " other keys",
        row.uses, "s1");
  add("first use, or beyond", study.misses.back(), "quiet");
  write_bars(draft.page, bars, "Uses of keys by how many other keys were used since");
}

}  // namespace

void write_reuse(Draft& draft) {
  constexpr const char* title = "How soon a key is used again";
  const auto& studies = draft.input.studies;
  const auto has_curve = [](const ReportStudy& each) {
    return !each.study.misses.empty() && each.study.references > 0;
  };
  if (std::none_of(studies.begin(), studies.end(), has_curve))
    return draft.leave_out(title, "needs the file that 'icesim slots TRACE -o FILE' writes");
  draft.begin("reuse", title,
              "Uses of a key by how many other keys were used since it was used last. A file of n keyslots that "
              "forgets the key used longest ago misses what is n or more away.");
  for (std::size_t i = 0; i < studies.size(); ++i) {
    if (!has_curve(studies[i])) continue;
    if (studies.size() > 1) draft.page.element("h3", draft.study_names[i]);
    write_distances(draft, studies[i].study);
  }
  draft.end();
}

}  // namespace icesim::report
