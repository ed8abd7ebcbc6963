// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/bytes.hpp"
#include "icesim/spec/ufshci.hpp"
#include "models/base/clock_domain.hpp"

#include <array>
#include <deque>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <vector>

namespace icesim {

/// A master of the register bus that says when its accesses arrive and remembers when the answers came.
class RegisterMaster : public sc_core::sc_module {
 public:
  struct Answer {
    std::uint32_t value;
    Picoseconds at;
  };
  tlm_utils::simple_initiator_socket<RegisterMaster> socket{"socket"};
  std::vector<Answer> answers;

  explicit RegisterMaster(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_bw(this, &RegisterMaster::answer);
  }
  /// Posts a write that arrives `delay` from now.
  void write(Reg reg, std::uint32_t value, Picoseconds delay = {}) {
    write(static_cast<std::uint32_t>(reg), value, delay);
  }
  void write(std::uint32_t offset, std::uint32_t value, Picoseconds delay = {}) {
    std::array<std::byte, 4> data{};
    store_le32(data.data(), value);
    tlm::tlm_generic_payload access;
    prepare(access, tlm::TLM_WRITE_COMMAND, offset, data.data());
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time time = to_sc_time(delay);
    socket->nb_transport_fw(access, phase, time);
    ensure(access.is_response_ok(), "RegisterMaster: a posted write is accepted");
  }
  /// Asks for a register; the answer appears in `answers`, at once when the controller knows it already.
  void request(Reg reg, Picoseconds delay = {}) {
    Read& read = reads_.emplace_back();
    prepare(read.access, tlm::TLM_READ_COMMAND, static_cast<std::uint32_t>(reg), read.data.data());
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time time = to_sc_time(delay);
    if (socket->nb_transport_fw(read.access, phase, time) == tlm::TLM_COMPLETED) answer(read.access, phase, time);
  }
  /// Blocking accesses take effect at once.
  std::uint32_t read(std::uint32_t offset) {
    std::array<std::byte, 4> data{};
    ensure(transport(tlm::TLM_READ_COMMAND, offset, data.data(), 4), "RegisterMaster: the register can be read");
    return load_le32(data.data());
  }
  std::uint32_t read(Reg reg) { return read(static_cast<std::uint32_t>(reg)); }
  void set(std::uint32_t offset, std::uint32_t value) {
    std::array<std::byte, 4> data{};
    store_le32(data.data(), value);
    ensure(transport(tlm::TLM_WRITE_COMMAND, offset, data.data(), 4), "RegisterMaster: the register can be written");
  }
  void set(Reg reg, std::uint32_t value) { set(static_cast<std::uint32_t>(reg), value); }
  bool transport(tlm::tlm_command command, std::uint32_t offset, std::byte* data, unsigned length) {
    tlm::tlm_generic_payload access;
    prepare(access, command, offset, data);
    access.set_data_length(length);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(access, delay);
    return access.is_response_ok();
  }

 private:
  struct Read {
    tlm::tlm_generic_payload access;
    std::array<std::byte, 4> data{};
  };
  static void prepare(tlm::tlm_generic_payload& access, tlm::tlm_command command, std::uint32_t offset,
                      std::byte* data) {
    access.set_command(command);
    access.set_address(offset);
    access.set_data_ptr(reinterpret_cast<unsigned char*>(data));
    access.set_data_length(4);
    access.set_streaming_width(4);
    access.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  }
  tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& access, tlm::tlm_phase&, sc_core::sc_time& delay) {
    answers.push_back(
        {load_le32(reinterpret_cast<const std::byte*>(access.get_data_ptr())), kernel_now() + Picoseconds{delay.value()}});
    return tlm::TLM_COMPLETED;
  }
  std::deque<Read> reads_;
};

}  // namespace icesim
