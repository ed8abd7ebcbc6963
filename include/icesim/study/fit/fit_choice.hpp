// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

namespace icesim {

/// What becomes of the residuals at the ends of a parameter's range; none where it cannot be there.
struct FitEnds {
  std::vector<double> low;
  std::vector<double> high;
};

/// Why a parameter is not moved.
struct FitLeftOut {
  std::size_t parameter;
  std::optional<std::size_t> alike;  ///< that one changes latencies in the same way, and more; nothing: this one changes none
};

/// Which parameters a trace can tell apart, the one that changes most first.
struct FitChoice {
  std::vector<std::size_t> chosen;
  std::vector<FitLeftOut> left_out;  ///< in the order of the parameters
};

/// A parameter is chosen when it changes the residuals by a hundredth on average, and not in the same proportions (the cosine of the
/// angle is 0.98) as one that changes them more. `weights` of the residuals have the sum 1.
FitChoice choose_fit_parameters(const std::vector<double>& present, const std::vector<FitEnds>& ends, const std::vector<double>& weights);

}  // namespace icesim
