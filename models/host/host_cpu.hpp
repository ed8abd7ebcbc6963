// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/ring.hpp"
#include "icesim/driver/host_port.hpp"
#include "models/base/inbox.hpp"
#include "models/base/interrupt_line.hpp"
#include "models/base/ports.hpp"
#include "models/host/cpu_idle.hpp"
#include "models/host/system_memory.hpp"

#include <array>
#include <deque>
#include <optional>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <vector>

namespace icesim {

struct HostCpuConfig {
  std::uint64_t cores = 8;
  std::uint64_t interrupt_core = 0;
  CpuIdleConfig idle;
  HostCosts costs;

  void describe(Fields& f) {
    f("cores", cores, {1, 64}, assumption("CPU cores", "a phone has 8 [our-choice]"));
    f("interrupt_core", interrupt_core, {0, 63},
      assumption("Core that takes the interrupt pin, modulo the number of cores",
                 "Linux routes one interrupt to one core [our-choice]"));
    f.group("idle", idle, "Idle states of the cores");
    f.group("costs", costs, "What the steps of the driver cost");
  }
};

struct HostCpuStatistics {
  std::uint64_t steps = 0;
  TimeSum busy;
  bool calls = false;  ///< cores work in the secure world
  std::uint64_t reentries = 0;
  TimeSum reentry_time;
  const CpuIdleStatistics* idle = nullptr;  ///< where cores have idle states

  void describe(Statistics& s) const {
    s("steps", steps, "Steps of the driver carried out");
    s("busy", busy, "Time for which cores were busy, summed over the cores");
    if (idle != nullptr) s.group("idle", *idle);
    if (!calls) return;
    s("reentries", reentries, "Times a core left the secure world for an interrupt, and came back to it");
    s("reentry_time", reentry_time, "Time that this took");
  }
};

/// What happens outside the driver at given times: requests arrive.
class Workload {
 public:
  virtual ~Workload() = default;
  /// The time asked for with HostCpu::call_workload has come.
  virtual void arrive() = 0;
};

/// The processor: cores that carry out the steps of the driver, one at a time.
///
/// **Timing**
/// - A core takes the steps queued to it in order; a step that costs c ends c after it began, and what the driver answers goes
///   on at once on the same core. What the driver queues to an idle core while it answers begins when it has answered.
///   Of what is queued the interrupt handler goes first, then softirqs, in order, then real-time threads, then the rest;
///   none of them interrupts a step or what follows it, but for calls.
/// - An interrupt for a core that is in a call (Step::call) suspends that: the core leaves the secure world for `leave`, does
///   what goes first, and comes back, before the work of other threads but those of real time, for `entry` and what was left
///   of the call, of which its first `entry` is none. At the time of its end a call has ended; at the time of its begin
///   it has not begun, and begins behind the handler, as where one waits already.
/// - A core that was idle begins when it is back, as CpuIdle says, with what is first of what has come by then; the way back
///   is busy time. What arrives, of a process that runs already, finds its core awake.
/// - A posted register write issued at t leaves for the controller at t and arrives `mmio_write` later. A read issued at t
///   arrives mmio_read / 2 later; its answer is there mmio_read - mmio_read / 2 after it left the controller, and the core
///   waits.
/// - A key of the secure world is in its keyslot at the time that the driver says.
/// - The interrupt pin is a level: the handler runs when it rises, and again if it is high when the handler has ended.
/// - An interrupt by message is an edge: it pends until its handler begins on its core, behind other handlers that wait
///   there and before softirqs. One that comes while the same pends is none; while its handler runs, it runs again.
/// **Spec**: order of accesses [ufshci-interrupts]; costs are parameters [host-costs].
/// **Not modelled**: caches, clocks that change, preemption inside a step, other load.
class HostCpu final : public sc_core::sc_module, public HostPort, public InterruptSink {
 public:
  HostCpu(const sc_core::sc_module_name& name, Agenda& agenda, const HostCpuConfig& config);
  ~HostCpu() override;

  tlm_utils::simple_initiator_socket<HostCpu> registers{"registers"};
  sc_core::sc_in<bool> interrupt{"interrupt"};

  void connect(HostClient& driver, Workload& workload, SystemMemory& memory) {
    driver_ = &driver;
    workload_ = &workload;
    memory_ = &memory;
  }
  /// Who takes the keys of the secure world.
  void connect(KeyslotLoader& loader) { loader_ = &loader; }
  void connect(ClockSetter& clocks) { clocks_ = &clocks; }
  /// What it takes to leave the secure world for an interrupt, and to come back.
  void set_call(Picoseconds leave, Picoseconds entry) {
    leave_ = leave;
    entry_ = entry;
    statistics_.calls = true;
  }
  /// Asks that Workload::arrive be called at `at`, in the future.
  void call_workload(Picoseconds at);

