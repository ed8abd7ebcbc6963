// SPDX-License-Identifier: Apache-2.0
#include "models/system/vm_statistics.hpp"

#include "models/system/key_costs.hpp"

namespace icesim {
namespace {

/// One virtual machine's figures.
struct OneMachine {
  const UfsSystem& system;
  const VirtualMachine& vm;
  std::size_t index;

  void describe(Statistics& s) const {
    const LatencyStatistics& latency = system.player.latency_of(index);
    const SystemConfig& c = system.config;
    const std::uint64_t all = c.keyslots.num_keyslots - c.crypto.reserved_keyslots;
    s("first", vm.first.n, "The first of its keyslots");
    s("keyslots", !c.crypto.has_keyslots() ? 0 : vm.keyslots > 0 ? vm.keyslots : all, "Keyslots that it may use");
    s("requests", latency.count(), "Its requests that ended well");
    system.driver->vm_statistics(index).describe(s);
    s("key_time", KeyCosts{stage_totals_of(latency), c.crypto, true}.all(), "Time that keys cost its requests");
    s.group("latency", latency);
  }
};

}  // namespace

void VmStatistics::describe(Statistics& s) const {
  std::size_t index = 0;
  for (const VirtualMachine& vm : system.vms) {
    s.group(vm.name, OneMachine{system, vm, index});
    ++index;
  }
}

}  // namespace icesim
