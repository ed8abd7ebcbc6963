// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/link_pair.hpp"

#include <algorithm>

namespace icesim::twin {

LinkPair::LinkPair(const LinkCase& c, ControllerTwin& controller)
    : model("link", c.config),
      twin_config(c.config, c.mode),
      clock("link_clock", twin_config.domain),
      to_device("to_device", clock, twin_config, controller.transmit.sizes, Direction::to_device),
      to_host("to_host", clock, twin_config, sizes_, Direction::to_host),
      controller_(controller) {
  model.set_mode(c.mode);
  to_device.fill(controller.transmit.fill);
  to_host.fill(fill_);
  to_host.arrival.on_frame = [this] { frame_arrived(); };
}

void LinkPair::send_to_host(const UpiuHeader& header, std::uint64_t length, Picoseconds ready) {
  Upiu upiu;
  upiu.header = header;
  upiu.data_length = static_cast<std::uint32_t>(length);
  coming_.push_back({header, upiu_header_size + length});
  sizes_.push_back(upiu_header_size + length);
  model.from_device->send(upiu, ready);
}

void LinkPair::ready_to_host() { fill_.write(filled_bytes_ += sizes_[filled_++]); }

/// The controller sees a UPIU's header when its data begin, or with its end, and every frame with data.
void LinkPair::frame_arrived() {
  Coming& upiu = coming_[arrived_];
  upiu.received = std::min(upiu.received + twin_config.link.t_mtu.n, upiu.bytes);
  const bool whole = upiu.received == upiu.bytes;
  const bool data = transaction_of(upiu.header) == Transaction::data_in && upiu.received > upiu_header_size;
  if (!upiu.known && (data || whole)) {
    upiu.known = true;
    upiu.number = controller_.announce(upiu.header);
    controller_.header_received(upiu.number);
  }
  if (data) controller_.data_received(upiu.number, upiu.received - upiu_header_size);
  if (!whole) return;
  controller_.all_received(upiu.number);
  ++arrived_;
}

void LinkPair::trace(sc_core::sc_trace_file* file) const {
  to_device.trace(file);
  to_host.trace(file);
}

}  // namespace icesim::twin