  /// The pin has risen; also called by the kernel when the pin is one of its signals.
  void interrupt_rose() override;
  /// Who writes elsewhere than to message_address tells nobody.
  void message_came(std::uint64_t address, std::uint32_t number) override;

  Picoseconds now() const override { return wake_.now(); }
  void queue(Core core, Step step) override;
  void queue_softirq(Core core, Step step) override;
  void queue_real_time(Core core, Step step) override;
  void queue_at(Core core, Step step, Picoseconds at) override;
  void write_register(std::uint32_t offset, std::uint32_t value, Picoseconds issue) override;
  void load_keyslot(Keyslot keyslot, const CryptoConfig& entry, bool configure, Picoseconds at) override;
  void reset_hardware() override { loader_->reset(); }
  void set_clocks(bool high) override { clocks_->set_clocks(high); }
  void write_memory(std::uint64_t address, const std::byte* data, std::size_t size) override;
  void read_memory(std::uint64_t address, std::byte* data, std::size_t size) override;

  const HostCpuStatistics& statistics() const { return statistics_; }

 private:
  struct Event {
    enum class Kind : std::uint8_t { workload, answer, step_ended, call_ended, queue, load };
    Kind kind = Kind::workload;
    std::uint32_t index = 0;  ///< of a core; of a timer with `queue`; with `call_ended` number_of() a part
  };
  /// A step that is to be queued later; there are few, and an event for each step.
  struct Timer {
    Core core = 0;
    Step step;
  };
  /// A key on its way from the secure world.
  struct Load {
    Keyslot keyslot;
    CryptoConfig entry;
    bool configure = false;
  };
  struct CoreState {
    Core number = 0;
    bool busy = false;
    Step current;
    Picoseconds began{};
    std::uint32_t call = 0;  ///< parts of calls that were suspended
    Ring<Step> queue{64};
    Ring<Step> urgent;  ///< goes before: the handler, softirqs
    std::uint32_t value = 0;
    bool has_second = false;   ///< the register read after this one has been answered, too
    std::uint32_t second = 0;
    bool ending = false;       ///< the core is done with its work at `free`, and no event says so
    Picoseconds free{};        ///< since then, or from then on, it has no work
    tlm::tlm_generic_payload access;
  };

  void step();
  void run(CoreState& c, Step step);
  void go_on(CoreState& c, std::uint32_t value);
  bool begin(CoreState& c, Step step, Picoseconds t, std::uint32_t& value);
  void ended(CoreState& c, std::uint32_t value);
  Step after(CoreState& c, Work::Kind kind);
  bool issue_read(CoreState& c, Picoseconds t, std::uint32_t& value);
  bool read_early(CoreState& c, Reg reg, Picoseconds from, std::uint32_t& value, Picoseconds& answered);
  void start_handler();
  Step next_urgent(CoreState& c);
  static std::uint64_t order_of_step(const CoreState& c);
  static std::uint64_t order_of_answer(const CoreState& c);
  /// Of the part of a call that runs, or the next one.
  static std::uint32_t number_of(const CoreState& c);
  bool in_call(const CoreState& c) const { return c.busy && c.current.kind() == Step::Kind::call; }
  [[gnu::noinline]] bool begin_call(CoreState& c, Picoseconds t, std::uint32_t& value);
  [[gnu::noinline]] void call_ended(std::uint32_t call);
  [[gnu::noinline]] void suspend_call(CoreState& c);
  void settle(CoreState& c) {
    if (c.ending) settle_ending(c);
  }
  void settle_ending(CoreState& c);
  /// Whether what comes now has to wait, for the core's work or until it is back from an idle state.
  bool waits(CoreState& c) {
    settle(c);
    return c.busy || (seldom(idle_.has_value()) && comes_back(c));
  }
  [[gnu::noinline]] bool comes_back(CoreState& c);
  tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& access, tlm::tlm_phase& phase, sc_core::sc_time& delay);

  HostCpuConfig config_;
  SystemMemory* memory_ = nullptr;
  HostClient* driver_ = nullptr;
  Workload* workload_ = nullptr;
  Agenda::Wake wake_;
  KeyslotLoader* loader_ = nullptr;
  ClockSetter* clocks_ = nullptr;
  Inbox<Event> inbox_{wake_};
  std::deque<Load> loads_;
  std::vector<Timer> timers_;
  std::vector<std::uint32_t> free_timers_;
  std::vector<CoreState> cores_;
  tlm::tlm_generic_payload write_access_;
  std::uint64_t sequence_ = 0;
  Picoseconds leave_{};
  Picoseconds entry_{};
  bool handling_ = false;
  std::uint64_t pending_ = 0;  ///< a bit for each message
  std::optional<CpuIdle> idle_;
  bool arrives_ = false;     ///< a process of the trace does something, on a core that it has
  bool driving_ = false;     ///< the driver answers: what begins meanwhile and takes no time ends afterwards
  Ring<Core> ended_at_once_;  ///< cores with such a step
  HostCpuStatistics statistics_;
};

}  // namespace icesim
