// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <array>

namespace icesim {

/// When the device works for itself.
enum class BackgroundOps : std::uint8_t { off, allowed, always };
inline constexpr std::array<Choice, 3> background_operations{{
    {"off", "never; bBackgroundOpStatus and wExceptionEventStatus are 0"},
    {"allowed", "while no command is there and fBackgroundOpsEn is set: the driver clears it, and sets it when it hears of URGENT_BKOPS, if it listens"},
    {"always", "while no command is there, whatever the flag says"},
}};

/// Background operations: what the device does for itself while the host wants nothing.
struct BackgroundConfig {
  BackgroundOps background_ops = BackgroundOps::off;
  Picoseconds background_idle{5'000'000'000};
  Picoseconds background_interrupt{50'000'000};
  std::uint64_t background_superblocks = 2;

  bool on() const { return background_ops != BackgroundOps::off; }

  void describe(Fields& f) {
    constexpr std::uint64_t us = 1'000'000, ms = 1'000 * us;
    f("background_ops", background_ops, background_operations, choice("When the device collects ahead of need and empties its WriteBooster buffer"));
    const Fields::Only only(f, on(), "device.background_ops is off");
    f("background_idle", background_idle, {1 * us, 10'000 * ms},
      assumption("Time without a command after which background operations begin", "devices do not publish it [no-figure]"));
    f("background_interrupt", background_interrupt, {0, 100 * ms},
      assumption("Time for which a command that comes while they are under way keeps the firmware from beginning with it",
                 "bBackgroundOpsTermLat bounds it in units of 10 ms, no device's value was found [ufs-background]"));
    f("background_superblocks", background_superblocks, {1, 16},
      assumption("Free superblocks of each die that they collect for beyond flash.gc_threshold", "devices do not publish it [no-figure]"));
  }
};

struct BackgroundStatistics {
  std::uint64_t periods = 0, interrupted = 0, alerts = 0;

  void describe(Statistics& s) const {
    s("periods", periods, "Times that background operations were begun");
    s("interrupted", interrupted, "Commands that came while they were under way");
    s("alerts", alerts, "RESPONSEs that told of an exception event");
  }
};

}  // namespace icesim
