// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/signals.hpp"
#include "models/base/clock_domain.hpp"
#include "models/base/ports.hpp"

namespace icesim {

/// A direction's place in an array.
inline std::size_t index(Direction direction) { return static_cast<std::size_t>(direction); }

/// Shows a signal high from `at` for one cycle, unless the next one follows at once.
inline void pulse(SignalRecorder& recorder, std::size_t signal, const ClockDomain& clock, Picoseconds at) {
  recorder.change(signal, at, 1);
  recorder.change(signal, clock.edge(clock.next(at) + Cycles{1}), 0);
}

/// Promises the recorder that nothing will be told of what was `lag` ago.
inline void settle(SignalRecorder& recorder, Picoseconds now, Picoseconds lag) {
  if (now > lag) recorder.settle(now - lag);
}

}  // namespace icesim
