// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/cosim/hardware.hpp"
#include "icesim/driver/host_port.hpp"
#include "models/base/interrupt_line.hpp"
#include "models/guest/guest_requests.hpp"

#include <array>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

namespace icesim {

/// The place of the processor when the software is that of a guest: master of the controller's registers, receiver of
/// its interrupt, and the one who lets the kernel's time pass.
///
/// **Timing**, as HostCpu: a write issued at t arrives at t + `mmio_write`, when the processor goes on. A read arrives
/// mmio_read / 2 after it was issued, and its answer takes the rest of `mmio_read` back.
/// **Spec**: none of its own; costs are parameters [host-costs].
/// **Not modelled**: all other time of the processor.
class GuestPort : public sc_core::sc_module, public cosim::Hardware, public InterruptSink {
 public:
  GuestPort(const sc_core::sc_module_name& name, const HostCosts& costs, GuestRequests& requests,
            const InterruptLine& interrupt);

  tlm_utils::simple_initiator_socket<GuestPort> registers{"registers"};

  Picoseconds now() const override { return kernel_now(); }
  bool active() const override { return sc_core::sc_pending_activity(); }
  void run(Picoseconds until) override;
  bool interrupt() const override { return interrupt_.read(); }
  bool powered() const override { return powered_; }
  std::uint32_t read_register(std::uint32_t offset) override;
  void write_register(std::uint32_t offset, std::uint32_t value) override;

  void interrupt_rose() override;
  /// Everything stops, and the guest is not served any more.
  void lose_power();

 private:
  tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& access, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  void reach(Picoseconds time);

  HostCosts costs_;
  GuestRequests& requests_;
  const InterruptLine& interrupt_;
  tlm::tlm_generic_payload access_;
  std::array<std::byte, 4> data_{};
  bool answered_ = false;
  bool powered_ = true;
  Picoseconds answer_at_{};
};

/// The memory of a guest behind the controller's DMA port.
///
/// **Timing**: transport costs no time; DmaChannel times the controller's accesses.
/// **Spec**: [systemc-standard], b_transport; what the guest has not handed over answers TLM_ADDRESS_ERROR_RESPONSE.
/// **Not modelled**: caches and coherence, an IOMMU, byte enables and streaming, direct memory interface.
class GuestMemory : public sc_core::sc_module {
 public:
  GuestMemory(const sc_core::sc_module_name& name, const cosim::GuestMap& map);

  tlm_utils::simple_target_socket<GuestMemory, 128> socket{"socket"};

 private:
  void transport(tlm::tlm_generic_payload& access, sc_core::sc_time&);

  const cosim::GuestMap& map_;
};

}  // namespace icesim
