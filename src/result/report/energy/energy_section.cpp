// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "src/result/report/sections/section.hpp"

#include <algorithm>
#include <array>

namespace icesim::report {
namespace {

struct EnergyPart {
  const char* statistic;
  const char* name;
  const char* kind;
};
/// Their sum is `energy.all`; those that were not counted are not there.
constexpr std::array<EnergyPart, 6> energy_parts{{{"cpu", "CPU cores", "host"},
                                                  {"engine", "crypto engine", "keys"},
                                                  {"memory", "memory", "host"},
                                                  {"link", "link", "wire"},
                                                  {"device.all", "device, by bytes", "device"},
                                                  {"standing.all.all", "with time", "device"}}};
constexpr std::array<const char*, 5> blocks{"controller", "engine", "link", "device", "all"};
constexpr std::array<std::pair<const char*, const char*>, 5> states{{{"awake", "awake"},
                                                                     {"asleep", "asleep"},
                                                                     {"suspended", "suspended"},
                                                                     {"all", "all"},
                                                                     {"sleepless", "if always awake"}}};

bool has_energy(const RecordedResults& results, const std::string& name) {
  return has_statistic(results, "energy." + name + ".low") && has_statistic(results, "energy." + name + ".high");
}

/// "74.92 mJ"; between number and unit no line breaks.
std::string bound_text(const RecordedResults& results, const std::string& name) {
  std::string text = rounded_text(EnergySum{value_of(results, "energy." + name)});
  if (const std::size_t space = text.find(' '); space != std::string::npos) text.replace(space, 1, "\u00a0");
  return text;
}

std::string bounds_text(const RecordedResults& results, const std::string& name) {
  return bound_text(results, name + ".low") + " to " + bound_text(results, name + ".high");
}

/// As long as its greatest energy is among that of all parts.
std::vector<Bar> energy_bars(const RecordedResults& results) {
  const auto most = static_cast<double>(std::max<Wide>(value_of(results, "energy.all.high"), 1));
  std::vector<Bar> bars;
  for (const EnergyPart& part : energy_parts) {
    if (!has_energy(results, part.statistic)) continue;
    const auto high = static_cast<double>(value_of(results, std::string("energy.") + part.statistic + ".high"));
    bars.push_back({part.name, bounds_text(results, part.statistic), std::min(1.0, high / most), part.kind, ""});
  }
  return bars;
}

/// What blocks draw with time, by state.
void write_standing_table(Markup& page, const RecordedResults& results) {
  page.open("div", {{"class", "wide"}}).open("table").open("thead").open("tr");
  page.element("th", "With time");
  for (const char* block : blocks) page.element("th", block, {{"class", "n"}});
  page.close().close().open("tbody");
  for (const auto& [state, name] : states) {
    page.open("tr").element("td", name);
    for (const char* block : blocks) {
      const std::string place = std::string("standing.") + block + "." + state;
      page.open("td", {{"class", "n"}}).text(bound_text(results, place + ".low")).element("small", "to " + bound_text(results, place + ".high")).close();
    }
    page.close();
  }
  page.close().close().close();
}

}  // namespace

void write_energy(Draft& draft) {
  constexpr const char* title = "Energy";
  const auto& runs = draft.input.runs;
  if (std::none_of(runs.begin(), runs.end(), [](const ReportRun& run) { return has_energy(run.results, "all"); }))
    return draft.leave_out(title, runs.empty() ? "needs the file that 'icesim run TRACE -o FILE' writes"
                                               : "the results have no statistics energy.*");
  draft.begin("energy", title,
              "At least and at most, by prices that are assumptions (energy.*); a bar is as long as the greatest energy of its part, the "
              "full width is that of all.");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RecordedResults& results = runs[i].results;
    if (!has_energy(results, "all")) continue;
    if (runs.size() > 1) draft.page.element("h3", draft.run_names[i]);
    write_bars(draft.page, energy_bars(results), "Energy of each part");
    draft.page.element("p", "All of it: " + bounds_text(results, "all") + "; for keys, a part of the CPU's: " + bounds_text(results, "keys") + ".");
    if (has_energy(results, "standing.all.sleepless")) write_standing_table(draft.page, results);
  }
  draft.end();
}

}  // namespace icesim::report
