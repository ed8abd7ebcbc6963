// SPDX-License-Identifier: Apache-2.0
#include "models/host_cpu.hpp"

#include "icesim/spec/bytes.hpp"

namespace icesim {
namespace {

/// Everything in this inbox comes from the processor itself or, in order, from the controller: order of arrival is right.
enum Rank : std::uint64_t { arrivals, answers, steps };
constexpr std::uint64_t order(Rank rank, std::uint64_t detail) { return std::uint64_t{rank} << 56 | detail; }

}  // namespace

HostCpu::HostCpu(const sc_core::sc_module_name& name, const HostCpuConfig& config)
    : sc_module(name), config_(config), cores_(config.cores) {
  registers.register_nb_transport_bw(this, &HostCpu::answer);
  SC_HAS_PROCESS(HostCpu);
  SC_METHOD(step);
  sensitive << wake_;
  dont_initialize();
  SC_METHOD(interrupt_rose);
  sensitive << interrupt.pos();
  dont_initialize();
}

void HostCpu::call_workload(Picoseconds at) { inbox_.push(at, order(arrivals, ++sequence_), {Event::Kind::workload, 0, {}}); }

void HostCpu::queue(Core core, const Step& step) {
  CoreState& c = cores_[core];
  if (c.busy) {
    c.queue.push_back(step);
  } else {
    begin(core, step);
  }
}

void HostCpu::queue_at(Core core, const Step& step, Picoseconds at) {
  inbox_.push(at, order(steps, ++sequence_), {Event::Kind::queue, core, step});
}

void HostCpu::begin(Core core, const Step& step) {
  CoreState& c = cores_[core];
  c.busy = true;
  c.current = step;
  c.began = now();
  ++statistics_.steps;
  if (step.kind == Step::Kind::read) {
    issue_read(core, step.reg);
  } else if (step.cost.n == 0) {
    ended(core, 0);
  } else {
    inbox_.push(now() + step.cost, order(steps, ++sequence_), {Event::Kind::step_ended, core, {}});
  }
}

void HostCpu::ended(Core core, std::uint32_t value) {
  CoreState& c = cores_[core];
  statistics_.busy += now() - c.began;
  const Work::Kind kind = c.current.work.kind;
  const Step following = driver_->step(c.current.work, value);
  if (following.kind != Step::Kind::done) {
    begin(core, following);
    return;
  }
  c.busy = false;
  if (handling_ && core == config_.interrupt_core % cores_.size() && kind == Work::Kind::read_status) {
    handling_ = false;
    if (interrupt.read()) {
      start_handler();
      return;
    }
  }
  if (c.queue.empty()) return;
  const Step queued = c.queue.front();
  c.queue.pop_front();
  begin(core, queued);
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
  if (!handling_) start_handler();
}

void HostCpu::start_handler() {
  handling_ = true;
  const auto core = static_cast<Core>(config_.interrupt_core % cores_.size());
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
  write_access_.set_command(tlm::TLM_WRITE_COMMAND);
  write_access_.set_address(offset);
  write_access_.set_data_ptr(reinterpret_cast<unsigned char*>(data.data()));
  write_access_.set_data_length(4);
  write_access_.set_streaming_width(4);
  write_access_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = to_sc_time(issue + config_.costs.mmio_write - now());
  registers->nb_transport_fw(write_access_, phase, delay);
}

void HostCpu::issue_read(Core core, Reg reg) {
  CoreState& c = cores_[core];
  c.access.set_command(tlm::TLM_READ_COMMAND);
  c.access.set_address(static_cast<std::uint32_t>(reg));
  c.access.set_data_ptr(reinterpret_cast<unsigned char*>(&c.value));
  c.access.set_data_length(4);
  c.access.set_streaming_width(4);
  c.access.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = to_sc_time(Picoseconds{config_.costs.mmio_read.n / 2});
  if (registers->nb_transport_fw(c.access, phase, delay) == tlm::TLM_COMPLETED) answer(c.access, phase, delay);
}

tlm::tlm_sync_enum HostCpu::answer(tlm::tlm_generic_payload& access, tlm::tlm_phase&, sc_core::sc_time& delay) {
  Core core = 0;
  while (&cores_[core].access != &access) ++core;
  cores_[core].value = load_le32(reinterpret_cast<const std::byte*>(access.get_data_ptr()));
  const Picoseconds flight = config_.costs.mmio_read - Picoseconds{config_.costs.mmio_read.n / 2};
  inbox_.push(now() + Picoseconds{delay.value()} + flight, order(answers, core), {Event::Kind::answer, core, {}});
  return tlm::TLM_COMPLETED;
}

void HostCpu::write_memory(std::uint64_t address, const std::byte* data, std::size_t size) {
  memory_->write(address, data, size);
}

void HostCpu::read_memory(std::uint64_t address, std::byte* data, std::size_t size) { memory_->read(address, data, size); }

}  // namespace icesim
