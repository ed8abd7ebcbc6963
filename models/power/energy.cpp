// SPDX-License-Identifier: Apache-2.0
#include "models/power/energy.hpp"

#include "icesim/base/error.hpp"

#include <string>

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

Bounds of_bytes(Wide bytes, std::uint64_t low, std::uint64_t high) { return {{bytes * low}, {bytes * high}}; }

/// A milliwatt is a picojoule in a nanosecond.
Bounds of_time(TimeSum time, std::uint64_t low, std::uint64_t high) {
  return {{time.n * low / 1000}, {time.n * high / 1000}};
}

void check_bounds(const char* name, std::uint64_t low, std::uint64_t high) {
  if (low <= high) return;
  throw UserError(std::string("energy.") + name + "_low: " + std::to_string(low) + " is more than energy." + name +
                  "_high=" + std::to_string(high));
}

}  // namespace

void EnergyConfig::check() const {
  check_bounds("cpu", cpu_low, cpu_high);
  check_bounds("engine", engine_low, engine_high);
  check_bounds("memory", memory_low, memory_high);
  check_bounds("link", link_low, link_high);
}

void Energy::describe(Statistics& s) const {
  const Bounds cpu = of_time(work_.cpu, config_.cpu_low, config_.cpu_high);
  const Bounds engine = of_bytes(work_.engine, config_.engine_low, config_.engine_high);
  const Bounds memory = of_bytes(work_.memory, config_.memory_low, config_.memory_high);
  const Bounds link = of_bytes(work_.link, config_.link_low, config_.link_high);
  Bounds all = cpu;
  for (const Bounds& part : {engine, memory, link}) all += part;
  s.group("cpu", cpu);
  s.group("engine", engine);
  s.group("memory", memory);
  s.group("link", link);
  s.group("all", all);
  s.group("keys", of_time(work_.keys, config_.cpu_low, config_.cpu_high));
}

}  // namespace icesim
