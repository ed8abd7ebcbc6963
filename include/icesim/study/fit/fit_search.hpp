// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace icesim {

/// What a search minimises: the sum of the residuals' distances from 0, each with its weight.
struct FitProblem {
  using Place = std::vector<double>;  ///< of each parameter, from 0 to 1

  std::size_t parameters = 0;
  std::vector<double> weights;  ///< of the residuals; their sum is 1
  /// The place of a parameter that is simulated for this one.
  std::function<double(std::size_t parameter, double place)> snap;
  /// Simulates these places side by side: the residuals of each, or none where it cannot be.
  std::function<std::vector<std::vector<double>>(const std::vector<Place>& places)> simulate;
};

/// The sum of the residuals' distances from 0, each with its weight, in billionths; FitTrial::refused without residuals.
std::uint64_t fit_loss(const std::vector<double>& residuals, const std::vector<double>& weights);

/// A place that was tried. Losses are billionths of the residuals' unit.
struct FitTrial {
  static constexpr std::uint64_t refused = ~std::uint64_t{0};

  FitProblem::Place place;
  std::vector<double> residuals;
  std::uint64_t loss = refused;
};

/// How far each parameter can be moved from the best place so that the loss stays within the margin, the others following.
struct FitSpan {
  double low = 0;
  double high = 1;
};

/// A search without derivatives, in rounds of places that are tried side by side. Nothing is drawn: equal problems have equal
/// answers.
///
/// A round tries each parameter a width above and below the best place. Then it tries the best of these moves together, and
/// the steps to the least squares of the residuals that these places, joined by straight lines, let expect, damped in several ways. The best
/// place of all is the next round's; the width shrinks, faster where a round gained little. The search ends when the width is a
/// five-hundredth of the range, three rounds together gained less than a hundredth, or the loss is below 0.0002.
class FitSearch {
 public:
  /// `budget`: most places that are simulated.
  FitSearch(FitProblem problem, std::uint64_t budget) : problem_(std::move(problem)), budget_(budget) {}

  /// How far from the first place a search looks, and one that begins near the end of another.
  static constexpr double wide = 0.25, near = 0.05;

  /// The best place found from this one on; ends when so many points have been tried in all.
  FitTrial from(const FitProblem::Place& start, std::uint64_t most_points, double width = wide);
  /// Moves each parameter away from the best place, in steps that grow, the others by what the straight lines say makes
  /// up for it, until the loss is above `most`. Where a better place turns up, `best` becomes that. Where the budget ends before,
  /// the span goes to the end of the range.
  std::vector<FitSpan> spans(FitTrial& best, std::uint64_t most);

  /// One place; its loss is `refused` where it cannot be, or the budget is used up.
  FitTrial tried(const FitProblem::Place& place) { return try_all({place}).front(); }
  std::uint64_t points() const { return points_; }
  std::uint64_t rounds() const { return rounds_; }
  /// Whether a place was not simulated because the budget was used up.
  bool is_cut_short() const { return is_cut_short_; }

 private:
  using Place = FitProblem::Place;
  /// How residuals change with each parameter.
  using Slopes = std::vector<std::vector<double>>;

  std::vector<FitTrial> try_all(std::vector<Place> places);
  std::vector<FitTrial> around(const FitTrial& best, double width);
  Slopes slopes_of(const FitTrial& best, const std::vector<FitTrial>& around) const;
  std::vector<Place> joined(const FitTrial& best, const std::vector<FitTrial>& around) const;
  std::vector<Place> steps(const FitTrial& best, const Slopes& slopes, double longest) const;
  Place step(const FitTrial& best, const Slopes& slopes, const std::vector<double>& weights, double damping, double longest) const;
  Place following(const FitTrial& best, const Slopes& slopes, std::size_t parameter, double distance) const;

  FitProblem problem_;
  std::uint64_t budget_;
  std::uint64_t points_ = 0;
  std::uint64_t rounds_ = 0;
  bool is_cut_short_ = false;
  std::map<Place, FitTrial> known_;
};

}  // namespace icesim
