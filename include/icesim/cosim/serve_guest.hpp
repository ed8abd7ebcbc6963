// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/cosim/guest_map.hpp"
#include "icesim/cosim/hardware.hpp"
#include "icesim/cosim/listener.hpp"
#include "icesim/cosim/pci_function.hpp"

namespace icesim::cosim {

/// Where a guest finds the bridge.
struct BridgeSockets {
  Listener& device;
  Listener* time = nullptr;  ///< none: the guest has a clock of its own
};

/// Serves one guest, until it is gone or the power is. Throws UserError when it says something that makes no sense, or
/// takes away memory that it has handed over, and Interrupted when the device's listener is to wait no longer.
void serve_guest(const BridgeSockets& sockets, const PciFunction& function, GuestMap& memory, Hardware& hardware);

}  // namespace icesim::cosim
