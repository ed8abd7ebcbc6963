// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <cstdint>

namespace icesim {

/// When the host lowers the gear of its link, and raises it again.
struct FrequencyScalingConfig {
  std::uint64_t polling_ms = 0;
  std::uint64_t up_threshold = 70;
  std::uint64_t down_differential = 5;
  std::uint64_t lower_clock = 25;
  std::uint64_t min_gear = 1;
  bool engine = false;
  Picoseconds clock_change{};

  bool on() const { return polling_ms > 0; }
  /// Clocks change, too.
  bool clocks() const { return on() && engine; }
  /// Throws UserError where values do not fit each other.
  void check() const;

  void describe(Fields& f) {
    f("polling_ms", polling_ms, {0, 10'000},
      fact("Milliseconds from one look at the load to the next; 0: the link always has its highest gear",
           "Linux's default is 100, Qualcomm's 60 [linux-frequency-scaling]"));
    const Fields::Only only(f, on(), ".polling_ms is 0");
    f("up_threshold", up_threshold, {1, 100},
      fact("Percent of the time with a command under way above which the gear is the highest", "70 [linux-frequency-scaling]"));
    f("down_differential", down_differential, {0, 100},
      fact("Percent below that down to which the gear stays as it is; at most `up_threshold`", "5 [linux-frequency-scaling]"));
    f("lower_clock", lower_clock, {1, 100},
      fact("The lower clock in percent of the higher one: the gear is lowered when that is enough for the load",
           "device trees: 50 of 200 MHz, 75 of 300 MHz [linux-frequency-scaling]"));
    f("min_gear", min_gear, {1, 6}, fact("The lower gear", "HS-G1 [linux-frequency-scaling]"));
    f("engine", engine,
      fact("With the gear the clock of the engine goes down to clocks.ice_low, and up again",
           "so it does on sdm845, from 300 to 75 MHz [linux-frequency-scaling] [ice-clocks]"));
    f("clock_change", clock_change, {Picoseconds{}, Picoseconds{10'000'000'000}},
      assumption("With power.scaling.engine, time in which the worker has clocks and supplies changed", "[no-figure]", "power")
        .only_if(engine, "power.scaling.engine is false"));
  }
};

}  // namespace icesim
