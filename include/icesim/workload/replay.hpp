// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <array>
#include <cstdint>

namespace icesim {

/// When a request of the trace is issued.
enum class ReplayMode { open, closed, asap };

inline constexpr std::array<Choice, 3> replay_modes{{
    {"open", "At its recorded time, however many requests are outstanding"},
    {"closed", "The recorded pause after its process's request before it, but not before that one is done"},
    {"asap", "At once, as long as fewer than queue_depth requests are outstanding"},
}};

/// How a trace is replayed.
struct ReplayConfig {
  ReplayMode mode = ReplayMode::open;
  std::uint64_t queue_depth = 32;
  /// Exact: a recorded time t becomes t * time_scale / 100.
  std::uint64_t time_scale = 100;
  std::uint64_t limit = 0;

  void describe(Fields& f) {
    f("mode", mode, replay_modes, choice("When a request of the trace is issued"));
    f("queue_depth", queue_depth, {1, 65'536}, choice("Requests outstanding in mode asap")
        .only_if(mode == ReplayMode::asap, "only --mode asap keeps a number of requests outstanding"));
    f("time_scale", time_scale, {1, 1'000'000}, choice("Percent of the recorded times: 50 is twice as fast")
        .only_if(mode != ReplayMode::asap, "--mode asap does not look at recorded times"));
    f("limit", limit, {0, std::numeric_limits<std::uint64_t>::max()},
      choice("Records of the trace to replay; 0: all of them"));
  }

  /// A recorded time, scaled, rounded down; exact also where the product has more than 64 bits.
  constexpr Picoseconds scaled(Picoseconds recorded) const {
    return Picoseconds{recorded.n / 100 * time_scale + recorded.n % 100 * time_scale / 100};
  }
};

}  // namespace icesim
