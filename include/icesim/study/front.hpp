// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/wide.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace icesim {

/// What a point has of the two measures that are weighed against each other; less is better of both.
struct Weighed {
  std::size_t point;
  Wide first;
  Wide second;
};

/// The points that no other is better than: none has less of one measure and not more of the other. In ascending order of
/// the first measure; of equal points the first one.
std::vector<Weighed> pareto_front(std::vector<Weighed> points);

/// The knee of a front: the point furthest from the line between its ends, on the better side, when both measures are
/// scaled to what they span. Nothing when no point lies there, as with fewer than three.
std::optional<std::size_t> knee(const std::vector<Weighed>& front);

}  // namespace icesim
