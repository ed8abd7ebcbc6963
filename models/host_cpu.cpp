// SPDX-License-Identifier: Apache-2.0
#include "models/host_cpu.hpp"

#include "icesim/spec/bytes.hpp"

namespace icesim {
namespace {

/// Everything in this inbox comes from the processor itself or, in order, from the controller: order of arrival is right.
enum Rank : std::uint64_t { arrivals, answers, steps, timers };
constexpr std::uint64_t order(Rank rank, std::uint64_t detail) { return std::uint64_t{rank} << 56 | detail; }

/// The two ways of a read: there, and back with what is left of the round trip.
Picoseconds way_there(const HostCosts& costs) { return Picoseconds{costs.mmio_read.n / 2}; }
Picoseconds way_back(const HostCosts& costs) { return costs.mmio_read - way_there(costs); }

/// Makes an access of one register.
void prepare(tlm::tlm_generic_payload& access, tlm::tlm_command command, std::uint32_t offset, void* data) {
  access.set_command(command);
  access.set_address(offset);
  access.set_data_ptr(static_cast<unsigned char*>(data));
  access.set_data_length(4);
  access.set_streaming_width(4);
  access.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
}

}  // namespace

HostCpu::HostCpu(const sc_core::sc_module_name& name, Agenda& agenda, const HostCpuConfig& config)
    : sc_module(name),
      config_(config),
      wake_(agenda, run_step<HostCpu, &HostCpu::step>, this),
      cores_(config.cores) {
  config_.interrupt_core %= cores_.size();
  registers.register_nb_transport_bw(this, &HostCpu::answer);
  SC_HAS_PROCESS(HostCpu);
  SC_METHOD(interrupt_rose);
  sensitive << interrupt.pos();
  dont_initialize();
}

void HostCpu::call_workload(Picoseconds at) { inbox_.push(at, order(arrivals, ++sequence_), {Event::Kind::workload, 0, {}}); }

void HostCpu::queue(Core core, const Step& step) {
  settle(core);
  CoreState& c = cores_[core];
  if (c.busy) {
    c.queue.push(step);
  } else {
    begin(core, step);
  }
}

void HostCpu::queue_at(Core core, const Step& step, Picoseconds at) {
  inbox_.push(at, order(timers, ++sequence_), {Event::Kind::queue, core, step});
}

void HostCpu::begin(Core core, Step next) {
  CoreState& c = cores_[core];
  // A loop, not a call of each step by the one before: steps without cost may be many.
  do {
    c.busy = true;
    c.current = next;
    c.began = now();
    ++statistics_.steps;
    if (next.kind == Step::Kind::read) {
      issue_read(core, next.reg());
      return;
    }
    if (next.cost.n > 0) {
      inbox_.push(now() + next.cost, order(steps, core), {Event::Kind::step_ended, core, {}});
      return;
    }
    next = end(core, 0);
  } while (next.kind != Step::Kind::done);
}

void HostCpu::ended(Core core, std::uint32_t value) {
  const Step next = end(core, value);
  if (next.kind != Step::Kind::done) begin(core, next);
}

/// Ends the step that runs; says what follows on the core.
Step HostCpu::end(Core core, std::uint32_t value) {
  CoreState& c = cores_[core];
  statistics_.busy += now() - c.began;
  const Work::Kind kind = c.current.work_kind;
  Step next = driver_->step(c.current.work(), value);
  if (next.kind != Step::Kind::done) return next;
  if (handling_ && core == config_.interrupt_core && kind == Work::Kind::read_status) {
    handling_ = interrupt.read();
    if (handling_) return driver_->interrupt();
  }
  c.busy = !c.queue.empty();
  if (c.busy) {
    next = c.queue.front();
    c.queue.pop();
  }
  return next;
}

void HostCpu::step() {
  Event event;
  while (inbox_.pop(event)) {
    switch (event.kind) {
      case Event::Kind::workload:
        workload_->arrive();
        break;
      case Event::Kind::answer:
        ended(event.core, cores_[event.core].value);
        break;
      case Event::Kind::step_ended:
        ended(event.core, 0);
        break;
      case Event::Kind::queue:
        queue(event.core, event.step);
        break;
    }
  }
}

void HostCpu::interrupt_rose() {
  settle(static_cast<Core>(config_.interrupt_core));
  if (!handling_) start_handler();
}

void HostCpu::start_handler() {
  handling_ = true;
  const auto core = static_cast<Core>(config_.interrupt_core);
  const Step first = driver_->interrupt();
  if (cores_[core].busy) {
    cores_[core].queue.push_front(first);
  } else {
    begin(core, first);
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

void HostCpu::issue_read(Core core, Reg reg) {
  CoreState& c = cores_[core];
  if (c.has_second) {
    c.has_second = false;
    ended(core, c.second);
    return;
  }
  Picoseconds answered{};
  if (!read_early(core, reg, now(), c.value, answered)) return;
  const HostClient::Ahead ahead = driver_->ahead(c.current.work(), c.value);
  if (ahead.kind == HostClient::Ahead::Kind::done && c.queue.empty() && !interrupt.read()) {
    // Nothing follows: the core is free from then on, which matters only to who wants it, and settle() tells.
    statistics_.busy += answered - c.began;
    c.ending = true;
    c.free = c.began = answered;
    return;
  }
  if (ahead.kind == HostClient::Ahead::Kind::compute) {
    statistics_.busy += answered - c.began;
    c.began = answered;
    c.current = driver_->step(c.current.work(), c.value);
    ensure(c.current.kind == Step::Kind::compute && c.current.cost.n > 0, "the driver works, as it said");
    ++statistics_.steps;
    inbox_.push(answered + c.current.cost, order(steps, core), {Event::Kind::step_ended, core, {}});
    return;
  }
  // IE, which only software changes, is answered as well.
  if (ahead.kind == HostClient::Ahead::Kind::read && ahead.reg == Reg::IE) {
    c.has_second = read_early(core, ahead.reg, answered, c.second, answered);
    ensure(c.has_second, "IE is answered early after a status that was");
  }
  inbox_.push(answered, order(answers, core), {Event::Kind::answer, core, {}});
}

/// Brings a core up to date that is done with its work without an event: it is free, or an event will say when it is.
void HostCpu::settle(Core core) {
  CoreState& c = cores_[core];
  if (!c.ending) return;
  c.ending = false;
  if (now() < c.free) {
    inbox_.push(c.free, order(answers, core), {Event::Kind::answer, core, {}});
    return;
  }
  c.busy = false;
  if (core == config_.interrupt_core) handling_ = false;
}

/// Sends a read that leaves the core at `from`; true when the controller can answer at once, for the time `answered`.
/// Otherwise the answer comes by itself.
bool HostCpu::read_early(Core core, Reg reg, Picoseconds from, std::uint32_t& value, Picoseconds& answered) {
  tlm::tlm_generic_payload& access = cores_[core].access;
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
  inbox_.push(now() + Picoseconds{delay.value()} + way_back(config_.costs), order(answers, core), {Event::Kind::answer, core, {}});
  return tlm::TLM_COMPLETED;
}

void HostCpu::write_memory(std::uint64_t address, const std::byte* data, std::size_t size) {
  memory_->write(address, data, size);
}

void HostCpu::read_memory(std::uint64_t address, std::byte* data, std::size_t size) { memory_->read(address, data, size); }

}  // namespace icesim
