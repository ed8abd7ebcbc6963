// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/fit/fit_search.hpp"

#include "icesim/study/fit/fit_choice.hpp"
#include "icesim/study/fit/least_squares.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::ElementsAre;
using Place = FitProblem::Place;
using Residuals = std::vector<double>;

double exact(std::size_t, double place) { return place; }

/// A problem of residuals that all count the same, which are a function of the place.
FitProblem problem(std::size_t parameters, std::size_t residuals, const std::function<Residuals(const Place&)>& function) {
  FitProblem problem;
  problem.parameters = parameters;
  problem.weights.assign(residuals, 1.0 / static_cast<double>(residuals));
  problem.snap = exact;
  problem.simulate = [function](const std::vector<Place>& places) {
    std::vector<Residuals> all;
    for (const Place& each : places) all.push_back(function(each));
    return all;
  };
  return problem;
}

TEST(LeastSquares, FindTheStepToNothing) {
  // r = (x + y - 3, x - y - 1) is 0 at x = 2, y = 1.
  const auto step = least_squares_step({-3, -1}, {{1, 1}, {1, -1}}, {1, 1}, 0, {false, false});
  EXPECT_NEAR(step[0], 2, 1e-12);
  EXPECT_NEAR(step[1], 1, 1e-12);
}

TEST(LeastSquares, LeaveAloneWhatIsHeldOrChangesNothing) {
  EXPECT_THAT(least_squares_step({-3, -1}, {{1, 1}, {1, -1}}, {1, 1}, 0, {true, false}), ElementsAre(0, 1));
  EXPECT_THAT(least_squares_step({-3, -1}, {{0, 0}, {1, -1}}, {1, 1}, 0, {false, false}), ElementsAre(0, 1));
}

/// Latencies that are sums of two times, as logarithms.
Residuals sums(const Place& place) {
  const double a = std::pow(100, place[0]), b = std::pow(100, place[1]);
  return {std::log((a + b) / 30), std::log((a + 5 * b) / 62), std::log((a + 20 * b) / 182)};
}

TEST(FitSearch, FindsWhatWasHidden) {
  FitSearch search(problem(2, 3, sums), 400);
  const FitTrial best = search.from({0, 0}, 400);
  EXPECT_LT(best.loss, 1000U);
  EXPECT_NEAR(std::pow(100, best.place[0]), 22, 0.01);
  EXPECT_NEAR(std::pow(100, best.place[1]), 8, 0.01);
  EXPECT_FALSE(search.is_cut_short());
}

TEST(FitSearch, FollowsAValleyThatBends) {
  // Rosenbrock's, a fifth as steep.
  const auto valley = [](const Place& place) {
    const double x = 4 * place[0] - 2, y = 4 * place[1] - 1;
    return Residuals{2 * (y - x * x), 1 - x};
  };
  FitSearch search(problem(2, 2, valley), 1000);
  const FitTrial best = search.from({0.1, 0.9}, 1000);
  EXPECT_NEAR(best.place[0], 0.75, 0.01);
  EXPECT_NEAR(best.place[1], 0.5, 0.02);
}

TEST(FitSearch, DrawsNothing) {
  FitSearch one(problem(2, 3, sums), 300), other(problem(2, 3, sums), 300);
  EXPECT_EQ(one.from({0.5, 0.1}, 300).place, other.from({0.5, 0.1}, 300).place);
  EXPECT_EQ(one.points(), other.points());
}

TEST(FitSearch, StaysInsideOfItsRangeAndBudget) {
  std::size_t asked = 0;
  const auto beyond = [&](const Place& place) {
    ++asked;
    for (const double each : place) EXPECT_TRUE(each >= 0 && each <= 1);
    return Residuals{place[0] - 2, place[1] + 1};
  };
  FitSearch search(problem(2, 2, beyond), 30);
  const FitTrial best = search.from({0.5, 0.5}, 30);
  EXPECT_THAT(best.place, ElementsAre(1, 0));
  EXPECT_LE(asked, 30U);
  EXPECT_EQ(asked, search.points());
}

TEST(FitSearch, GoesRoundWhatIsRefused) {
  const auto hole = [](const Place& place) { return place[0] > 0.6 ? Residuals{} : Residuals{place[0] - 0.58}; };
  FitSearch search(problem(1, 1, hole), 100);
  EXPECT_NEAR(search.from({0.1}, 100).place[0], 0.58, 0.001);
  EXPECT_EQ(search.tried({0.9}).loss, FitTrial::refused);
}

TEST(FitSpans, AreWideWhereAnotherParameterMakesUpForIt) {
  // Only the sum of the first two is known, and the third.
  const auto sum = [](const Place& place) { return Residuals{place[0] + place[1] - 1, place[2] - 0.5}; };
  FitSearch search(problem(3, 2, sum), 1000);
  FitTrial best = search.from({0.4, 0.5, 0.4}, 500);
  const std::vector<FitSpan> spans = search.spans(best, best.loss + 5'000'000);
  EXPECT_LT(spans[0].low, 0.2);
  EXPECT_GT(spans[0].high, 0.8);
  EXPECT_NEAR(spans[2].low, 0.49, 0.003) << "half of what moves it by a hundredth";
  EXPECT_NEAR(spans[2].high, 0.51, 0.003);
}

TEST(FitSpans, AreWholeWhereTheBudgetIsUsedUp) {
  const auto one = [](const Place& place) { return Residuals{place[0] - 0.5}; };
  FitSearch search(problem(1, 1, one), 1);
  FitTrial best = search.tried({0.5}).residuals.empty() ? FitTrial{} : search.tried({0.5});
  const std::vector<FitSpan> spans = search.spans(best, best.loss + 10'000'000);
  EXPECT_TRUE(search.is_cut_short());
  EXPECT_EQ(spans[0].low, 0);
  EXPECT_EQ(spans[0].high, 1);
}

TEST(FitChoice, TakesWhatChangesMostAndNothingAlike) {
  const std::vector<double> present{1, 1, 1};
  const std::vector<FitEnds> ends{{{1, 1, 1}, {1, 1, 1.01}},   // hardly anything
                                  {{1, 1, 1}, {3, 1, 1}},      // the first
                                  {{0.5, 1, 1}, {2, 1, 1.1}},  // the same, less
                                  {{}, {1, 1, 2}}};            // the third; its low end cannot be
  const FitChoice choice = choose_fit_parameters(present, ends, {0.4, 0.3, 0.3});
  EXPECT_THAT(choice.chosen, ElementsAre(1, 3));
  ASSERT_EQ(choice.left_out.size(), 2U);
  EXPECT_EQ(choice.left_out[0].parameter, 0U);
  EXPECT_FALSE(choice.left_out[0].alike);
  EXPECT_EQ(choice.left_out[1].parameter, 2U);
  EXPECT_EQ(choice.left_out[1].alike, 1U);
}

}  // namespace
}  // namespace icesim
