// SPDX-License-Identifier: Apache-2.0
#include "section.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace icesim::report {
namespace {

struct Part {
  const char* statistic;
  const char* name;
  const char* kind;
};
constexpr std::array<Part, 5> parts{{{"utilisation.cpu", "CPU cores", "host"},
                                     {"utilisation.ice", "crypto engine", "keys"},
                                     {"utilisation.link_tx", "link to the device", "wire"},
                                     {"utilisation.link_rx", "link to the host", "wire"},
                                     {"utilisation.flash", "flash dies", "device"}}};

std::vector<Bar> bars_of(const RecordedResults& results) {
  std::vector<Bar> bars;
  for (const Part& part : parts) {
    const StatisticValue* const found = find_statistic(results.statistics, part.statistic);
    if (found == nullptr) continue;
    const std::uint64_t share = small_value_of(results, part.statistic);
    bars.push_back({part.name, share_text(std::min<std::uint64_t>(share, 1'000'000)),
                    std::min(1.0, static_cast<double>(share) / 1e6), part.kind, found->description});
  }
  return bars;
}

}  // namespace

void write_utilisation(Draft& draft) {
  constexpr const char* title = "How busy the parts were";
  const auto& runs = draft.input.runs;
  if (std::all_of(runs.begin(), runs.end(), [](const ReportRun& run) { return bars_of(run.results).empty(); }))
    return draft.leave_out(title, runs.empty() ? "needs the file that 'icesim run TRACE -o FILE' writes"
                                               : "the results have no statistics utilisation.*");
  draft.begin("utilisation", title, "Share of the simulated time; the full width is 100 %.");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs.size() > 1) draft.page.element("h3", draft.run_names[i]);
    write_bars(draft.page, bars_of(runs[i].results), "Share of time that each part was busy");
  }
  draft.end();
}

}  // namespace icesim::report
