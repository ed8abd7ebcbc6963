// SPDX-License-Identifier: Apache-2.0
#include "models/power/standing_power.hpp"

#include <algorithm>

namespace icesim {

void StandingPower::Part::describe(Statistics& s) const {
  constexpr const char* group = "energy.standing";
  s.group("awake", BoundedBy{awake, group});
  s.group("asleep", BoundedBy{asleep, group});
  s.group("suspended", BoundedBy{suspended, group});
  s.group("all", BoundedBy{all, group});
  s.group("sleepless", BoundedBy{sleepless, group});
}

/// A microwatt is a millionth of a picojoule in a picosecond.
EnergyBounds StandingPower::energy(const PowerBounds& power, TimeSum time) {
  return EnergyBounds::of(time.n, power.low, power.high_percent, 1'000'000);
}

StandingPower::Part StandingPower::part(const BlockPower& power, TimeSum all, TimeSum asleep, TimeSum suspended) {
  // A sleep that has begun before the replay counts from its begin.
  suspended.n = std::min(suspended.n, all.n);
  asleep.n = std::min(asleep.n, (all - suspended).n);
  Part part;
  part.awake = energy(power.awake, all - asleep - suspended);
  part.asleep = energy(power.asleep, asleep);
  part.suspended = energy(power.suspended, suspended);
  part.sleepless = energy(power.awake, all);
  for (const EnergyBounds& each : {part.awake, part.asleep, part.suspended}) part.all += each;
  return part;
}

StandingPower::StandingPower(const StandingPowerConfig& config, const PowerTimes& times) {
  const TimeSum clocks = times.gated - times.suspended;
  const TimeSum link = clocks + times.hibernated;
  parts_ = {part(config.controller, times.all, clocks, times.suspended), part(config.engine, times.all, clocks, times.suspended),
            part(config.link, times.all, link, times.suspended), part(config.device, times.all, link, times.suspended), Part{}};
  Part& sum = parts_.back();
  for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
    for (EnergyBounds Part::*const state : {&Part::awake, &Part::asleep, &Part::suspended, &Part::all, &Part::sleepless})
      sum.*state += parts_[i].*state;
  }
}

void StandingPower::describe(Statistics& s) const {
  static constexpr std::array<const char*, 5> names{"controller", "engine", "link", "device", "all"};
  for (std::size_t i = 0; i < parts_.size(); ++i) s.group(names[i], parts_[i]);
}

}  // namespace icesim
