// SPDX-License-Identifier: Apache-2.0
#include "fit_study.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/study/fit/fit_choice.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace icesim::app {
namespace {

/// What is as good as the best: a twentieth more, and two thousandths.
std::uint64_t as_good(std::uint64_t best) { return best + best / 20 + 2'000'000; }

/// Whether the ends of what is as good are no further from each other than a factor of two.
bool is_told(const FitParameter& parameter, std::uint64_t low, std::uint64_t high) {
  const bool is_whole = low == parameter.low && high == parameter.high;
  return !is_whole && low > 0 && high / 2 <= low;
}

std::vector<FitParameter> parameters_of_case(const StudyCase& the_case, const FitQuestion& question) {
  if (!question.moved.empty()) return question.moved;
  SystemConfig config = the_case.config;
  return usual_fit_parameters(list_parameters(parameters_of(config)));
}

std::vector<std::uint64_t> listed(const QuantileTimes& times) { return {times.begin(), times.end()}; }

}  // namespace

FitStudy::FitStudy(const StudyCase& the_case, const FitQuestion& question, StudyRunner& runner)
    : question_(question), bench_(the_case, parameters_of_case(the_case, question), question.shares, runner) {}

std::vector<Assignment> FitStudy::values_at(const FitProblem::Place& place) const {
  std::vector<Assignment> values;
  for (std::size_t i = 0; i < place.size(); ++i) values.emplace_back(chosen_[i], bench_.parameters()[chosen_[i]].value_at(place[i]));
  return values;
}

std::uint64_t FitStudy::loss_of(const std::vector<ClassResult>& results) const {
  return fit_loss(bench_.residuals(results), bench_.weights());
}

/// The parameters that the trace can tell apart, by what it says of both ends of their ranges.
void FitStudy::choose(Fit& fit) {
  const std::vector<FitParameter>& all = bench_.parameters();
  if (!question_.moved.empty()) {
    chosen_.resize(all.size());
    std::iota(chosen_.begin(), chosen_.end(), 0);
    return;
  }
  std::vector<std::vector<Assignment>> points{{}};
  for (std::size_t k = 0; k < all.size(); ++k)
    for (const std::uint64_t end : {all[k].low, all[k].high}) points.push_back({{k, end}});
  if (points.size() >= question_.budget)
    throw UserError("--budget " + std::to_string(question_.budget) + ": the round that finds out what the trace can tell takes " + counted_text(points.size(), "point") + "; --vary says what is moved");
  const auto results = bench_.run(points, false);
  points_ += points.size();
  std::vector<FitEnds> ends;
  for (std::size_t k = 0; k < all.size(); ++k) ends.push_back({bench_.residuals(results[2 * k + 1]), bench_.residuals(results[2 * k + 2])});
  const FitChoice choice = choose_fit_parameters(bench_.residuals(results[0]), ends, bench_.weights());
  chosen_ = choice.chosen;
  for (const FitLeftOut& each : choice.left_out)
    fit.left.push_back({all[each.parameter].parameter.path, each.alike ? "like " + all[*each.alike].parameter.path : std::string(fit_changes_nothing)});
  if (chosen_.empty()) throw UserError("none of the device's, the flash's, the link's and the host's times changes the latencies of this trace; --vary says what is moved");
}

FitSearch FitStudy::search_of() {
  FitProblem problem;
  problem.parameters = chosen_.size();
  problem.weights = bench_.weights();
  problem.snap = [this](std::size_t i, double place) { return bench_.parameters()[chosen_[i]].snapped(place); };
  problem.simulate = [this](const std::vector<FitProblem::Place>& places) {
    std::vector<std::vector<Assignment>> points;
    for (const FitProblem::Place& place : places) points.push_back(values_at(place));
    std::vector<std::vector<double>> residuals;
    for (const auto& results : bench_.run(points, false)) residuals.push_back(bench_.residuals(results));
    return residuals;
  };
  return {std::move(problem), left()};
}

/// With each parameter as before, and the others at their places.
std::vector<std::uint64_t> FitStudy::losses_as_before(const FitProblem::Place& place) {
  std::vector<std::vector<Assignment>> points;
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    points.push_back(values_at(place));
    points.back()[i].second = bench_.parameters()[chosen_[i]].parameter.value;
  }
  points_ += points.size();
  std::vector<std::uint64_t> losses;
  for (const auto& results : bench_.run(points, false)) losses.push_back(loss_of(results));
  return losses;
}

/// Leaves out what is as good as before, one after the other, the least effect first. Returns the places of the others.
FitProblem::Place FitStudy::without_needless(Fit& fit, const FitTrial& best) {
  FitProblem::Place place = best.place;
  while (chosen_.size() > 1 && left() > chosen_.size()) {
    const std::vector<std::uint64_t> losses = losses_as_before(place);
    const auto least = std::min_element(losses.begin(), losses.end());
    if (*least > as_good(best.loss)) break;
    const auto at = least - losses.begin();
    fit.left.push_back({bench_.parameters()[chosen_[static_cast<std::size_t>(at)]].parameter.path, std::string(fit_as_before)});
    chosen_.erase(chosen_.begin() + at);
    place.erase(place.begin() + at);
  }
  return place;
}

