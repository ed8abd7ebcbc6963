// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/quantity_text.hpp"
#include "icesim/base/text/list_text.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/failures.hpp"
#include "icesim/result/power_states.hpp"
#include "icesim/result/results.hpp"
#include "json_text.hpp"
#include "parameters_to_json.hpp"
#include "src/result/assumptions/range_reader.hpp"
#include "src/result/by/groups_to_json.hpp"
#include "src/result/study/run_sensitivity_to_json.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::uint64_t share_that_matters_ppm = 100'000;

}  // namespace

std::vector<std::string> assumption_warnings(const Results& results) {
  std::vector<std::string> warnings;
  for (const ParameterGroup& group : results.config) {
    for (const Parameter& parameter : group.parameters) {
      if (!parameter.assumption || !parameter.idle.empty() || parameter.moves.empty()) continue;
      for (const StageTime& stage : results.stages) {
        const std::uint64_t share = results.share_ppm(stage);
        if (stage.name != parameter.moves || share < share_that_matters_ppm) continue;
        warnings.push_back(parameter.path + " = " + value_text(parameter) + " is an assumption and stage " +
                           stage.name + " holds " + percent_text(share) + " of the latency");
      }
    }
  }
  return warnings;
}

std::string assumptions_in_short(const Results& results) {
  std::vector<StageTime> touched;
  const std::vector<Parameter> assumptions = movable_assumptions(results.config);
  for (const StageTime& stage : results.stages) {
    const bool is = std::any_of(assumptions.begin(), assumptions.end(), [&](const Parameter& each) { return each.moves == stage.name; });
    if (is && stage.total != TimeSum{}) touched.push_back(stage);
  }
  if (assumptions.empty()) return "";
  std::stable_sort(touched.begin(), touched.end(), [](const StageTime& a, const StageTime& b) { return a.total.n > b.total.n; });
  const std::string where = list_text(touched, [](const StageTime& stage) -> std::string_view { return stage.name; });
  return counted_text(assumptions.size(), "value") + " without a source" + (where.empty() ? "" : ", in stages " + where);
}

std::vector<std::string> all_warnings(const Results& results) {
  std::vector<std::string> warnings;
  if (const std::string failures = failures_text(results); !failures.empty()) warnings.push_back(failures);
  warnings.insert(warnings.end(), results.warnings.begin(), results.warnings.end());
  for (std::string& warning : assumption_warnings(results)) warnings.push_back(std::move(warning));
  return warnings;
}

std::string results_json(const Results& results, bool descriptions) {
  using Json = nlohmann::ordered_json;
  Json document;
  document["icesim"] = results.version;
  if (!results.command.empty()) document["command"] = results.command;
  document["trace"]["name"] = results.trace.name;
  document["trace"]["format"] = results.trace.format;
  document["trace"]["requests"] = results.trace.requests;
  if (!results.trace.keys.empty()) document["trace"]["keys"] = results.trace.keys;
  if (!results.trace.sha256.empty()) document["trace"]["sha256"] = results.trace.sha256;
  for (const TraceFile& file : results.trace.files) document["trace"]["files"].push_back({{"name", file.name}, {"sha256", file.sha256}});
  document["config"] = parameters_to_json(results.config);
  if (Json idle = idle_to_json(results.config); !idle.empty()) document["without_effect"] = std::move(idle);
  if (Json ranges = ranges_to_json(results.config); !ranges.empty()) document["ranges"] = std::move(ranges);
  Json& statistics = document["statistics"] = Json::object();
  for (const StatisticValue& each : results.statistics) {
    Json& entry = statistics[each.path];
    entry["value"] = json_number(each.whole());
    entry["unit"] = unit_symbol(each.unit);
    if (descriptions) entry["description"] = each.description;
  }
  Json& all_stages = document["stages"] = Json::array();
  for (const StageTime& stage : results.stages) {
    Json entry;
    entry["name"] = stage.name;
    entry["total_ps"] = json_number(stage.total.n);
    entry["share_ppm"] = results.share_ppm(stage);
    all_stages.push_back(std::move(entry));
  }
  if (!results.by.empty()) document["by"] = groups_to_json(results.by, results.where);
  if (results.sensitivity.wanted) document["sensitivity"] = run_sensitivity_to_json(results.sensitivity);
  if (const std::vector<std::string> states = power_states(results.config); !states.empty()) document["power_states"] = states;
  document["warnings"] = all_warnings(results);
  return dump_json(document);
}

}  // namespace icesim
