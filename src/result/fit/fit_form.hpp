// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/fit/fit.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Of a fit's file; another one is refused.
inline constexpr std::string_view fit_form = "2";

/// A loss, of billionths: "0.123".
inline std::string loss_text(std::uint64_t billionths) { return fixed_text(billionths, 1'000'000'000, 3); }

/// What a loss is, of which the median may count most.
inline std::string loss_in_words(const Fit& fit) {
  std::string text = "mean distance between the logarithms of recorded and simulated percentiles";
  for (std::size_t i = 0; i < fit.quantiles.size(); ++i)
    if (fit.quantiles[i] == 500 && fit.shares[i] >= 500) text += ", the median counting " + fixed_text(fit.shares[i], 10, 0) + " %";
  return text;
}

/// The classes, that with most requests first.
inline std::vector<const Fit::Class*> classes_by_count(const Fit& fit) {
  std::vector<const Fit::Class*> all;
  for (const Fit::Class& each : fit.classes) all.push_back(&each);
  std::stable_sort(all.begin(), all.end(), [](const Fit::Class* a, const Fit::Class* b) { return a->count > b->count; });
  return all;
}

}  // namespace icesim
