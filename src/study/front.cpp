// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/front.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// Both measures are at most 40 bits then, and products of them whole.
Wide scaled(Wide value, Wide low, Wide high) {
  constexpr Wide one = Wide{1} << 40;
  Wide part = value - low, whole = high - low;
  while (whole >> 80 != 0) {
    part >>= 1;
    whole >>= 1;
  }
  return whole == 0 ? 0 : part * one / whole;
}

}  // namespace

std::vector<Weighed> pareto_front(std::vector<Weighed> points) {
  std::stable_sort(points.begin(), points.end(), [](const Weighed& a, const Weighed& b) {
    return a.first != b.first ? a.first < b.first : a.second < b.second;
  });
  std::vector<Weighed> front;
  for (const Weighed& point : points)
    if (front.empty() || point.second < front.back().second) front.push_back(point);
  return front;
}

std::optional<std::size_t> knee(const std::vector<Weighed>& front) {
  if (front.size() < 3) return std::nullopt;
  constexpr Wide one = Wide{1} << 40;
  std::optional<std::size_t> found;
  Wide furthest = 0;
  for (const Weighed& point : front) {
    // On the line both parts add up to one.
    const Wide sum = scaled(point.first, front.front().first, front.back().first) +
                     scaled(point.second, front.back().second, front.front().second);
    if (sum >= one || one - sum <= furthest) continue;
    furthest = one - sum;
    found = point.point;
  }
  return found;
}

}  // namespace icesim
