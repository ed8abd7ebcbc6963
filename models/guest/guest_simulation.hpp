// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/cosim/hardware.hpp"
#include "models/faults/fault_injector.hpp"
#include "models/guest/guest_requests.hpp"
#include "models/system/simulation.hpp"

#include <memory>

namespace icesim {

/// The hardware of a simulation with a guest in the place of processor, memory and driver. One at a time per process.
/// The bytes of reads and writes are simulated, whatever the configuration says.
class GuestSimulation {
 public:
  /// Throws UserError when a fault cannot happen with this configuration.
  GuestSimulation(const SystemConfig& config, const cosim::GuestMap& memory, const Observers& observers = {},
                  const std::vector<Fault>& faults = {});
  ~GuestSimulation();
  GuestSimulation(const GuestSimulation&) = delete;
  GuestSimulation& operator=(const GuestSimulation&) = delete;

  void connect(GuestObserver& observer);
  /// Nothing is simulated any more: tells those who watch.
  void end();
  /// Bytes of the registers: all named ones, and the keyslots.
  std::uint32_t register_bytes() const;
  /// What the guest's accesses go to; the simulation begins with the first use.
  cosim::Hardware& hardware();
  /// The flash behind the device: contents may be stored before the simulation begins and looked at after it.
  FlashBackend& flash();

  /// All statistics, as those of Simulation as far as there is something to tell.
  void describe(Statistics& s) const;
  std::array<StageTotal, stage_count> stage_totals() const;
  /// The faults, in their order, and what became of them.
  std::vector<FaultOutcome> faults() const;

 private:
  struct System;
  std::unique_ptr<System> system_;
};

}  // namespace icesim
