// SPDX-License-Identifier: Apache-2.0
#include "models/power/device_energy.hpp"

namespace icesim {

DeviceEnergy::DeviceEnergy(const DeviceEnergyConfig& config, const DeviceBytes& work)
    : read_(EnergyBounds::of(work.sent, config.read_low, config.read_high_percent)),
      written_(EnergyBounds::of(work.programmed, config.written_low, config.written_high_percent)),
      all_(read_) {
  all_ += written_;
}

void DeviceEnergy::describe(Statistics& s) const {
  constexpr const char* group = "energy.device";
  s.group("read", BoundedBy{read_, group});
  s.group("written", BoundedBy{written_, group});
  s.group("all", BoundedBy{all_, group});
}

}  // namespace icesim
