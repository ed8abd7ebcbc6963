// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/register_file.hpp"
#include "icesim/spec/uic.hpp"
#include "models/controller/ufs_host_controller.hpp"
#include "testbench/reference/controller/queues_twin.hpp"
#include "testbench/reference/ice/keyslot_twin.hpp"

#include <map>
#include <optional>
#include <systemc>
#include <vector>

namespace icesim::twin {

/// One access of the register bus.
struct RegisterAccess {
  bool write = false;
  std::uint32_t offset = 0;
  std::uint32_t value = 0;
};

/// An interrupt of a queue, and when it is told.
struct InterruptMessage {
  std::uint64_t address = 0;
  std::uint32_t data = 0;
  Picoseconds at{};
  friend bool operator==(const InterruptMessage& a, const InterruptMessage& b) {
    return a.address == b.address && a.data == b.data && a.at == b.at;
  }
};

/// The registers of the controller: what hardware does to them, what software does behind it on the same edge, the
/// timers of enable and UIC commands, and the interrupt pin.
class RegistersTwin : public sc_core::sc_module {
 public:
  struct Answer {
    std::uint32_t value = 0;
    Picoseconds at{};
  };
  /// What a write asks of the two lists and of the queues, in this order of the edge.
  struct ListWork {
    std::uint32_t ring = 0;
    std::uint32_t forget = 0;
    std::uint32_t ring_tasks = 0;
    std::uint32_t forget_tasks = 0;
    QueuesTwin::Asked queue;
    bool reset = false;
  };

  RegistersTwin(const sc_core::sc_module_name& name, const UfsHostControllerConfig& config,
                const KeyslotFileConfig& keyslots, const ClockDomain& bus, std::uint64_t lanes, std::uint64_t gear);
  /// Tells how long the link takes to enter and to leave hibern8.
  void set_hibern8(Picoseconds enter, Picoseconds exit) {
    hibern8_enter_ = enter;
    hibern8_exit_ = exit;
  }

  /// First: what was read on the edge before leaves now.
  void answer(std::uint64_t cycle);
  /// A command has ended.
  void complete(Tag tag, bool notify);
  /// One of a queue has.
  void complete_entry(Picoseconds now);
  /// A task management request has.
  void complete_task(std::uint32_t number, bool notify);
  /// What the engine and the link report of themselves; code 0: the link is lost.
  void engine_failed();
  void link_event(std::uint32_t code);
  /// Timers, after all other hardware.
  void timers(Picoseconds now);
  /// Then the accesses that the synchroniser shows, one by one.
  ListWork access(const RegisterAccess& access, Picoseconds now);
  /// Last: the pin.
  void finish() { interrupt.write(registers.interrupt()); }
  bool idle() const { return asked_.empty(); }
  /// The link is back: the time of a UIC command that has waited for it begins.
  void link_woke(Picoseconds now) {
    link_sleeps = false;
    if (uic_waits_) uic_ended_ = now + *uic_waits_;
    uic_waits_.reset();
  }
  bool link_sleeps = false;
  bool hibernated = false;  ///< as software has asked for
  void trace(sc_core::sc_trace_file* file) const override;

  sc_core::sc_signal<bool> interrupt{"interrupt"};
  sc_core::sc_signal<std::uint32_t> doorbell{"doorbell"};
  std::vector<Answer> answers;
  std::vector<InterruptMessage> messages;
  RegisterFile registers;
  KeyslotTwin keyslots;
  QueuesTwin queues;

 private:
  ListWork write(std::uint32_t offset, std::uint32_t value, Picoseconds now);
  ListWork enable(const BusWrite& write, Picoseconds now);
  void end_uic();
  /// The bits of the doorbell: as many as the low 5 bits of CAP tell of.
  std::uint32_t doorbells() const {
    const std::uint64_t count = config_.tags % 32;
    return count == 0 ? ~0u : (1u << count) - 1;
  }
  bool queued() const { return queues.size() > 0 && registers.hw_read(Reg::CONFIG) % 2 != 0; }

  UfsHostControllerConfig config_;
  ClockDomain bus_;
  std::uint64_t lanes_;
  std::uint64_t gear_;
  std::vector<std::uint32_t> asked_;      ///< answers that leave on the next edge
  std::optional<Picoseconds> enabled_;    ///< not sooner than this
  std::optional<Picoseconds> uic_ended_;  ///< not sooner than this
  std::optional<Picoseconds> uic_waits_;  ///< time of one, for the link
  Picoseconds hibern8_enter_{}, hibern8_exit_{};
  std::uint32_t opcode_ = 0;
  std::map<std::uint16_t, std::uint32_t> attributes_;
};

}  // namespace icesim::twin
