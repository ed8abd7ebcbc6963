// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

namespace icesim {

/// The step d that makes the sum of weights x (residuals + slopes x d)^2 least; slopes[k] is how the residuals change with
/// parameter k. `damping` is added to each parameter's own part, in shares of it. Parameters that are `held` do not move.
std::vector<double> least_squares_step(const std::vector<double>& residuals, const std::vector<std::vector<double>>& slopes,
                                       const std::vector<double>& weights, double damping, const std::vector<bool>& held);

}  // namespace icesim
