// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/reader.hpp"

namespace icesim {

/// Shortens pauses between requests that are longer than a cap, and counts them.
struct IdleCut {
  Picoseconds cap{};  ///< 0: none is shortened
  Picoseconds cut{};  ///< taken out so far

  /// The time of a request behind one at `last`; earlier pauses are taken out of `time`.
  Picoseconds take(Picoseconds time, Picoseconds last, TraceInfo& info) {
    const Picoseconds gap = time - last;
    if (cap.n == 0 || gap <= cap) return time;
    cut += gap - cap;
    ++info.capped_gaps;
    info.capped_time += gap - cap;
    return last + cap;
  }
};

}  // namespace icesim
