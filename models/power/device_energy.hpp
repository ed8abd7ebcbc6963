// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/units.hpp"
#include "models/power/energy_bounds.hpp"

#include <cstdint>

namespace icesim {

/// What a byte costs the device: `energy.device`.
struct DeviceEnergyConfig {
  bool counted = false;
  std::uint64_t read_low = 400;
  std::uint64_t read_high_percent = 500;
  std::uint64_t written_low = 600;
  std::uint64_t written_high_percent = 500;

  void describe(Fields& f) {
    f("counted", counted, choice("Whether the energy of a run counts what the device reads and writes, too"));
    const Fields::Only only(f, counted, ".counted is false");
    f("read_low", read_low, {0, 100'000},
      assumption("Least energy of the device for a byte that it sends, in picojoules", "6 MB/s for each mA, at 2.5 V [device-power]"));
    f("read_high_percent", read_high_percent, {100, 100'000},
      assumption("Greatest energy of the device for a byte that it sends, in percent of the least", "single blocks, older parts [no-figure]"));
    f("written_low", written_low, {0, 100'000},
      assumption("Least energy of the device for a byte that its flash programs, in picojoules", "more than a byte that is read [no-figure]"));
    f("written_high_percent", written_high_percent, {100, 100'000},
      assumption("Greatest energy of the device for a byte that its flash programs, in percent of the least", "[no-figure]"));
  }
};

/// What the device moves.
struct DeviceBytes {
  Wide sent = 0;        ///< in DATA IN UPIUs
  Wide programmed = 0;  ///< by the flash: of the host, moved, and of the map

  friend DeviceBytes operator-(const DeviceBytes& a, const DeviceBytes& b) { return {a.sent - b.sent, a.programmed - b.programmed}; }
};

/// Statistics group `energy.device`: bytes times their price, low to high, each rounded down to picojoules.
///
/// **Spec**: [device-power].
/// **Not modelled**: what is not in proportion to bytes; that a part of the price may be the link's, which is counted apart.
class DeviceEnergy {
 public:
  DeviceEnergy(const DeviceEnergyConfig& config, const DeviceBytes& work);

  const EnergyBounds& all() const { return all_; }

  void describe(Statistics& s) const;

 private:
  EnergyBounds read_, written_, all_;
};

}  // namespace icesim
