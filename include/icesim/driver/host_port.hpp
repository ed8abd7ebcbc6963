// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/error.hpp"
#include "icesim/base/units.hpp"
#include "icesim/spec/crypto_config.hpp"
#include "icesim/spec/ufshci.hpp"

#include <cstddef>
#include <cstdint>

namespace icesim {

/// Index of a CPU core.
using Core = std::uint32_t;

/// What the steps of the driver cost on the CPU.
struct HostCosts {
  Picoseconds submit{2'500'000};
  Picoseconds dispatch{1'500'000};
  Picoseconds complete{3'000'000};
  Picoseconds interrupt_entry{2'000'000};
  std::uint64_t softirq_share = 67;
  Picoseconds interrupt_limit{20'000'000};
  Picoseconds ipi{1'000'000};
  Picoseconds thread_wake{5'000'000};
  Picoseconds mmio_write{50'000};
  Picoseconds mmio_read{300'000};

  void describe(Fields& f) {
    using namespace literals;
    f("submit", submit, {0_ps, 100_us},
      assumption("Block layer and SCSI work for one bio, up to its request",
                 "big core 3 to 5 us to submit [host-costs]", "submit"));
    f("dispatch", dispatch, {0_ps, 100_us},
      assumption("Work to write the descriptors of one request and ring the doorbell",
                 "part of the same 3 to 5 us [host-costs]", "dispatch"));
    f("complete", complete, {0_ps, 100_us},
      assumption("Work to complete one request", "big core 2 to 4 us [host-costs]", "completion"));
    f("interrupt_entry", interrupt_entry, {0_ps, 100_us},
      assumption("From the interrupt pin to the first instruction of the handler", "[no-figure]", "interrupt"));
    f("softirq_share", softirq_share, {0, 100},
      assumption("Percent of `complete` that a softirq does where block_layer.completion has one: the work of SCSI and the "
                 "block layer, not that of the driver",
                 "[no-figure]", "completion"));
    f("interrupt_limit", interrupt_limit, {1_us, 10_ms},
      fact("Time after which the handler leaves the rest to its thread, with block_layer.interrupt=limited",
           "20 us, which a kernel rounds up to its next timer tick [linux-limited-interrupt]"));
    f("ipi", ipi, {0_ps, 100_us},
      assumption("Work of a core to take an interrupt of another core, which tells of a completion", "[no-figure]",
                 "completion"));
    f("thread_wake", thread_wake, {0_ps, 1_ms},
      assumption("Work to wake a sleeping thread and switch to it", "[no-figure]", "interrupt"));
    f("mmio_write", mmio_write, {1_ns, 10_us},
      assumption("A posted register write: the core is busy for it, and it takes as long to arrive", "[no-figure]",
                 "keyslot_program"));
    f("mmio_read", mmio_read, {2_ns, 10_us},
      assumption("A register read, there and back; the core waits", "[no-figure]", "interrupt"));
  }

  /// Of `complete`, what a softirq does where it does some, and what is left to the handler.
  Picoseconds in_softirq() const { return Picoseconds{complete.n * softirq_share / 100}; }
  Picoseconds in_handler() const { return complete - in_softirq(); }
};

/// Something the driver does on a core; `index` says for whom (submitter or tag).
struct Work {
  enum class Kind : std::uint8_t {
    submit, resume, key_work, dispatch, hypervisor, redispatch, give_out, kblockd, throttle, rerun, time_out,
    load_key, load_key_woken,  // block layer
    softirq, end_request, ipi, ksoftirqd,  // of it, behind the interrupt handler; `index` is the core
    interrupt, interrupt_thread, leave_interrupt, read_status, read_enable, read_doorbell, complete,  // interrupt handler
    read_queue_status, read_queue_tail, complete_entry,  // of it, where there are queues
    message,  // handler of a queue's own interrupt; `index` is that of the message
    read_tasks, read_link_error,  // of it, where errors are handled
    probe, probe_wait,  // initialisation
    handle_errors, handle_errors_read,  // error handler
    forget_timer, forget_keys, clear_key, clear_key_woken,  // keys whose life is over
    restore_keys, restore_keys_woken,  // keys written again
    operate, operate_piece, operate_piece_woken,  // on wrapped keys
    left_call, left_idle,  // a core has left the secure world for an interrupt, or is back from an idle state; not the driver's
    power_timer, power_work, power_read, power_issue,  // clock gating
    scale_look, scale_work, scale_issue,  // frequency scaling
  };
  Kind kind = Kind::submit;
  std::uint32_t index = 0;

  bool of_block_layer() const { return kind < Kind::interrupt; }
  bool of_key_reaper() const { return kind >= Kind::forget_timer && kind < Kind::restore_keys; }
  bool of_key_restorer() const { return kind >= Kind::restore_keys && kind < Kind::operate; }
  bool of_key_operations() const { return kind >= Kind::operate && kind < Kind::left_call; }
  bool of_clock_gate() const { return kind > Kind::left_idle && kind < Kind::scale_look; }
  bool of_gear_scaling() const { return kind >= Kind::scale_look; }
  bool of_processor() const { return kind == Kind::left_call || kind == Kind::left_idle; }
  bool of_error_handler() const { return kind == Kind::handle_errors || kind == Kind::handle_errors_read; }
  /// Of the initialisation, the error handler, or the threads that look after keys.
  bool is_rare() const { return kind >= Kind::probe; }
};

/// What a core does next: nothing, work for some time, in the secure world or not, or wait for a register.
/// Two machine words: a core takes several steps for each request, and each goes through several hands.
struct Step {
  enum class Kind : std::uint8_t { done, compute, read, call };
  std::uint64_t what = 0;  ///< from the lowest bit on: kind, kind of work, number of the register, index of the work
  Picoseconds cost{};

  Kind kind() const { return static_cast<Kind>(what & 0xff); }
  Work::Kind work_kind() const { return static_cast<Work::Kind>(what >> 8 & 0xff); }
  Work work() const { return {work_kind(), static_cast<std::uint32_t>(what >> 32)}; }
  Reg reg() const { return static_cast<Reg>(what >> 14 & 0x3fffc); }

  static Step done() { return {}; }
  static Step compute(Work::Kind work, std::uint32_t index, Picoseconds cost) {
    return {packed(Kind::compute, work, 0, index), cost};
  }
  /// Work in the secure world, which interrupts suspend.
  static Step call(Work::Kind work, std::uint32_t index, Picoseconds cost) {
    return {packed(Kind::call, work, 0, index), cost};
  }
  static Step read(Work::Kind work, std::uint32_t index, Reg reg) {
    return {packed(Kind::read, work, static_cast<std::uint64_t>(reg), index), Picoseconds{}};
  }

 private:
  static std::uint64_t packed(Kind kind, Work::Kind work, std::uint64_t offset, std::uint64_t index) {
    return static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(work) << 8 | offset << 14 | index << 32;
  }
};

/// The machine as the driver sees it.
class HostPort {
 public:
  /// Where interrupts by message are to be written, outside of the memory; their data is a number, from 0 to 63.
  static constexpr std::uint64_t message_address = std::uint64_t{1} << 63;

  virtual ~HostPort() = default;
  virtual Picoseconds now() const = 0;
  /// Queues a step behind the work that `core` already has.
  virtual void queue(Core core, Step step) = 0;
  /// Queues it behind such steps alone, before all other work of `core` but an interrupt handler (Linux: a softirq).
  virtual void queue_softirq(Core core, Step step) = 0;
  /// Queues it before the work that `core` has of other threads (Linux: SCHED_FIFO).
  virtual void queue_real_time(Core core, Step step) = 0;
  /// Queues a step as queue() does, from `at` on.
  virtual void queue_at(Core core, Step step, Picoseconds at) = 0;
  /// A posted write that leaves the core at `issue`, now or later; writes arrive in order of the calls.
  virtual void write_register(std::uint32_t offset, std::uint32_t value, Picoseconds issue) = 0;
  /// The secure world, not this core, puts the key words of `entry` into a keyslot of the hardware at `at`, now or later,
  /// and word 16, too, when it is to `configure`; calls are in the order of their times.
  virtual void load_keyslot(Keyslot keyslot, const CryptoConfig& entry, bool configure, Picoseconds at) = 0;
  /// Pulls the reset lines of the controller, which is not enabled, and of its engine.
  virtual void reset_hardware() = 0;
  /// From now on the clocks that are scaled have their higher frequency, or the lower one.
  virtual void set_clocks(bool high) = 0;
  virtual void write_memory(std::uint64_t address, const std::byte* data, std::size_t size) = 0;
  virtual void read_memory(std::uint64_t address, std::byte* data, std::size_t size) = 0;
};

/// The driver as the machine sees it.
class HostClient {
 public:
  virtual ~HostClient() = default;
  /// A core has ended the cost of `work`, or got the `value` of the register it read; the answer is what it does next.
  virtual Step step(Work work, std::uint32_t value) = 0;
  /// What the driver would do with the answer `value` to `work`, where nothing but this core can tell when it does it: to read
  /// another register and no more, to work for some time, or to be done. Lets a processor look ahead; calling it changes
  /// nothing. Where it says `compute`, step() may be called as soon as the answer is known.
  struct Ahead {
    enum class Kind : std::uint8_t { unknown, read, compute, done };
    Kind kind = Kind::unknown;
    Reg reg{};
  };
  virtual Ahead ahead(Work work, std::uint32_t value) const {
    (void)work, (void)value;
    return {};
  }
  /// First step of the interrupt handler.
  virtual Step interrupt() = 0;
  /// The core that a message is for, and the first step of its handler there, a Work::Kind::message.
  struct Handler {
    Core core = 0;
    Step first;
  };
  virtual Handler message(std::uint32_t number) {
    (void)number;
    throw_bug("this driver has no interrupts by message");
  }
};

}  // namespace icesim
