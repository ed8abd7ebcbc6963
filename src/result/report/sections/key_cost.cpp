// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "section.hpp"

#include <algorithm>

namespace icesim::report {
namespace {

std::string path_of(const RecordedResults& results) {
  const std::string_view path = results.setting("crypto.path");
  return path.empty() ? "unknown" : std::string(path);
}

/// "registers, 32 keyslots".
std::string way_of(const RecordedResults& results) {
  const std::string_view keyslots = results.setting("keyslots.num_keyslots");
  const std::string path = path_of(results);
  return keyslots.empty() || path == "prdt" || path == "none"
             ? path
             : path + ", " + std::string(keyslots) + (keyslots == "1" ? " keyslot" : " keyslots");
}

Wide for_each_request(const RecordedResults& results) {
  return key_time(stages_of(results)) / std::max<std::uint64_t>(encrypted_requests(results), 1);
}

std::string energy_text(const RecordedResults& results) {
  if (!has_statistic(results, "energy.keys.low") || !has_statistic(results, "energy.keys.high")) return "-";
  return rounded_text(EnergySum{value_of(results, "energy.keys.low")}) + " to " +
         rounded_text(EnergySum{value_of(results, "energy.keys.high")});
}

std::string parts_text(const RecordedResults& results) {
  std::string text;
  for (const StageSum& stage : stages_of(results))
    if (stage.kind == "keys") text += (text.empty() ? "" : ", ") + stage.name + " " + time_text(stage.total);
  return text.empty() ? "none" : text;
}

void write_cost_table(Draft& draft) {
  Markup& page = draft.page;
  page.open("table", {{"class", "rows"}}).open("thead").open("tr");
  for (const char* name : {"Path", "Time of all requests, by stage"}) page.element("th", name);
  for (const char* name : {"Of all latency", "CPU time", "Energy"}) page.element("th", name, {{"class", "n"}});
  page.close().close().open("tbody");
  for (std::size_t i = 0; i < draft.input.runs.size(); ++i) {
    const RecordedResults& results = draft.input.runs[i].results;
    const std::vector<StageSum> stages = stages_of(results);
    page.open("tr").open("td").text(way_of(results));
    if (draft.input.runs.size() > 1) page.element("small", draft.run_names[i]);
    page.close().element("td", parts_text(results), {{"data-name", "stages:"}});
    page.element("td", share_text(ppm(key_time(stages), sum_of(stages))),
                 {{"class", "n"}, {"data-name", "of all latency:"}});
    page.element("td", has_statistic(results, "key_path.busy") ? time_text(value_of(results, "key_path.busy")) : "-",
                 {{"class", "n"}, {"data-name", "CPU time:"}});
    page.element("td", energy_text(results), {{"class", "n"}, {"data-name", "energy:"}}).close();
  }
  page.close().close();
}

}  // namespace

void write_key_cost(Draft& draft) {
  constexpr const char* title = "What keys cost";
  const auto& runs = draft.input.runs;
  if (runs.empty())
    return draft.leave_out(title,
                           "needs the file that 'icesim run TRACE -o FILE' writes; several of them stand side by side");
  if (std::all_of(runs.begin(), runs.end(), [](const ReportRun& run) { return encrypted_requests(run.results) == 0; }))
    return draft.leave_out(title, "no request had a key");
  draft.begin("key-cost", title,
              "Time that a request with a key loses because of keys, on average: waiting for a keyslot or a lock, "
              "programming, and all else that is there for them.");
  Wide most = 1;
  for (const ReportRun& run : runs) most = std::max(most, for_each_request(run.results));
  std::vector<Bar> bars;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Wide cost = for_each_request(runs[i].results);
    bars.push_back({way_of(runs[i].results), time_text(cost) + " each",
                    static_cast<double>(cost) / static_cast<double>(most), "keys",
                    draft.run_names[i] + ": " + parts_text(runs[i].results)});
  }
  if (runs.size() > 1) write_bars(draft.page, bars, "Time for keys of each request with a key");
  if (runs.size() == 1)
    draft.page.open("p")
        .text("Path ")
        .element("code", path_of(runs[0].results))
        .text(": ")
        .element("b", time_text(for_each_request(runs[0].results)))
        .text(" for each of " + counted_text(encrypted_requests(runs[0].results), "request") +
              " with a key. With the results of other paths beside this one (--set crypto.path=...) they stand side by "
              "side here.")
        .close();
  write_cost_table(draft);
  draft.end();
}

}  // namespace icesim::report
