// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/keyslot_sweep.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

/// A number of keyslots that was tried.
struct TriedKeyslots {
  std::uint64_t keyslots;
  Wide value;      ///< of the metric
  Wide whole = 0;  ///< what `within` is a share of
};

/// What was tried of a trace, in ascending order.
std::vector<TriedKeyslots> tried_of(const KeyslotSweep& sweep);
/// The mean of several traces, where all have tried a number.
std::vector<TriedKeyslots> mean_of(const std::vector<KeyslotSweep>& traces);

/// The best of them; of equal ones the one with the fewest keyslots. There must be one.
const TriedKeyslots& best_of(const std::vector<TriedKeyslots>& tried, const KeyslotMetric& metric);
/// Whether a number is as good as the best, within the metric's share.
bool is_good(const TriedKeyslots& each, const TriedKeyslots& best, const KeyslotMetric& metric);
/// The smallest number that is as good as the best.
const TriedKeyslots& smallest_good(const std::vector<TriedKeyslots>& tried, const KeyslotMetric& metric);
/// Which numbers to try next, so that in the end the one below the smallest good one has been tried, too: at most two
/// between it and the next smaller one. None when there is nothing left to try.
std::vector<std::uint64_t> next_keyslots(const std::vector<TriedKeyslots>& tried, const KeyslotMetric& metric);

}  // namespace icesim
