// SPDX-License-Identifier: Apache-2.0
#include "run_sensitivity_to_json.hpp"

#include "src/result/json_text.hpp"

namespace icesim {
namespace {

nlohmann::ordered_json numbers_or_null(const std::vector<Wide>& values) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Wide value : values) all.push_back(json_number(value));
  return values.empty() ? nlohmann::ordered_json(nullptr) : all;
}

}  // namespace

nlohmann::ordered_json run_sensitivity_to_json(const RunSensitivity& study) {
  using Document = nlohmann::ordered_json;
  if (!study.why_not.empty()) return {{"why_not", study.why_not}};
  Document metrics = Document::array(), moved = Document::array();
  for (std::size_t i = 0; i < study.metrics.size(); ++i)
    metrics.push_back({{"name", study.metrics[i].name}, {"requests", study.metrics[i].requests}, {"unit", "ps"}, {"value", json_number(study.values[i])}});
  for (const RangeEffect& each : study.moved)
    moved.push_back({{"assumption", each.path}, {"base", each.base}, {"low", each.low}, {"high", each.high}, {"at_low", numbers_or_null(each.at_low)}, {"at_high", numbers_or_null(each.at_high)}});
  return {{"metrics", metrics}, {"assumptions", study.assumptions}, {"ends", study.ends}, {"still", study.still}, {"moved", moved}, {"refused", study.refused}};
}

}  // namespace icesim
