// SPDX-License-Identifier: Apache-2.0
#include "models/power/energy.hpp"

namespace icesim {
namespace {

struct Bounds {
  EnergySum low, high;

  Bounds& operator+=(const Bounds& other) {
    low.n += other.low.n;
    high.n += other.high.n;
    return *this;
  }
  void describe(Statistics& s) const {
    s("low", low, "Least energy, by the lower bounds of `energy`");
    s("high", high, "Greatest energy, by the upper bounds of `energy`");
  }
};

/// `amount` times a price whose upper bound is so many percent of the lower one.
Bounds priced(Wide amount, std::uint64_t low, std::uint64_t high_percent) {
  return {{amount * low}, {amount * low * high_percent / 100}};
}

/// A milliwatt is a picojoule in a nanosecond.
Bounds priced(TimeSum time, std::uint64_t low, std::uint64_t high_percent) {
  return {{time.n * low / 1000}, {time.n * low * high_percent / 100'000}};
}

}  // namespace

void Energy::describe(Statistics& s) const {
  const Bounds cpu = priced(work_.cpu, config_.cpu_low, config_.cpu_high_percent);
  const Bounds engine = priced(work_.engine, config_.engine_low, config_.engine_high_percent);
  const Bounds memory = priced(work_.memory, config_.memory_low, config_.memory_high_percent);
  const Bounds link = priced(work_.link, config_.link_low, config_.link_high_percent);
  Bounds all = cpu;
  for (const Bounds& part : {engine, memory, link}) all += part;
  if (config_.device.counted) {
    const DeviceEnergy device(config_.device, work_.device);
    all += {device.low(), device.high()};
    s.group("device", device);
  }
  if (config_.standing.counted) {
    const StandingPower standing(config_.standing, work_.times);
    all += {standing.low(), standing.high()};
    s.group("standing", standing);
  }
  s.group("cpu", cpu);
  s.group("engine", engine);
  s.group("memory", memory);
  s.group("link", link);
  s.group("all", all);
  s.group("keys", priced(work_.keys, config_.cpu_low, config_.cpu_high_percent));
}

}  // namespace icesim
