// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/fit/fit_search.hpp"

#include "icesim/base/error.hpp"
#include "icesim/study/fit/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace icesim {
namespace {

constexpr double last_width = 0.002;
constexpr std::uint64_t enough = 200'000;
/// Steps of a span.
constexpr double distances[] = {0.0005, 0.002, 0.008, 0.03, 0.12, 0.4, 1};
/// Residuals above this count by their distance, not by its square.
constexpr double least_distance = 0.02;

}  // namespace

std::uint64_t fit_loss(const std::vector<double>& residuals, const std::vector<double>& weights) {
  if (residuals.empty()) return FitTrial::refused;
  ensure(residuals.size() == weights.size(), "each residual has a weight");
  double sum = 0;
  for (std::size_t i = 0; i < residuals.size(); ++i) sum += weights[i] * std::fabs(residuals[i]);
  return static_cast<std::uint64_t>(std::llround(sum * 1e9));
}

std::vector<FitTrial> FitSearch::try_all(std::vector<Place> places) {
  std::vector<Place> fresh;
  for (Place& place : places) {
    for (std::size_t k = 0; k < place.size(); ++k) place[k] = problem_.snap(k, std::clamp(place[k], 0.0, 1.0));
    if (known_.count(place) > 0) continue;
    if (points_ == budget_) {
      is_cut_short_ = true;
      continue;
    }
    known_[place].place = place;
    fresh.push_back(place);
    ++points_;
  }
  if (!fresh.empty()) {
    const auto residuals = problem_.simulate(fresh);
    for (std::size_t i = 0; i < fresh.size(); ++i) {
      FitTrial& trial = known_[fresh[i]];
      trial.residuals = residuals[i];
      trial.loss = fit_loss(residuals[i], problem_.weights);
    }
  }
  std::vector<FitTrial> trials;
  for (const Place& place : places) {
    const auto found = known_.find(place);
    trials.push_back(found != known_.end() ? found->second : FitTrial{place, {}, FitTrial::refused});
  }
  return trials;
}

/// Two trials for each parameter, below and above.
std::vector<FitTrial> FitSearch::around(const FitTrial& best, double width) {
  std::vector<Place> places;
  for (std::size_t k = 0; k < problem_.parameters; ++k) {
    for (const double distance : {-width, width}) {
      places.push_back(best.place);
      places.back()[k] += distance;
    }
  }
  return try_all(std::move(places));
}

FitSearch::Slopes FitSearch::slopes_of(const FitTrial& best, const std::vector<FitTrial>& around) const {
  Slopes slopes(problem_.parameters, std::vector<double>(best.residuals.size()));
  for (std::size_t k = 0; k < problem_.parameters; ++k) {
    const FitTrial& below = around[2 * k].residuals.empty() ? best : around[2 * k];
    const FitTrial& above = around[2 * k + 1].residuals.empty() ? best : around[2 * k + 1];
    const double run = above.place[k] - below.place[k];
    if (run <= 0) continue;
    for (std::size_t i = 0; i < best.residuals.size(); ++i) slopes[k][i] = (above.residuals[i] - below.residuals[i]) / run;
  }
  return slopes;
}

/// The two best moves of single parameters, the three best, half of them, and all.
std::vector<FitProblem::Place> FitSearch::joined(const FitTrial& best, const std::vector<FitTrial>& around) const {
  std::vector<std::pair<std::uint64_t, std::size_t>> moves;
  for (std::size_t k = 0; k < problem_.parameters; ++k) {
    const std::size_t better = around[2 * k + 1].loss < around[2 * k].loss ? 2 * k + 1 : 2 * k;
    if (around[better].loss < best.loss) moves.emplace_back(around[better].loss, better);
  }
  std::sort(moves.begin(), moves.end());
  std::vector<Place> places;
  Place place = best.place;
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const std::size_t k = moves[i].second / 2;
    place[k] = around[moves[i].second].place[k];
    const std::size_t count = i + 1;
    if (count == 2 || count == 3 || count == (moves.size() + 1) / 2 || count == moves.size()) places.push_back(place);
  }
  return places;
}

/// To the least squares; who would leave the range stays at its end, and the others are moved anew.
FitProblem::Place FitSearch::step(const FitTrial& best, const Slopes& slopes, const std::vector<double>& weights, double damping, double longest) const {
  std::vector<bool> held(problem_.parameters);
  std::vector<double> residuals = best.residuals;
  Place place = best.place;
  for (std::size_t again = 0; again <= problem_.parameters; ++again) {
    const std::vector<double> move = least_squares_step(residuals, slopes, weights, damping, held);
    bool leaves = false;
    for (std::size_t k = 0; k < problem_.parameters; ++k) {
      if (held[k]) continue;
      const double wanted = best.place[k] + std::clamp(move[k], -longest, longest);
      place[k] = std::clamp(wanted, 0.0, 1.0);
      if (place[k] == wanted) continue;
      leaves = held[k] = true;
      for (std::size_t i = 0; i < residuals.size(); ++i) residuals[i] += slopes[k][i] * (place[k] - best.place[k]);
    }
    if (!leaves) break;
  }
  return place;
}

