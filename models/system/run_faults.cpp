// SPDX-License-Identifier: Apache-2.0
#include "models/system/run_faults.hpp"

namespace icesim {

/// The doorbell's write is on its way when this returns, and the controller has not heard of it.
void RunFaults::queue_command(Request& request) {
  hcd_->queue_command(request);
  if (request.under_way == UnderWay::no) return;  // the device has been given up
  const bool flushes = request.preflush || request.operation == Operation::flush;
  const bool encrypted = !flushes && request.crypt.encrypted();
  const std::uint64_t descriptor = hcd_->descriptor_address(request);
  std::byte keyslot{};
  host_.read_memory(descriptor, &keyslot, 1);
  const std::byte before = keyslot;
  injector_.rung(request.tag, {flushes ? Operation::flush : request.operation, encrypted, &keyslot}, host_.now());
  if (keyslot != before) host_.write_memory(descriptor, &keyslot, 1);
}

}  // namespace icesim
