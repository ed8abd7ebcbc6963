// SPDX-License-Identifier: Apache-2.0
#include "models/power/energy.hpp"

namespace icesim {
namespace {

/// A milliwatt is a picojoule in a nanosecond.
EnergyBounds of_cores(TimeSum time, const EnergyConfig& c) { return EnergyBounds::of(time.n, c.cpu_low, c.cpu_high_percent, 1000); }

}  // namespace

void Energy::describe(Statistics& s) const {
  constexpr const char* group = "energy";
  const EnergyBounds cpu = of_cores(work_.cpu, config_), keys = of_cores(work_.keys, config_);
  const EnergyBounds engine = EnergyBounds::of(work_.engine, config_.engine_low, config_.engine_high_percent);
  const EnergyBounds memory = EnergyBounds::of(work_.memory, config_.memory_low, config_.memory_high_percent);
  const EnergyBounds link = EnergyBounds::of(work_.link, config_.link_low, config_.link_high_percent);
  EnergyBounds all = cpu;
  for (const EnergyBounds& part : {engine, memory, link}) all += part;
  if (config_.device.counted) {
    const DeviceEnergy device(config_.device, work_.device);
    all += device.all();
    s.group("device", device);
  }
  if (config_.standing.counted) {
    const StandingPower standing(config_.standing, work_.times);
    all += standing.all();
    s.group("standing", standing);
  }
  s.group("cpu", BoundedBy{cpu, group});
  s.group("engine", BoundedBy{engine, group});
  s.group("memory", BoundedBy{memory, group});
  s.group("link", BoundedBy{link, group});
  s.group("all", BoundedBy{all, group});
  s.group("keys", BoundedBy{keys, group});
}

}  // namespace icesim
