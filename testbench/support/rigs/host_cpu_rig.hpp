// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/bytes.hpp"
#include "models/host/host_cpu.hpp"
#include "models/system/forget_simulation.hpp"

#include <functional>
#include <map>
#include <memory>
#include <tlm_utils/simple_target_socket.h>
#include <vector>

namespace icesim {

/// Registers that remember when accesses arrive and answer reads a while later.
class RegisterTarget : public sc_core::sc_module {
 public:
  struct Access {
    bool write;
    std::uint32_t offset;
    std::uint32_t value;
    Picoseconds at;
  };
  tlm_utils::simple_target_socket<RegisterTarget> socket{"socket"};
  std::vector<Access> accesses;
  std::map<std::uint32_t, std::uint32_t> values;
  Picoseconds answer_time{7'000};  ///< from a read's arrival until its answer leaves
  bool at_once = false;            ///< answers in the call, as a controller does that knows the answer already

  RegisterTarget(const sc_core::sc_module_name& name, Agenda& agenda)
      : sc_module(name), wake_(agenda, run_step<RegisterTarget, &RegisterTarget::step>, this) {
    socket.register_nb_transport_fw(this, &RegisterTarget::transport);
  }
  /// Value of the nth access, from 0.
  const Access& access(std::size_t n) const { return accesses.at(n); }

 private:
  tlm::tlm_sync_enum transport(tlm::tlm_generic_payload& access, tlm::tlm_phase&, sc_core::sc_time& delay) {
    const auto offset = static_cast<std::uint32_t>(access.get_address());
    auto* data = reinterpret_cast<std::byte*>(access.get_data_ptr());
    const Picoseconds arrival = kernel_now() + Picoseconds{delay.value()};
    accesses.push_back({access.is_write(), offset, access.is_write() ? load_le32(data) : 0, arrival});
    access.set_response_status(tlm::TLM_OK_RESPONSE);
    if (access.is_write()) return tlm::TLM_COMPLETED;
    if (at_once) {
      store_le32(data, values[offset]);
      delay = to_sc_time(arrival + answer_time - kernel_now());
      return tlm::TLM_COMPLETED;
    }
    inbox_.push(arrival + answer_time, ++reads_, &access);
    return tlm::TLM_ACCEPTED;
  }
  void step() {
    tlm::tlm_generic_payload* access = nullptr;
    while (inbox_.pop(access)) {
      store_le32(reinterpret_cast<std::byte*>(access->get_data_ptr()),
                 values[static_cast<std::uint32_t>(access->get_address())]);
      tlm::tlm_phase phase = tlm::BEGIN_RESP;
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      socket->nb_transport_bw(*access, phase, delay);
    }
  }
  Agenda::Wake wake_;
  Inbox<tlm::tlm_generic_payload*> inbox_{wake_};
  std::uint64_t reads_ = 0;
};

/// A driver that does what a test says, and remembers which of its steps ended when.
class ScriptedDriver : public HostClient {
 public:
  struct Ended {
    std::uint32_t index;
    std::uint32_t value;
    Picoseconds at;
    friend bool operator==(const Ended& a, const Ended& b) {
      return a.index == b.index && a.value == b.value && a.at == b.at;
    }
  };
  std::vector<Ended> ended;
  std::vector<Picoseconds> interrupts;
  std::vector<Picoseconds> messages;
  std::function<Step(Work work, std::uint32_t value)> on_step;
  Picoseconds handler_cost{500'000};

  /// A step that costs `cost`; `index` names it.
  static Step work(std::uint32_t index, Picoseconds cost) { return Step::compute(Work::Kind::submit, index, cost); }
  static constexpr std::uint32_t handler = 1000;

  Step step(Work done, std::uint32_t value) override {
    if (done.of_processor()) return Step::done();
    ended.push_back({done.index, value, kernel_now()});
    return on_step ? on_step(done, value) : Step::done();
  }
  /// The handler is one step of `handler_cost` unless on_step goes on; it ends like the real one, with the status read.
  Step interrupt() override {
    interrupts.push_back(kernel_now());
    return Step::compute(Work::Kind::read_status, handler, handler_cost);
  }
  /// A message's is a step of as much, on the core with the message's number, modulo 4.
  Handler message(std::uint32_t number) override {
    messages.push_back(kernel_now());
    return {number % 4, Step::compute(Work::Kind::message, number, handler_cost)};
  }
};

struct ScriptedWorkload : Workload {
  std::vector<Picoseconds> arrivals;
  void arrive() override { arrivals.push_back(kernel_now()); }
};

/// Who would use the memory's socket: nobody here.
struct MemoryMaster : sc_core::sc_module {
  explicit MemoryMaster(const sc_core::sc_module_name& name) : sc_module(name) {}
  tlm_utils::simple_initiator_socket<MemoryMaster, 128> socket{"socket"};
};

/// A processor between a scripted driver, a scripted workload, a memory, registers and an interrupt pin.
class HostCpuRig {
 public:
  HostCpuConfig config;
  ScriptedDriver driver;
  ScriptedWorkload workload;
  std::unique_ptr<Agenda> agenda;
  std::unique_ptr<SystemMemory> memory;
  std::unique_ptr<MemoryMaster> memory_master;
  std::unique_ptr<RegisterTarget> target;
  std::unique_ptr<sc_core::sc_signal<bool>> pin;
  std::unique_ptr<HostCpu> cpu;

  ~HostCpuRig() {
    cpu.reset();
    target.reset();
    memory_master.reset();
    memory.reset();
    pin.reset();
    agenda.reset();
    forget_simulation();
  }
  void build() {
    agenda = std::make_unique<Agenda>("agenda");
    memory = std::make_unique<SystemMemory>("memory", SystemMemoryConfig{});
    memory_master = std::make_unique<MemoryMaster>("memory_master");
    memory_master->socket.bind(memory->socket);
    target = std::make_unique<RegisterTarget>("target", *agenda);
    pin = std::make_unique<sc_core::sc_signal<bool>>("pin");
    cpu = std::make_unique<HostCpu>("cpu", *agenda, config);
    cpu->connect(driver, workload, *memory);
    cpu->registers.bind(target->socket);
    cpu->interrupt.bind(*pin);
    run_until(Picoseconds{999});
  }
  /// Runs everything up to and including time `t`, and 1 ps more.
  void run_until(Picoseconds t) {
    if (t + Picoseconds{1} > kernel_now()) sc_core::sc_start(to_sc_time(t + Picoseconds{1} - kernel_now()));
  }
  void run_for(Picoseconds t) { run_until(kernel_now() + t); }
};

}  // namespace icesim
