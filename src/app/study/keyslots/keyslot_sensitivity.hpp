// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "keyslot_bench.hpp"

namespace icesim::app {

/// Moves every assumption of the trace that decides to both ends of its range, and tells which of them moves the metric by a
/// thousandth at least, or makes another number of keyslots the recommended one, and from which value on.
///
/// `sizing` is what the bench's first cases gave; the bench gets more.
SensitivityStudy sensitivity_of(const KeyslotSizing& sizing, KeyslotBench& bench);

}  // namespace icesim::app
