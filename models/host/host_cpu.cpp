// SPDX-License-Identifier: Apache-2.0
#include "models/host/host_cpu.hpp"

#include "icesim/spec/bytes.hpp"
#include "models/base/register_access.hpp"

namespace icesim {
namespace {

/// Everything in this inbox comes from the processor itself or, in order, from the controller: order of arrival is right.
enum Rank : std::uint64_t { loads, arrivals, answers, steps, timers };
constexpr std::uint64_t order(Rank rank, std::uint64_t detail) { return std::uint64_t{rank} << 56 | detail; }

/// First step of an interrupt handler.
bool is_handler(const Step& step) {
  return step.work_kind() == Work::Kind::interrupt || step.work_kind() == Work::Kind::message;
}

}  // namespace

HostCpu::HostCpu(const sc_core::sc_module_name& name, Agenda& agenda, const HostCpuConfig& config)
    : sc_module(name),
      config_(config),
      wake_(agenda, run_step<HostCpu, &HostCpu::step>, this),
      cores_(config.cores) {
  config_.interrupt_core %= cores_.size();
  if (config_.idle.on()) statistics_.idle = &idle_.emplace(config_.idle, cores_.size()).statistics();
  for (CoreState& c : cores_) c.number = static_cast<Core>(&c - cores_.data());
  registers.register_nb_transport_bw(this, &HostCpu::answer);
  SC_HAS_PROCESS(HostCpu);
  SC_METHOD(interrupt_rose);
  sensitive << interrupt.pos();
  dont_initialize();
}

HostCpu::~HostCpu() {
  for (Load& each : loads_) each.entry.wipe();
}

void HostCpu::call_workload(Picoseconds at) { inbox_.push(at, order(arrivals, ++sequence_), {Event::Kind::workload, 0}); }

void HostCpu::queue(Core core, Step step) {
  CoreState& c = cores_[core];
  if (waits(c)) {
    c.queue.push(step);
  } else {
    run(c, step);
  }
}

void HostCpu::queue_softirq(Core core, Step step) {
  CoreState& c = cores_[core];
  if (!waits(c)) return run(c, step);
  c.urgent.push(step);
  if (seldom(in_call(c))) suspend_call(c);
}

void HostCpu::queue_real_time(Core core, Step step) {
  CoreState& c = cores_[core];
  if (!waits(c)) return run(c, step);
  c.queue.push_front(step);
}

void HostCpu::queue_at(Core core, Step step, Picoseconds at) {
  if (free_timers_.empty()) {
    free_timers_.push_back(static_cast<std::uint32_t>(timers_.size()));
    timers_.emplace_back();
  }
  const std::uint32_t timer = free_timers_.back();
  free_timers_.pop_back();
  timers_[timer] = {core, step};
  inbox_.push(at, order(Rank::timers, ++sequence_), {Event::Kind::queue, timer});
}

/// Carries out a step and those that follow on the core, until one takes time or nothing is left to do.
void HostCpu::run(CoreState& c, Step step) {
  std::uint32_t value = 0;
  if (!begin(c, step, now(), value)) return;
  if (!driving_) return ended(c, value);
  c.value = value;
  ended_at_once_.push(c.number);
}

std::uint64_t HostCpu::order_of_step(const CoreState& c) { return order(steps, c.number); }
std::uint64_t HostCpu::order_of_answer(const CoreState& c) { return order(answers, c.number); }

/// Begins a step at `t`, which is now; true when it takes no time, and a register it reads has that `value`.
bool HostCpu::begin(CoreState& c, Step step, Picoseconds t, std::uint32_t& value) {
  c.busy = true;
  c.current = step;
  c.began = t;
  ++statistics_.steps;
  if (step.kind() == Step::Kind::read) return issue_read(c, t, value);
  value = 0;
  if (seldom(step.kind() == Step::Kind::call) && step.cost.n > 0) return begin_call(c, t, value);
  if (step.cost.n == 0) {
    wake_.count_work();  // as much may follow at this instant as there is
    return true;
  }
  inbox_.push(t + step.cost, order_of_step(c), {Event::Kind::step_ended, c.number});
  return false;
}

/// Ends the step that runs, now, and goes on with what follows on the core; then with what has begun and ended on others
/// meanwhile. One after the other: a step that takes no time does not run inside the one that queued it.
void HostCpu::ended(CoreState& c, std::uint32_t value) {
  driving_ = true;
  go_on(c, value);
  for (; !ended_at_once_.empty(); ended_at_once_.pop()) {
    CoreState& other = cores_[ended_at_once_.front()];
    go_on(other, other.value);
  }
  driving_ = false;
}

void HostCpu::go_on(CoreState& c, std::uint32_t value) {
  const Picoseconds t = now();
  Step next;
  do {
    statistics_.busy += t - c.began;
    const Work::Kind kind = c.current.work_kind();
    next = driver_->step(c.current.work(), value);
    if (next.kind() == Step::Kind::done) next = after(c, kind);
  } while (next.kind() != Step::Kind::done && begin(c, next, t, value));
}

/// What a core goes on with whose work of `kind` is done.
Step HostCpu::after(CoreState& c, Work::Kind kind) {
  if (handling_ && c.number == config_.interrupt_core && kind == Work::Kind::read_status) {
    handling_ = interrupt.read();
    if (handling_) return driver_->interrupt();
  }
  if (seldom(!c.urgent.empty())) return next_urgent(c);
  c.busy = !c.queue.empty();
  if (!c.busy) {
    c.free = now();
    return Step::done();
  }
  const Step next = c.queue.front();
  c.queue.pop();
  return next;
}

Step HostCpu::next_urgent(CoreState& c) {
  const Step next = c.urgent.front();
  c.urgent.pop();
  if (next.work_kind() == Work::Kind::message) pending_ &= ~(std::uint64_t{1} << next.work().index);
  return next;
}

void HostCpu::step() {
  Event event;
  while (inbox_.pop(event)) {
    switch (event.kind) {
      case Event::Kind::workload:
        arrives_ = true;
        workload_->arrive();
        arrives_ = false;
        break;
      case Event::Kind::answer:
        ended(cores_[event.index], cores_[event.index].value);
        break;
      case Event::Kind::step_ended:
        ended(cores_[event.index], 0);
        break;
      case Event::Kind::call_ended:
        call_ended(event.index);
        break;
      case Event::Kind::queue:
        free_timers_.push_back(event.index);
        queue(timers_[event.index].core, timers_[event.index].step);
        break;
      case Event::Kind::load:
        loader_->load(loads_.front().keyslot, loads_.front().entry, loads_.front().configure);
        loads_.front().entry.wipe();
        loads_.pop_front();
        break;
    }
  }
}

void HostCpu::interrupt_rose() {
  settle(cores_[config_.interrupt_core]);
  if (!handling_) start_handler();
}

void HostCpu::message_came(std::uint64_t address, std::uint32_t number) {
  if (address != message_address) return;
  ensure(number < 64, "messages have numbers from 0 to 63");
  if ((pending_ >> number & 1) != 0) return;
  const HostClient::Handler handler = driver_->message(number);
  CoreState& c = cores_[handler.core];
  if (!waits(c)) return run(c, handler.first);
  pending_ |= std::uint64_t{1} << number;
  std::size_t before = 0;
  while (before < c.urgent.size() && is_handler(c.urgent.at(before))) ++before;
  c.urgent.insert(before, handler.first);
  if (seldom(in_call(c))) suspend_call(c);
}

void HostCpu::start_handler() {
  handling_ = true;
  CoreState& c = cores_[config_.interrupt_core];
  const Step first = driver_->interrupt();
  if (waits(c)) {
    c.urgent.push_front(first);
    if (seldom(in_call(c))) suspend_call(c);
  } else {
    run(c, first);
  }
}

void HostCpu::write_register(std::uint32_t offset, std::uint32_t value, Picoseconds issue) {
  std::array<std::byte, 4> data{};
  store_le32(data.data(), value);
  prepare(write_access_, tlm::TLM_WRITE_COMMAND, offset, data.data());
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = to_sc_time(issue + config_.costs.mmio_write - now());
  registers->nb_transport_fw(write_access_, phase, delay);
}

/// Issues the read that begins at `t`, which is now; true when its `value` is there. Otherwise an event comes with it, or
/// none is needed.
bool HostCpu::issue_read(CoreState& c, Picoseconds t, std::uint32_t& value) {
  if (c.has_second) {
    c.has_second = false;
    value = c.second;
    return true;
  }
  Picoseconds answered{};
  if (!read_early(c, c.current.reg(), t, c.value, answered)) return false;
  const HostClient::Ahead ahead = driver_->ahead(c.current.work(), c.value);
  if (ahead.kind == HostClient::Ahead::Kind::done && c.queue.empty() && c.urgent.empty() && !interrupt.read()) {
    // Nothing follows: the core is free from then on, which matters only to who wants it, and settle() tells.
    statistics_.busy += answered - c.began;
    c.ending = true;
    c.free = c.began = answered;
    return false;
  }
  if (ahead.kind == HostClient::Ahead::Kind::compute) {
    statistics_.busy += answered - c.began;
    c.began = answered;
    c.current = driver_->step(c.current.work(), c.value);
    ensure(c.current.kind() == Step::Kind::compute && c.current.cost.n > 0, "the driver works, as it said");
    ++statistics_.steps;
    inbox_.push(answered + c.current.cost, order(steps, c.number), {Event::Kind::step_ended, c.number});
    return false;
  }
  // IE, which only software changes, is answered as well.
  if (ahead.kind == HostClient::Ahead::Kind::read && ahead.reg == Reg::IE) {
    c.has_second = read_early(c, ahead.reg, answered, c.second, answered);
    ensure(c.has_second, "IE is answered early after a status that was");
  }
  inbox_.push(answered, order_of_answer(c), {Event::Kind::answer, c.number});
  return false;
}

/// Sends a read that leaves the core at `from`; true when the controller can answer at once, for the time `answered`.
/// Otherwise the answer comes by itself.
bool HostCpu::read_early(CoreState& c, Reg reg, Picoseconds from, std::uint32_t& value, Picoseconds& answered) {
  tlm::tlm_generic_payload& access = c.access;
  prepare(access, tlm::TLM_READ_COMMAND, static_cast<std::uint32_t>(reg), &value);
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = to_sc_time(from - now() + way_there(config_.costs));
  if (registers->nb_transport_fw(access, phase, delay) != tlm::TLM_COMPLETED) return false;
  value = load_le32(reinterpret_cast<const std::byte*>(access.get_data_ptr()));
  answered = now() + Picoseconds{delay.value()} + way_back(config_.costs);
  return true;
}

tlm::tlm_sync_enum HostCpu::answer(tlm::tlm_generic_payload& access, tlm::tlm_phase&, sc_core::sc_time& delay) {
  Core core = 0;
  while (&cores_[core].access != &access) ++core;
  cores_[core].value = load_le32(reinterpret_cast<const std::byte*>(access.get_data_ptr()));
  inbox_.push(now() + Picoseconds{delay.value()} + way_back(config_.costs), order(answers, core), {Event::Kind::answer, core});
  return tlm::TLM_COMPLETED;
}

void HostCpu::load_keyslot(Keyslot keyslot, const CryptoConfig& entry, bool configure, Picoseconds at) {
  if (at == now()) return loader_->load(keyslot, entry, configure);
  loads_.push_back({keyslot, entry, configure});
  inbox_.push(at, order(Rank::loads, ++sequence_), {Event::Kind::load, 0});
}

void HostCpu::write_memory(std::uint64_t address, const std::byte* data, std::size_t size) {
  memory_->write(address, data, size);
}

void HostCpu::read_memory(std::uint64_t address, std::byte* data, std::size_t size) { memory_->read(address, data, size); }

}  // namespace icesim
