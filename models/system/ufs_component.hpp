// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "models/system/system_config.hpp"

#include <memory>
#include <systemc>
#include <tlm>

namespace icesim {

class FlashBackend;

/// The controller with its engine, keyslots, link, device and flash as one TLM-2.0 component of somebody else's platform.
/// Bytes of reads and writes are simulated, whatever the configuration says; a platform may have several.
///
/// **Timing**: that of UfsHostController. A non-blocking access of a register arrives after its delay, and a read is
/// answered on the backward path; a blocking one takes effect at once and costs nothing. The pin follows a delta cycle
/// later. Interrupts of queues (controller.esi) are writes of 4 bytes at `memory`. All events are the kernel's.
/// **Spec**: [systemc-standard], TLM-2.0 base protocol: words of 4 bytes at `registers`, blocking transport at `memory`.
/// **Not modelled**: direct memory interface. The memory must answer without wait(), and what it adds to the delay is not
/// looked at: the time of the controller's accesses is that of DmaChannel.
class UfsComponent : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(UfsComponent);
  UfsComponent(const sc_core::sc_module_name& name, const SystemConfig& config);
  ~UfsComponent() override;

  tlm::tlm_target_socket<> registers{"registers"};
  tlm::tlm_initiator_socket<128> memory{"memory"};
  sc_core::sc_out<bool> interrupt{"interrupt"};

  /// Bytes of the register map: all named registers, the keyslots and the queues.
  std::uint32_t register_bytes() const;
  /// The flash behind the device: contents may be stored before the simulation begins and looked at at any time.
  FlashBackend& flash();
  /// Statistics of all modules.
  void describe(Statistics& s) const;

 private:
  struct Inside;
  void drive();

  std::unique_ptr<Inside> inside_;
};

}  // namespace icesim
