// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fit_bench.hpp"
#include "icesim/result/fit/fit.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace icesim::app {

/// What a fit is asked for.
struct FitQuestion {
  static constexpr std::uint64_t usual_budget = 1'500;

  std::vector<FitParameter> moved;  ///< empty: the usual ones that the trace can tell apart
  std::uint64_t budget = usual_budget;       ///< points
  QuantileShares shares = shares_of_requests;  ///< what quantiles count
};

/// Moves parameters of a case until its classes' latencies are as recorded, and tells how well each is known.
class FitStudy {
 public:
  /// The case has classes.
  FitStudy(const StudyCase& the_case, const FitQuestion& question, StudyRunner& runner);
  /// All but where the case is from. Throws UserError where the case itself cannot be simulated.
  Fit run();

 private:
  void choose(Fit& fit);
  FitSearch search_of();
  FitProblem::Place start() const;
  FitProblem::Place without_needless(Fit& fit, const FitTrial& best);
  std::vector<FitSpan> find_spans(FitTrial& best, FitSearch& search);
  std::uint64_t left() const { return question_.budget - std::min(question_.budget, points_); }
  std::vector<std::uint64_t> losses_as_before(const FitProblem::Place& place);
  void tell_parameters(Fit& fit, const FitTrial& best, const std::vector<FitSpan>& spans);
  void tell_classes(Fit& fit, const FitTrial& best);
  std::vector<Assignment> values_at(const FitProblem::Place& place) const;
  std::uint64_t loss_of(const std::vector<ClassResult>& results) const;

  FitQuestion question_;
  FitBench bench_;
  std::vector<std::size_t> chosen_;  ///< of the bench's parameters
  std::uint64_t points_ = 0;         ///< so far
  std::uint64_t rounds_ = 0;
};

}  // namespace icesim::app
