// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"

#include <cstring>
#include <systemc>
#include <type_traits>

namespace icesim {

/// The kernel's time, in its resolution of 1 ps; modules ask their Agenda.
inline Picoseconds kernel_now() { return Picoseconds{sc_core::sc_get_curr_simcontext()->time_stamp().value()}; }
inline sc_core::sc_time to_sc_time(Picoseconds t) {
  // sc_time::from_value is a call into the library; a time is its one 64-bit value.
  static_assert(sizeof(sc_core::sc_time) == sizeof t.n && std::is_standard_layout_v<sc_core::sc_time>);
  sc_core::sc_time result;
  std::memcpy(static_cast<void*>(&result), &t.n, sizeof t.n);
  return result;
}

/// The edges of one clock, without a clock that ticks.
/// Edge k happens at floor(k * period), the period being held in 2^-24 ps, rounded down: edges run ahead of the frequency
/// by less than 1 ps in 2^24 cycles.
/// A signal from another domain is sampled on the first edge at least `sync_stages` full cycles after it was sent.
class ClockDomain {
 public:
  constexpr ClockDomain(Hertz frequency, Cycles sync_stages)
      : frequency_(frequency),
        sync_stages_(sync_stages),
        period_(static_cast<std::uint64_t>((Wide{1'000'000'000'000} << 24) / frequency.n)),
        inverse_(static_cast<std::uint64_t>(((Wide{1} << 88) + period_ - 1) / period_)) {}

  constexpr Hertz frequency() const { return frequency_; }
  constexpr Cycles sync_stages() const { return sync_stages_; }

  /// Time of edge `n`.
  constexpr Picoseconds edge(Cycles n) const { return Picoseconds{static_cast<std::uint64_t>((Wide{n.n} * period_) >> 24)}; }
  /// First edge at or after `t`.
  constexpr Cycles next(Picoseconds t) const {
    // The inverse is too large by less than 1, the quotient therefore by less than t / 2^64 < 1: n is no later than the
    // edge looked for, and at most one before it.
    const Cycles n{static_cast<std::uint64_t>((Wide{t.n} * inverse_) >> 64)};
    return n + Cycles{edge(n) < t ? 1u : 0u};
  }
  /// First edge on which a receiver in this domain sees a signal sent at `t`.
  constexpr Cycles sample(Picoseconds t) const { return next(t) + sync_stages_; }
  constexpr Picoseconds next_edge(Picoseconds t) const { return edge(next(t)); }
  constexpr Picoseconds sample_edge(Picoseconds t) const { return edge(sample(t)); }

 private:
  Hertz frequency_;
  Cycles sync_stages_;
  std::uint64_t period_;
  std::uint64_t inverse_;
};

}  // namespace icesim
