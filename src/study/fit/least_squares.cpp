// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/fit/least_squares.hpp"

#include <cmath>
#include <cstddef>
#include <utility>

namespace icesim {
namespace {

double product(const std::vector<double>& a, const std::vector<double>& b, const std::vector<double>& weights) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += weights[i] * a[i] * b[i];
  return sum;
}

/// Gauss's elimination with pivots, of a matrix with the right side as its last column. What nothing determines stays 0.
std::vector<double> solve(std::vector<std::vector<double>> rows) {
  const std::size_t n = rows.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (std::fabs(rows[i][k]) > std::fabs(rows[pivot][k])) pivot = i;
    std::swap(rows[k], rows[pivot]);
    if (std::fabs(rows[k][k]) < 1e-14) continue;
    for (std::size_t i = k + 1; i < n; ++i) {
      const double factor = rows[i][k] / rows[k][k];
      for (std::size_t j = k; j <= n; ++j) rows[i][j] -= factor * rows[k][j];
    }
  }
  std::vector<double> solution(n);
  for (std::size_t k = n; k-- > 0;) {
    double rest = rows[k][n];
    for (std::size_t j = k + 1; j < n; ++j) rest -= rows[k][j] * solution[j];
    solution[k] = std::fabs(rows[k][k]) < 1e-14 ? 0 : rest / rows[k][k];
  }
  return solution;
}

}  // namespace

std::vector<double> least_squares_step(const std::vector<double>& residuals, const std::vector<std::vector<double>>& slopes,
                                       const std::vector<double>& weights, double damping, const std::vector<bool>& held) {
  std::vector<std::size_t> free;
  for (std::size_t k = 0; k < slopes.size(); ++k)
    if (!held[k]) free.push_back(k);
  std::vector<std::vector<double>> rows(free.size(), std::vector<double>(free.size() + 1));
  for (std::size_t i = 0; i < free.size(); ++i) {
    for (std::size_t j = 0; j < free.size(); ++j) rows[i][j] = product(slopes[free[i]], slopes[free[j]], weights);
    rows[i][i] *= 1 + damping;
    rows[i].back() = -product(slopes[free[i]], residuals, weights);
  }
  const std::vector<double> solution = solve(std::move(rows));
  std::vector<double> step(slopes.size());
  for (std::size_t i = 0; i < free.size(); ++i) step[free[i]] = solution[i];
  return step;
}

}  // namespace icesim
