// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/cosim/serve_guest.hpp"
#include "src/cosim/guest_clock.hpp"
#include "src/cosim/pcidev.hpp"
#include "src/cosim/vhost_device.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace icesim::cosim {

/// The PCI bus between the processor of a guest and the simulated controller.
///
/// **Timing**, of a guest whose time is ours: a register access is made at the later of the guest's and the hardware's
/// time. It costs what it costs in Hardware; the guest's own work costs nothing, and its clock, which stands still
/// while it runs, catches up when it waits. The guest runs at the time it asked for or at that of an interrupt,
/// whichever is earlier. A guest that asks for a time which its accesses have used up runs at once. Without time travel
/// the hardware's time goes on as long as the hardware has something to do. The interrupt pin is a level: a message
/// goes out when the pin is high and the guest has taken the message before.
/// **Spec**: [cosim-vhost-user] [cosim-pcidev] [cosim-time-travel].
/// **Not modelled**: accesses that are not of 32 bits (they read as all ones).
class Bridge {
 public:
  Bridge(const BridgeSockets& sockets, const PciFunction& function, GuestMap& memory, Hardware& hardware)
      : sockets_(sockets), function_(function), memory_(memory), hardware_(hardware) {}

  /// As serve_guest.
  void serve();

 private:
  static constexpr std::uint32_t commands = 0;
  static constexpr std::uint32_t interrupts = 1;
  /// Writes given back without a call after which the guest is told, so that its queue does not fill up.
  static constexpr std::uint32_t writes_per_call = 64;
  /// Registers of Intel's controllers for latency tolerance; written and read back.
  static constexpr std::uint64_t intel_registers = 0x800;
  static constexpr std::uint64_t intel_register_words = 8;

  void step();
  void check_memory() const;
  int wait_for(const std::vector<int>& descriptors, bool wait = true, int watched = -1) const;
  void lose_device();
  void take_device_message();
  void carry_out_commands();
  std::uint64_t carry_out(const pcidev::Access& access);
  std::uint64_t access_register(const pcidev::Access& access);
  void catch_up();
  void let_time_pass();
  void tell_interrupt();
  void call(std::uint32_t queue);
  void take_time_message();
  std::uint64_t now_ns() const { return divide_up(hardware_.now().n, 1000); }

  BridgeSockets sockets_;
  PciFunction function_;
  GuestMap& memory_;
  Hardware& hardware_;
  std::optional<GuestClock> clock_;
  std::optional<VhostDevice> device_;
  bool device_gone_ = false;
  SplitRing::Chain chain_;
  SplitRing::Chain interrupt_chain_;
  std::uint32_t writes_ = 0;     ///< given back since the guest last looked at its queue
  bool interrupt_told_ = false;  ///< and the guest has not taken the message yet
  std::array<std::uint32_t, intel_register_words> intel_{};
};

}  // namespace icesim::cosim
