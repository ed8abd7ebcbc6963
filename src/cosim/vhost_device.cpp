// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/vhost_device.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <string>
#include <sys/socket.h>

namespace icesim::cosim {

using vhost::Request;

namespace {

constexpr std::uint64_t offered = vhost::feature::version_1 | vhost::feature::protocol_features;
constexpr std::uint64_t offered_protocol = vhost::protocol_feature::reply_ack | vhost::protocol_feature::slave_request |
                                           vhost::protocol_feature::inband_notifications;

}  // namespace

SplitRing& VhostDevice::queue_of(std::uint32_t index) {
  if (index >= queues) throw UserError("guest: queue " + std::to_string(index) + "; there are 0 and 1");
  return queues_[index];
}

std::optional<std::uint32_t> VhostDevice::receive() {
  vhost::Message message = vhost::receive(guest_);
  vhost::expect_form(message);
  const std::uint32_t request = message.header.request;
  const bool need_reply = (message.header.flags & vhost::Header::need_reply) != 0;
  switch (message.request()) {
    case Request::get_features:
      vhost::reply(guest_, request, offered);
      return std::nullopt;
    case Request::get_protocol_features:
      vhost::reply(guest_, request, offered_protocol);
      return std::nullopt;
    case Request::set_protocol_features:
      set_protocol_features(message.number());
      break;
    case Request::set_features:
      set_features(message.number());
      break;
    case Request::set_owner:
      break;
    case Request::reset_owner:
      for (SplitRing& queue : queues_) queue.enable(false);
      break;
    case Request::set_mem_table:
      set_memory(message);
      break;
    case Request::set_slave_req_fd:
      set_calls(message);
      break;
    case Request::set_vring_num:
    case Request::set_vring_base:
    case Request::set_vring_addr:
    case Request::set_vring_enable:
      set_queue(message);
      break;
    case Request::get_vring_base: {
      const vhost::VringState state = vhost::VringState::decode(message);
      SplitRing& queue = queue_of(state.index);
      queue.enable(false);
      vhost::reply(guest_, request, std::uint64_t{queue.base()} << 32 | state.index);
      return std::nullopt;
    }
    case Request::vring_kick: {
      const std::uint32_t index = vhost::VringState::decode(message).index;
      queue_of(index);
      kick_ = request;
      kick_waits_ = need_reply;
      return index;
    }
    default:
      throw UserError("guest: vhost-user request " + std::to_string(request) + " is not understood");
  }
  if (need_reply) vhost::reply(guest_, request, 0);
  return std::nullopt;
}

void VhostDevice::acknowledge() {
  if (kick_waits_) vhost::reply(guest_, kick_, 0);
  kick_waits_ = false;
}

void VhostDevice::expect_off(const char* what) const {
  for (std::uint32_t index = 0; index < queues; ++index) {
    if (queues_[index].enabled())
      throw UserError("guest: it acknowledges other " + std::string(what) + " while queue " + std::to_string(index) +
                      " is on");
  }
}

void VhostDevice::set_features(std::uint64_t features) {
  if (features_ != features) expect_off("features");
  if ((features & ~offered) != 0) throw UserError("guest: it acknowledges features that were not offered");
  if ((features & vhost::feature::version_1) == 0)
    throw UserError("guest: it does not acknowledge version 1 of virtio, and nothing before that is understood");
  features_ = features;
}

void VhostDevice::set_protocol_features(std::uint64_t features) {
  if (protocol_features_ != features) expect_off("protocol features");
  if ((features & ~offered_protocol) != 0)
    throw UserError("guest: it acknowledges protocol features that were not offered");
  if ((features & vhost::protocol_feature::inband_notifications) == 0)
    throw UserError("guest: without in-band notifications of vhost-user there is no order between guest and device");
  protocol_features_ = features;
}

void VhostDevice::set_calls(vhost::Message& message) {
  const int socket = message.descriptors.front().get();
  int domain = 0, type = 0;
  socklen_t size = sizeof(int);
  if (::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 ||
      ::getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || domain != AF_UNIX || type != SOCK_STREAM)
    throw UserError("guest: what it hands over for calls is no Unix stream socket");
  calls_ = Connection(std::move(message.descriptors.front()), guest_.stop());
  calls_.watch(guest_.fd());
}

/// The new table is complete before it takes the place of the old one.
void VhostDevice::set_memory(const vhost::Message& message) {
  GuestMap table;
  const auto regions = vhost::decode_memory_table(message);
  for (std::size_t i = 0; i < regions.size(); ++i)
    table.map(regions[i].address, regions[i].size, message.descriptors[i].get(), regions[i].offset);
  memory_.swap(table);
  for (SplitRing& queue : queues_) {
    if (queue.enabled()) queue.find_parts();
  }
}

void VhostDevice::set_queue(const vhost::Message& message) {
  if (message.request() == Request::set_vring_addr) {
    const vhost::VringAddress address = vhost::VringAddress::decode(message);
    if (address.flags != 0) throw UserError("guest: a log of used entries was not offered");
    queue_of(address.index).set_addresses(address.descriptors, address.available, address.used);
    return;
  }
  const vhost::VringState state = vhost::VringState::decode(message);
  SplitRing& queue = queue_of(state.index);
  if (message.request() == Request::set_vring_num) queue.set_entries(state.number);
  if (message.request() == Request::set_vring_base) queue.set_base(state.number);
  if (message.request() != Request::set_vring_enable) return;
  if (state.number > 1)
    throw UserError("guest: queue " + std::to_string(state.index) + " is enabled with " + std::to_string(state.number) +
                    "; 0 and 1 are understood");
  queue.enable(state.number == 1);
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
