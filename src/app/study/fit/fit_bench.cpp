// SPDX-License-Identifier: Apache-2.0
#include "fit_bench.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/parameter_reader.hpp"

#include <cmath>

namespace icesim::app {
namespace {

std::vector<double> distances(const QuantileTimes& simulated, const QuantileTimes& recorded) {
  std::vector<double> all;
  for (std::size_t i = 0; i < recorded.size(); ++i) all.push_back(std::log(static_cast<double>(simulated[i]) / static_cast<double>(recorded[i])));
  return all;
}

}  // namespace

FitBench::FitBench(StudyCase the_case, std::vector<FitParameter> parameters, const QuantileShares& shares, StudyRunner& runner)
    : case_(std::move(the_case)), parameters_(std::move(parameters)), shares_(shares), runner_(runner) {
  double sum = 0;
  for (const LatencyClass& each : classes().classes) sum += std::sqrt(static_cast<double>(each.fitted.count()));
  for (const LatencyClass& each : classes().classes)
    for (const std::uint64_t share : shares_)
      weights_.push_back(std::sqrt(static_cast<double>(each.fitted.count())) / sum * static_cast<double>(share) / 1000);
}

StudyCase FitBench::case_with(const std::vector<Assignment>& point, bool whole) const {
  StudyCase each = case_;
  for (const auto& [number, value] : point) {
    const Parameter& parameter = parameters_[number].parameter;
    set_parameter("fit", parameter.path, quantity_text(value, parameter.unit), parameters_of(each.config));
  }
  if (!whole) each.config.replay.limit = classes().fitted_records;
  return each;
}

std::vector<std::vector<ClassResult>> FitBench::run(const std::vector<std::vector<Assignment>>& points, bool whole) {
  std::vector<std::vector<ClassResult>> all(points.size());
  std::vector<std::string> refused(points.size());
  runner_.run(
      points.size(), [&](std::size_t i) { return case_with(points[i], whole); },
      [&](std::size_t i) {
        std::string text = "simulation";
        for (const auto& [number, value] : points[i]) text += " " + parameters_[number].parameter.path + "=" + parameters_[number].text(value);
        return text;
      },
      [&](std::size_t i, const Ran& ran) {
        if (!ran.refused.empty() || ran.failed > 0)
          refused[i] = ran.refused.empty() ? "requests fail" : ran.refused;
        else
          all[i] = class_results(ran.results.statistics, classes().classes.size());
      });
  refused_.clear();
  for (const std::string& each : refused)
    if (!each.empty()) refused_ = each;
  return all;
}

std::vector<double> FitBench::residuals(const std::vector<ClassResult>& results) const {
  std::vector<double> all;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].fitted == 0) return {};
    const std::vector<double> some = distances(results[i].at_fitted, quantile_times(classes().classes[i].fitted));
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::optional<std::uint64_t> FitBench::tested_loss(const std::vector<ClassResult>& results) const {
  double sum = 0, weights = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!is_tested(i) || results[i].tested == 0) continue;
    const double weight = std::sqrt(static_cast<double>(classes().classes[i].tested.count()));
    const std::vector<double> all = distances(results[i].at_tested, quantile_times(classes().classes[i].tested));
    for (std::size_t k = 0; k < all.size(); ++k) sum += weight * static_cast<double>(shares_[k]) / 1000 * std::fabs(all[k]);
    weights += weight;
  }
  if (weights == 0) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(sum / weights * 1e9));
}

}  // namespace icesim::app
