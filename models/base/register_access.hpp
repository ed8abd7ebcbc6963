// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/host_port.hpp"

#include <tlm>

namespace icesim {

/// The two ways of a register read: there, and back with what is left of the round trip.
inline Picoseconds way_there(const HostCosts& costs) { return Picoseconds{costs.mmio_read.n / 2}; }
inline Picoseconds way_back(const HostCosts& costs) { return costs.mmio_read - way_there(costs); }

/// Makes an access of one register.
inline void prepare(tlm::tlm_generic_payload& access, tlm::tlm_command command, std::uint32_t offset, void* data) {
  access.set_command(command);
  access.set_address(offset);
  access.set_data_ptr(static_cast<unsigned char*>(data));
  access.set_data_length(4);
  access.set_streaming_width(4);
  access.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
}

}  // namespace icesim
