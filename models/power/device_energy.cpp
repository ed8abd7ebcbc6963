// SPDX-License-Identifier: Apache-2.0
#include "models/power/device_energy.hpp"

namespace icesim {

void DeviceEnergy::Bounds::describe(Statistics& s) const {
  s("low", low, "Least energy, by the lower bounds of `energy.device`");
  s("high", high, "Greatest energy, by the upper bounds of `energy.device`");
}

DeviceEnergy::Bounds DeviceEnergy::energy(Wide bytes, std::uint64_t low, std::uint64_t high_percent) {
  return {{bytes * low}, {bytes * low * high_percent / 100}};
}

DeviceEnergy::DeviceEnergy(const DeviceEnergyConfig& config, const DeviceBytes& work)
    : read_(energy(work.sent, config.read_low, config.read_high_percent)),
      written_(energy(work.programmed, config.written_low, config.written_high_percent)),
      all_{{read_.low.n + written_.low.n}, {read_.high.n + written_.high.n}} {}

void DeviceEnergy::describe(Statistics& s) const {
  s.group("read", read_);
  s.group("written", written_);
  s.group("all", all_);
}

}  // namespace icesim
