// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/fit/fit_choice.hpp"

#include <algorithm>
#include <cmath>

namespace icesim {
namespace {

constexpr double least_effect = 0.01, alike_cosine = 0.98;

/// How one parameter changes the residuals, at the end where it does so more.
struct Change {
  std::size_t parameter;
  std::vector<double> by;
  double effect = 0;
};

Change change_of(std::size_t parameter, const std::vector<double>& present, const FitEnds& ends, const std::vector<double>& weights) {
  Change most{parameter, std::vector<double>(present.size()), 0};
  for (const std::vector<double>* end : {&ends.low, &ends.high}) {
    if (end->empty()) continue;
    Change change{parameter, std::vector<double>(present.size()), 0};
    for (std::size_t i = 0; i < present.size(); ++i) {
      change.by[i] = (*end)[i] - present[i];
      change.effect += weights[i] * std::fabs(change.by[i]);
    }
    if (change.effect > most.effect) most = std::move(change);
  }
  return most;
}

double cosine(const Change& a, const Change& b, const std::vector<double>& weights) {
  double both = 0, of_a = 0, of_b = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    both += weights[i] * a.by[i] * b.by[i];
    of_a += weights[i] * a.by[i] * a.by[i];
    of_b += weights[i] * b.by[i] * b.by[i];
  }
  return std::fabs(both) / std::sqrt(of_a * of_b);
}

}  // namespace

FitChoice choose_fit_parameters(const std::vector<double>& present, const std::vector<FitEnds>& ends, const std::vector<double>& weights) {
  FitChoice choice;
  std::vector<Change> changes;
  for (std::size_t k = 0; k < ends.size(); ++k) {
    Change change = change_of(k, present, ends[k], weights);
    if (change.effect >= least_effect)
      changes.push_back(std::move(change));
    else
      choice.left_out.push_back({k, std::nullopt});
  }
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.effect > b.effect; });
  std::vector<const Change*> chosen;
  for (const Change& each : changes) {
    const auto alike = std::find_if(chosen.begin(), chosen.end(), [&](const Change* other) { return cosine(each, *other, weights) >= alike_cosine; });
    if (alike != chosen.end()) {
      choice.left_out.push_back({each.parameter, (*alike)->parameter});
      continue;
    }
    chosen.push_back(&each);
    choice.chosen.push_back(each.parameter);
  }
  std::sort(choice.left_out.begin(), choice.left_out.end(), [](const FitLeftOut& a, const FitLeftOut& b) { return a.parameter < b.parameter; });
  return choice;
}

}  // namespace icesim
