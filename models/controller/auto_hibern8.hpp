// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "models/base/clock_domain.hpp"
#include "models/base/ports.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace icesim {

/// Hibern8 that a controller enters and leaves by itself [ufshci-auto-hibern8].
///
/// **Timing**, in edges of the bus clock. The controller rests while UIC commands may be written, both doorbells are 0, no
/// command of a queue and no fetch is under way, and software has not let the link hibernate. With AHIT's idle time T > 0
/// - the link goes into hibern8 on the first edge H that is T behind the begin of the rest, and is in it H + what
///   LinkManagement::hibernation_time(true) says later, on the first edge;
/// - a write to a doorbell, a queue, UICCMD or AHIT that takes effect at D >= H wakes it: from max(D, that edge) on it takes
///   hibernation_time(false), up to the first edge, W; whatever it writes. At D < H it begins the idle time anew;
/// - meanwhile descriptors are fetched; what is ready for the device leaves at W, not before, and the time of a UIC
///   command begins at W. No register tells of all this: IS.UHES and IS.UHXS are for software's hibern8. What waits for W when
///   the controller is disabled leaves at W all the same.
/// **Not modelled**: that either fails; what the link is asked while it hibernates by the device.
class AutoHibern8 {
 public:
  explicit AutoHibern8(const ClockDomain& bus) : bus_(bus) {}

  /// The link is awake from then on.
  Picoseconds awake() const { return awake_; }
  /// The controller rests, or does not, behind all that happened at an instant; where it does, from `since` on.
  void rest(bool rests, Picoseconds since) {
    if (rests && !rests_) since_ = std::max(since, awake_);
    rests_ = rests;
  }
  /// Something is to be done at `now`; answers since when the link has hibernated.
  std::optional<Picoseconds> wake(Picoseconds now, Picoseconds idle, const LinkManagement& link) {
    if (!std::exchange(rests_, false) || idle.n == 0) return std::nullopt;
    const Picoseconds begin = bus_.next_edge(since_ + idle);
    if (now < begin) return std::nullopt;
    const Picoseconds asleep = bus_.next_edge(begin + link.hibernation_time(true));
    awake_ = bus_.next_edge(std::max(now, asleep) + link.hibernation_time(false));
    return begin;
  }
  /// The controller has been disabled.
  void forget() {
    rests_ = false;
    awake_ = Picoseconds{};
  }

 private:
  ClockDomain bus_;
  bool rests_ = false;
  Picoseconds since_{};
  Picoseconds awake_{};
};

}  // namespace icesim
