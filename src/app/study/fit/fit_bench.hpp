// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/study/fit/class_latencies.hpp"
#include "icesim/study/fit/fit_parameter.hpp"
#include "icesim/study/fit/fit_search.hpp"
#include "src/app/study/study_runner.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace icesim::app {

/// A parameter, by its place in a list, and its value.
using Assignment = std::pair<std::size_t, std::uint64_t>;

/// Simulates a trace with other values of parameters, and tells what became of its classes.
class FitBench {
 public:
  /// The case has classes; `shares` is what their quantiles count.
  FitBench(StudyCase the_case, std::vector<FitParameter> parameters, const QuantileShares& shares, StudyRunner& runner);

  const std::vector<FitParameter>& parameters() const { return parameters_; }
  const LatencyClasses& classes() const { return *case_.classes; }
  /// Of a list of classes' quantiles; the sum is 1. A class counts as the square root of its requests, which is how well its
  /// quantiles are known.
  const std::vector<double>& weights() const { return weights_; }

  /// What is simulated with these values, side by side; `whole`: with the requests of the test, too. No classes where it cannot be, or
  /// requests fail.
  std::vector<std::vector<ClassResult>> run(const std::vector<std::vector<Assignment>>& points, bool whole);
  /// Logarithms of simulated by recorded quantiles; none where there are no classes, or one of them had no request.
  std::vector<double> residuals(const std::vector<ClassResult>& results) const;
  /// The loss of the requests of the test, where there are enough: billionths.
  std::optional<std::uint64_t> tested_loss(const std::vector<ClassResult>& results) const;
  /// Classes whose quantiles are tested, too.
  bool is_tested(std::size_t number) const { return classes().classes[number].tested.count() >= LatencyClasses::least_requests; }
  /// Why the last points that could not be simulated could not; empty: all could.
  const std::string& refused() const { return refused_; }

 private:
  StudyCase case_with(const std::vector<Assignment>& point, bool whole) const;

  StudyCase case_;
  std::vector<FitParameter> parameters_;
  QuantileShares shares_;
  StudyRunner& runner_;
  std::vector<double> weights_;
  std::string refused_;
};

}  // namespace icesim::app
