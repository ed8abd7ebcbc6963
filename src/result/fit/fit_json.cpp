// SPDX-License-Identifier: Apache-2.0
#include "fit_form.hpp"
#include "icesim/result/fit/fit.hpp"
#include "src/result/json_text.hpp"

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;

Json moved_json(const Fit::Moved& each) {
  Json entry{{"path", each.path},         {"before", each.before},
             {"value", each.value},       {"as_good", {each.low, each.high}},
             {"moved_in", {each.from, each.to}}, {"told", each.is_told}};
  if (each.can_be) entry["loss_as_before_ppb"] = each.without;
  return entry;
}

Json class_json(const Fit::Class& each) {
  Json entry{{"name", each.name},
             {"count", each.count},
             {"recorded_ps", each.recorded},
             {"before_ps", each.before},
             {"fitted_ps", each.fitted}};
  if (each.tested > 0) {
    entry["tested"] = each.tested;
    entry["tested_recorded_ps"] = each.tested_recorded;
    entry["tested_simulated_ps"] = each.tested_simulated;
  }
  return entry;
}

}  // namespace

std::string fit_json(const Fit& fit) {
  Json document{{"icesim_fit", std::string(fit_form)}, {"version", fit.origin.version}, {"command", fit.origin.command}};
  document["trace"] = {{"name", fit.trace}, {"sha256", fit.sha256}};
  document["platform"] = fit.platform;
  document["requests"] = {{"fitted", fit.requests}, {"tested", fit.tested}, {"left_out", fit.left_out}};
  document["tested_percent"] = fit.tested_percent;
  document["budget"] = fit.budget;
  document["points"] = fit.points;
  document["rounds"] = fit.rounds;
  Json& loss = document["loss_ppb"] = {{"before", fit.before}, {"fitted", fit.fitted}, {"as_good", fit.most}};
  if (fit.tested_before) loss["tested_before"] = *fit.tested_before;
  if (fit.tested_fitted) loss["tested_fitted"] = *fit.tested_fitted;
  document["quantiles"] = fit.quantiles;
  document["quantile_shares"] = fit.shares;
  Json& moved = document["parameters"] = Json::array();
  for (const Fit::Moved& each : fit.moved) moved.push_back(moved_json(each));
  Json& left = document["not_moved"] = Json::array();
  for (const Fit::LeftOut& each : fit.left) left.push_back({{"path", each.path}, {"why", each.why}});
  Json& classes = document["classes"] = Json::array();
  for (const Fit::Class& each : fit.classes) classes.push_back(class_json(each));
  document["warnings"] = fit.warnings;
  return dump_json(document);
}

}  // namespace icesim