void FitStudy::tell_parameters(Fit& fit, const FitTrial& best, const std::vector<FitSpan>& spans) {
  const std::vector<std::uint64_t> as_before = losses_as_before(best.place);
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    const FitParameter& each = bench_.parameters()[chosen_[i]];
    const std::uint64_t value = each.value_at(best.place[i]);
    const std::uint64_t low = std::min(value, each.value_at(spans[i].low)), high = std::max(value, each.value_at(spans[i].high));
    Fit::Moved moved{each.parameter.path, each.text(each.parameter.value), each.text(value), each.text(low), each.text(high), each.text(each.low), each.text(each.high), 0, true, true};
    moved.can_be = as_before[i] != FitTrial::refused;
    moved.without = moved.can_be ? as_before[i] : 0;
    moved.is_told = is_told(each, low, high);
    fit.moved.push_back(std::move(moved));
  }
}

/// One simulation as it was and one as fitted, of the requests that are fitted; and with the test, if there is one.
void FitStudy::tell_classes(Fit& fit, const FitTrial& best) {
  const std::vector<std::vector<Assignment>> points{{}, values_at(best.place)};
  const auto fitted = bench_.run(points, false);
  const bool is_tested = bench_.classes().tested > 0;
  const auto whole = is_tested ? bench_.run(points, true) : fitted;
  points_ += is_tested ? 4 : 2;
  fit.before = loss_of(fitted[0]);
  fit.fitted = loss_of(fitted[1]);
  if (is_tested && !whole[0].empty() && !whole[1].empty()) {
    fit.tested_before = bench_.tested_loss(whole[0]);
    fit.tested_fitted = bench_.tested_loss(whole[1]);
  }
  for (std::size_t i = 0; i < bench_.classes().classes.size(); ++i) {
    const LatencyClass& recorded = bench_.classes().classes[i];
    Fit::Class each;
    each.name = recorded.name;
    each.count = recorded.fitted.count();
    each.recorded = listed(quantile_times(recorded.fitted));
    each.before = listed(fitted[0][i].at_fitted);
    each.fitted = listed(fitted[1][i].at_fitted);
    if (fit.tested_fitted && bench_.is_tested(i) && whole[1][i].tested > 0) {
      each.tested = recorded.tested.count();
      each.tested_recorded = listed(quantile_times(recorded.tested));
      each.tested_simulated = listed(whole[1][i].at_tested);
    }
    fit.classes.push_back(std::move(each));
  }
}

FitProblem::Place FitStudy::start() const {
  FitProblem::Place place;
  for (const std::size_t each : chosen_) place.push_back(bench_.parameters()[each].place_of(bench_.parameters()[each].parameter.value));
  return place;
}

std::vector<FitSpan> FitStudy::find_spans(FitTrial& best, FitSearch& search) {
  for (int again = 0;; ++again) {
    const std::uint64_t before = best.loss;
    std::vector<FitSpan> spans = search.spans(best, as_good(best.loss));
    // Where the search for the ranges came to a better place, they are looked for around that.
    const bool is_budget_left = left() - search.points() > 30 * chosen_.size();
    if (again == 1 || !is_budget_left || best.loss + best.loss / 50 >= before) return spans;
    best = search.from(best.place, search.points() + (left() - search.points()) / 3, FitSearch::near);
  }
}

Fit FitStudy::run() {
  Fit fit;
  if (bench_.residuals(bench_.run({{}}, false).front()).empty())
    throw UserError(bench_.refused().empty() ? "no request of a class ends in the simulation" : "the platform as it is cannot be fitted: " + bench_.refused());
  choose(fit);
  FitSearch search = search_of();
  // The rest is for how well it is known.
  FitTrial best = search.from(start(), left() / 2);
  if (best.loss == FitTrial::refused)
    throw UserError("--vary: the ends of the ranges that are nearest to the platform's values cannot be simulated" + (bench_.refused().empty() ? "" : ": " + bench_.refused()));
  if (question_.moved.empty()) {
    points_ += search.points();
    rounds_ += search.rounds();
    const FitProblem::Place place = without_needless(fit, best);
    search = search_of();
    best = search.from(place, left() / 3, FitSearch::near);
  }
  const std::vector<FitSpan> spans = find_spans(best, search);
  points_ += search.points();
  rounds_ += search.rounds();
  tell_parameters(fit, best, spans);
  tell_classes(fit, best);
  fit.most = as_good(best.loss);
  fit.requests = bench_.classes().fitted;
  fit.tested = bench_.classes().tested;
  fit.left_out = bench_.classes().left_out;
  fit.budget = question_.budget;
  fit.points = points_;
  fit.rounds = rounds_;
  fit.quantiles.assign(fit_quantiles.begin(), fit_quantiles.end());
  fit.shares.assign(question_.shares.begin(), question_.shares.end());
  if (search.is_cut_short())
    fit.warnings.push_back("the budget of " + counted_text(question_.budget, "point") + " was used up: values may be better and ranges narrower with more (--budget)");
  return fit;
}

}  // namespace icesim::app
