// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "keyslot_bench.hpp"

namespace icesim::app {

/// Replays parts of a trace of `requests` with the recommended number of keyslots and the one below it that was tried: eight windows
/// of half its requests, which begin at equal distances, so that the first and the last are its halves. Nothing where no fewer
/// keyslots were tried.
///
/// `trace` is one of the bench's cases, and `sweep` what it gave; the bench gets more.
KeyslotSpread spread_of(const KeyslotSweep& sweep, std::size_t trace, std::uint64_t requests, KeyslotBench& bench, const KeyslotMetric& metric);

}  // namespace icesim::app
