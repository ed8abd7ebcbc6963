// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/units.hpp"
#include "models/power/device_energy.hpp"
#include "models/power/standing_power.hpp"

#include <cstdint>

namespace icesim {

/// What work costs in energy, at least and at most: no phone tells, so a run answers with two numbers.
struct EnergyConfig {
  std::uint64_t cpu_low = 60;
  std::uint64_t cpu_high_percent = 5'000;
  std::uint64_t engine_low = 4;
  std::uint64_t engine_high_percent = 850;
  std::uint64_t memory_low = 32;
  std::uint64_t memory_high_percent = 350;
  std::uint64_t link_low = 8;
  std::uint64_t link_high_percent = 1'000;
  DeviceEnergyConfig device;
  StandingPowerConfig standing;

  void describe(Fields& f) {
    f("cpu_low", cpu_low, {0, 100'000},
      assumption("Least power of a busy core, in milliwatts", "a small core at low voltage [cpu-power]"));
    f("cpu_high_percent", cpu_high_percent, {100, 100'000},
      assumption("Greatest power of a busy core, in percent of the least",
                 "3 W: the largest core at its highest step [cpu-power]"));
    f("engine_low", engine_low, {0, 10'000},
      assumption("Least energy of the engine for a byte, in picojoules", "7 nm [engine-energy]"));
    f("engine_high_percent", engine_high_percent, {100, 100'000},
      assumption("Greatest energy of the engine for a byte, in percent of the least", "28 nm, AES-256 [engine-energy]"));
    f("memory_low", memory_low, {0, 10'000},
      assumption("Least energy of the memory for a byte, in picojoules", "4 pJ a bit [memory-energy]"));
    f("memory_high_percent", memory_high_percent, {100, 100'000},
      assumption("Greatest energy of the memory for a byte, in percent of the least", "14 pJ a bit [memory-energy]"));
    f("link_low", link_low, {0, 10'000},
      assumption("Least energy of the link for a byte on its lanes, in picojoules, both ends", "[no-figure]"));
    f("link_high_percent", link_high_percent, {100, 100'000},
      assumption("Greatest energy of the link for a byte on its lanes, in percent of the least", "[no-figure]"));
    f.group("device", device, "What bytes cost the device, low to high");
    f.group("standing", standing, "Power of blocks while they are awake, asleep or suspended, low to high");
  }
};

/// Work that costs energy.
struct EnergyWork {
  TimeSum cpu;      ///< for which cores were busy
  TimeSum keys;     ///< of that, with keys, in the secure world too
  Wide engine = 0;  ///< bytes encrypted or decrypted
  Wide memory = 0;  ///< bytes that the controller read and wrote
  Wide link = 0;    ///< bytes on the lanes
  DeviceBytes device{};
  PowerTimes times{};  ///< in which it was done

  friend EnergyWork operator-(const EnergyWork& a, const EnergyWork& b) {
    return {a.cpu - b.cpu, a.keys - b.keys, a.engine - b.engine, a.memory - b.memory, a.link - b.link, a.device - b.device,
            {a.times.all - b.times.all, a.times.hibernated - b.times.hibernated, a.times.gated - b.times.gated,
             a.times.suspended - b.times.suspended}};
  }
};

/// Statistics group `energy`: what some work costs, low to high, and what blocks draw meanwhile, where that is counted. The
/// ranges of its parts are independent, so those of the sum are as far apart as can be.
///
/// **Not modelled**: caches and what lies between them; of the device what is not in proportion to bytes, such as erases; what the CPU reads and writes itself.
class Energy {
 public:
  Energy(const EnergyConfig& config, const EnergyWork& work) : config_(config), work_(work) {}

  void describe(Statistics& s) const;

 private:
  EnergyConfig config_;
  EnergyWork work_;
};

}  // namespace icesim
