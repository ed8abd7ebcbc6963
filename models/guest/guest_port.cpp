// SPDX-License-Identifier: Apache-2.0
#include "models/guest/guest_port.hpp"

#include "icesim/spec/bytes.hpp"
#include "models/base/register_access.hpp"

#include <cstring>

namespace icesim {

GuestPort::GuestPort(const sc_core::sc_module_name& name, const HostCosts& costs, GuestRequests& requests,
                     const InterruptLine& interrupt)
    : sc_module(name), costs_(costs), requests_(requests), interrupt_(interrupt) {
  registers.register_nb_transport_bw(this, &GuestPort::answer);
}

void GuestPort::run(Picoseconds until) {
  if (until > now()) sc_core::sc_start(to_sc_time(until - now()), sc_core::SC_RUN_TO_TIME);
}

/// Goes on to `time`, whatever the interrupt does.
void GuestPort::reach(Picoseconds time) {
  while (now() < time) run(time);
}

void GuestPort::interrupt_rose() { sc_core::sc_pause(); }

void GuestPort::lose_power() {
  powered_ = false;
  sc_core::sc_pause();
}

std::uint32_t GuestPort::read_register(std::uint32_t offset) {
  const Picoseconds issued = now();
  prepare(access_, tlm::TLM_READ_COMMAND, offset, data_.data());
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = to_sc_time(way_there(costs_));
  answered_ = registers->nb_transport_fw(access_, phase, delay) == tlm::TLM_COMPLETED;
  if (answered_) answer_at_ = now() + Picoseconds{delay.value()} + way_back(costs_);
  while (!answered_) run(now() + costs_.mmio_read);  // the answer ends it
  reach(answer_at_);
  ensure(access_.is_response_ok(), "GuestPort: a register can be read");
  const std::uint32_t value = load_le32(data_.data());
  requests_.read(offset, value, issued, now());
  return value;
}

tlm::tlm_sync_enum GuestPort::answer(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time& delay) {
  answered_ = true;
  answer_at_ = now() + Picoseconds{delay.value()} + way_back(costs_);
  sc_core::sc_pause();
  return tlm::TLM_COMPLETED;
}

void GuestPort::write_register(std::uint32_t offset, std::uint32_t value) {
  requests_.written(offset, value, now());
  store_le32(data_.data(), value);
  prepare(access_, tlm::TLM_WRITE_COMMAND, offset, data_.data());
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = to_sc_time(costs_.mmio_write);
  registers->nb_transport_fw(access_, phase, delay);
  reach(now() + costs_.mmio_write);
}

GuestMemory::GuestMemory(const sc_core::sc_module_name& name, const cosim::GuestMap& map) : sc_module(name), map_(map) {
  socket.register_b_transport(this, &GuestMemory::transport);
}

void GuestMemory::transport(tlm::tlm_generic_payload& access, sc_core::sc_time&) {
  const std::size_t length = access.get_data_length();
  std::byte* const there = map_.find(access.get_address(), length);
  access.set_response_status(there == nullptr ? tlm::TLM_ADDRESS_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE);
  if (there == nullptr) return;
  if (access.is_read()) std::memcpy(access.get_data_ptr(), there, length);
  if (access.is_write()) std::memcpy(there, access.get_data_ptr(), length);
  if (map_.lost()) access.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

}  // namespace icesim
