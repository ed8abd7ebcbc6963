// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "models/base/clock_domain.hpp"

#include <algorithm>
#include <cstdint>

namespace icesim::twin {

/// The link as an idle controller lets it hibernate: a timer that runs while the controller rests, and one for each way.
class Hibern8Twin {
 public:
  Hibern8Twin(bool there, Picoseconds enter, Picoseconds exit) : there_(there), enter_(enter), exit_(exit) {}

  bool awake() const { return state_ == State::awake; }
  /// Hardware, on each edge; true: the link has come back on this one.
  bool advance(Picoseconds now, std::uint32_t ahit) {
    if (state_ == State::awake && rests_ && there_ && idle(ahit).n > 0 && now >= since_ + idle(ahit)) {
      state_ = State::goes;
      until_ = now + enter_;
    }
    if (state_ == State::goes && now >= until_) state_ = State::asleep;
    return leave(now);
  }
  /// Software wants something; true: the link is back at once.
  bool want(Picoseconds now) {
    rests_ = false;
    wanted_ = state_ != State::awake;
    return leave(now);
  }
  /// At the end of an edge.
  void settle(Picoseconds now, bool idle) {
    const bool rests = idle && awake();
    if (rests && !rests_) since_ = now;
    rests_ = rests;
  }
  /// When the link is back for who wants it, on an edge; `now` where it is there, or nobody does.
  Picoseconds back(const ClockDomain& bus, Picoseconds now) const {
    if (state_ == State::awake || !wanted_) return now;
    if (state_ == State::comes) return bus.next_edge(until_);
    return bus.next_edge(bus.next_edge(std::max(now, until_)) + exit_);
  }
  void reset() {
    state_ = State::awake;
    rests_ = wanted_ = false;
  }

 private:
  enum class State : std::uint8_t { awake, goes, asleep, comes };
  static Picoseconds idle(std::uint32_t ahit) {
    Picoseconds unit{1'000'000};
    for (std::uint32_t scale = 0; scale < 5 && scale < ahit / 1024 % 8; ++scale) unit = unit * 10;
    return unit * (ahit % 1024);
  }
  bool leave(Picoseconds now) {
    if (state_ == State::asleep && wanted_) {
      state_ = State::comes;
      until_ = now + exit_;
    }
    if (state_ != State::comes || now < until_) return false;
    state_ = State::awake;
    wanted_ = false;
    return true;
  }

  bool there_;
  Picoseconds enter_, exit_;
  State state_ = State::awake;
  bool rests_ = false;
  bool wanted_ = false;
  Picoseconds since_{};
  Picoseconds until_{};
};

}  // namespace icesim::twin