std::vector<FitProblem::Place> FitSearch::steps(const FitTrial& best, const Slopes& slopes, double longest) const {
  std::vector<double> by_distance = problem_.weights;
  for (std::size_t i = 0; i < by_distance.size(); ++i) by_distance[i] /= std::max(std::fabs(best.residuals[i]), least_distance);
  std::vector<Place> places;
  for (const std::vector<double>* weights : std::initializer_list<const std::vector<double>*>{&problem_.weights, &by_distance}) {
    const std::size_t least_damped = places.size();
    for (const double damping : {1e-6, 1e-2, 0.3}) places.push_back(step(best, slopes, *weights, damping, longest));
    // Where the lines are bent it is too far.
    for (const double share : {0.25, 0.06}) {
      Place part = best.place;
      for (std::size_t k = 0; k < part.size(); ++k) part[k] += share * (places[least_damped][k] - best.place[k]);
      places.push_back(std::move(part));
    }
  }
  return places;
}

FitTrial FitSearch::from(const Place& start, std::uint64_t most_points, double width) {
  FitTrial best = tried(start);
  if (best.loss == FitTrial::refused) return best;
  std::vector<std::uint64_t> losses{best.loss};
  while (width >= last_width && best.loss > enough && points_ < most_points) {
    ++rounds_;
    const std::uint64_t before = best.loss;
    const std::vector<FitTrial> near_by = around(best, width);
    std::vector<Place> next = joined(best, near_by);
    for (Place& place : steps(best, slopes_of(best, near_by), std::max(4 * width, 0.05))) next.push_back(std::move(place));
    std::vector<FitTrial> all = try_all(std::move(next));
    all.insert(all.end(), near_by.begin(), near_by.end());
    for (const FitTrial& each : all)
      if (each.loss < best.loss) best = each;
    const double gain = static_cast<double>(before - best.loss) / static_cast<double>(before);
    width *= gain > 0.1 ? 0.7 : 0.4;
    losses.push_back(best.loss);
    if (losses.size() > 3 && losses[losses.size() - 4] - best.loss < best.loss / 100) break;
  }
  return best;
}

/// Where a parameter is moved by so much, and the others make up for it.
FitProblem::Place FitSearch::following(const FitTrial& best, const Slopes& slopes, std::size_t parameter, double distance) const {
  std::vector<bool> held(problem_.parameters);
  held[parameter] = true;
  std::vector<double> change(best.residuals.size());
  for (std::size_t i = 0; i < change.size(); ++i) change[i] = slopes[parameter][i] * distance;
  const std::vector<double> others = least_squares_step(change, slopes, problem_.weights, 1e-3, held);
  Place place = best.place;
  for (std::size_t k = 0; k < place.size(); ++k) place[k] += k == parameter ? distance : std::clamp(others[k], -std::fabs(distance) * 4, std::fabs(distance) * 4);
  return place;
}

std::vector<FitSpan> FitSearch::spans(FitTrial& best, std::uint64_t most) {
  const FitTrial centre = best;
  const Slopes slopes = slopes_of(centre, around(centre, 0.01));
  std::vector<FitSpan> spans;
  for (const double place : centre.place) spans.push_back({place, place});
  std::vector<std::pair<std::size_t, double>> open;  // a parameter, and to which side
  for (std::size_t k = 0; k < spans.size(); ++k)
    for (const double side : {-1.0, 1.0}) open.emplace_back(k, side);
  for (const double distance : distances) {
    std::vector<Place> places;
    for (const auto& [k, side] : open) places.push_back(following(centre, slopes, k, side * distance));
    const std::vector<FitTrial> trials = try_all(std::move(places));
    if (is_cut_short_) break;
    std::vector<std::pair<std::size_t, double>> still;
    for (std::size_t i = 0; i < open.size(); ++i) {
      const FitTrial& trial = trials[i];
      if (trial.loss < best.loss) best = trial;
      if (trial.loss > most) continue;
      const double at = trial.place[open[i].first];
      FitSpan& span = spans[open[i].first];
      span = {std::min(span.low, at), std::max(span.high, at)};
      if (at > 0 && at < 1) still.push_back(open[i]);
    }
    open = std::move(still);
    if (open.empty()) break;
  }
  // What could not be looked for may be as good anywhere.
  for (const auto& [k, side] : open) (side < 0 ? spans[k].low : spans[k].high) = side < 0 ? 0 : 1;
  return spans;
}

}  // namespace icesim
