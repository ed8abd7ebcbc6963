// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/vhost_device.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <string>

namespace icesim::cosim {

using vhost::Request;

SplitRing& VhostDevice::queue_of(std::uint32_t index) {
  if (index >= queues) throw UserError("guest: queue " + std::to_string(index) + "; there are 0 and 1");
  return queues_[index];
}

std::optional<std::uint32_t> VhostDevice::receive() {
  vhost::Message message = vhost::receive(guest_);
  const std::uint32_t request = message.header.request;
  const bool answered = request == static_cast<std::uint32_t>(Request::get_features) ||
                        request == static_cast<std::uint32_t>(Request::get_protocol_features) ||
                        request == static_cast<std::uint32_t>(Request::get_vring_base);
  switch (message.request()) {
    case Request::get_features:
      vhost::reply(guest_, request, vhost::feature::version_1 | vhost::feature::protocol_features);
      break;
    case Request::get_protocol_features:
      vhost::reply(guest_, request,
                   vhost::protocol_feature::reply_ack | vhost::protocol_feature::slave_request |
                       vhost::protocol_feature::inband_notifications);
      break;
    case Request::set_protocol_features:
      if ((message.number() & vhost::protocol_feature::inband_notifications) == 0)
        throw UserError(
            "guest: without in-band notifications of vhost-user there is no order between guest and device");
      break;
    case Request::set_owner:
    case Request::reset_owner:
    case Request::set_features:
      break;
    case Request::set_mem_table:
      set_memory(message);
      break;
    case Request::set_slave_req_fd:
      if (message.descriptors.size() != 1) throw UserError("guest: the socket for calls is missing");
      calls_ = Connection(std::move(message.descriptors.front()));
      break;
    case Request::set_vring_num:
    case Request::set_vring_base:
    case Request::set_vring_addr:
    case Request::set_vring_enable:
      set_queue(message);
      break;
    case Request::get_vring_base: {
      const vhost::VringState state = vhost::VringState::decode(message);
      queue_of(state.index).enable(false);
      vhost::reply(guest_, request, state.index);
      break;
    }
    case Request::vring_kick: {
      const std::uint32_t index = vhost::VringState::decode(message).index;
      queue_of(index);
      kick_ = request;
      kick_waits_ = (message.header.flags & vhost::Header::need_reply) != 0;
      return index;
    }
    default:
      throw UserError("guest: vhost-user request " + std::to_string(request) + " is not understood");
  }
  if (!answered && (message.header.flags & vhost::Header::need_reply) != 0) vhost::reply(guest_, request, 0);
  return std::nullopt;
}

void VhostDevice::acknowledge() {
  if (kick_waits_) vhost::reply(guest_, kick_, 0);
  kick_waits_ = false;
}

void VhostDevice::set_memory(const vhost::Message& message) {
  if (!memory_.empty()) throw UserError("guest: it hands over its memory a second time, which is not supported");
  const auto regions = vhost::decode_memory_table(message);
  for (std::size_t i = 0; i < regions.size(); ++i)
    memory_.map(regions[i].address, regions[i].size, message.descriptors[i].get(), regions[i].offset);
}

void VhostDevice::set_queue(const vhost::Message& message) {
  if (message.request() == Request::set_vring_addr) {
    const vhost::VringAddress address = vhost::VringAddress::decode(message);
    queue_of(address.index).set_addresses(address.descriptors, address.available, address.used);
    return;
  }
  const vhost::VringState state = vhost::VringState::decode(message);
  SplitRing& queue = queue_of(state.index);
  if (message.request() == Request::set_vring_num) queue.set_entries(state.number);
  if (message.request() == Request::set_vring_base) queue.set_base(state.number);
  if (message.request() == Request::set_vring_enable) queue.enable(state.number != 0);
}

void VhostDevice::call(std::uint32_t queue, bool need_reply) {
  if (!calls_.open()) return;
  const std::uint32_t flags = vhost::Header::version | (need_reply ? vhost::Header::need_reply : 0);
  const auto header = vhost::Header{static_cast<std::uint32_t>(vhost::SlaveRequest::vring_call), flags, 8}.encode();
  std::array<std::byte, vhost::Header::size + 8> bytes{};
  std::copy(header.begin(), header.end(), bytes.begin());
  store_le32(&bytes[vhost::Header::size], queue);
  calls_.write(bytes.data(), bytes.size());
}

void VhostDevice::take_reply() {
  const vhost::Message message = vhost::receive(calls_);
  if (message.header.request != static_cast<std::uint32_t>(vhost::SlaveRequest::vring_call) ||
      (message.header.flags & vhost::Header::reply) == 0)
    throw UserError("guest: it answers a call with vhost-user message " + std::to_string(message.header.request));
}

}  // namespace icesim::cosim
