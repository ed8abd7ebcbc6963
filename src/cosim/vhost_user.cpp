// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/vhost_user.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <string>

namespace icesim::cosim::vhost {
namespace {

void require_size(const Message& message, std::size_t size) {
  if (message.payload.size() != size)
    throw UserError("guest: vhost-user request " + std::to_string(message.header.request) + " has " +
                    std::to_string(message.payload.size()) + " bytes instead of " + std::to_string(size));
}

}  // namespace

std::array<std::byte, Header::size> Header::encode() const {
  std::array<std::byte, size> bytes{};
  store_le32(&bytes[0], request);
  store_le32(&bytes[4], flags);
  store_le32(&bytes[8], payload);
  return bytes;
}

Header Header::decode(const std::byte* from) {
  const Header header{load_le32(from), load_le32(from + 4), load_le32(from + 8)};
  const std::string name = "guest: vhost-user request " + std::to_string(header.request);
  if ((header.flags & version_mask) != version)
    throw UserError(name + " is of version " + std::to_string(header.flags & version_mask) +
                    "; version 1 is understood");
  if (header.payload > max_payload)
    throw UserError(name + " has " + std::to_string(header.payload) + " bytes; at most " + std::to_string(max_payload) +
                    " are understood");
  return header;
}

std::uint64_t Message::number() const {
  require_size(*this, 8);
  return load_le64(payload.data());
}

VringState VringState::decode(const Message& message) {
  require_size(message, 8);
  return {load_le32(&message.payload[0]), load_le32(&message.payload[4])};
}

VringAddress VringAddress::decode(const Message& message) {
  require_size(message, 40);
  const std::byte* const from = message.payload.data();
  return {load_le32(from), load_le32(from + 4), load_le64(from + 8), load_le64(from + 16), load_le64(from + 24)};
}

std::vector<MemoryRegion> decode_memory_table(const Message& message) {
  constexpr std::size_t header = 8;
  constexpr std::size_t entry = 32;
  const std::size_t room = message.payload.size() < header ? 0 : (message.payload.size() - header) / entry;
  const std::size_t count = room == 0 ? 0 : load_le32(message.payload.data());
  if (room != 0 && message.payload.size() != header + room * entry)
    throw UserError("guest: a memory table of " + std::to_string(message.payload.size()) + " bytes; it has " +
                    std::to_string(header) + " and " + std::to_string(entry) + " for each region");
  if (count == 0 || count > room || count != message.descriptors.size())
    throw UserError("guest: a memory table of " + std::to_string(count) + " regions with room for " +
                    std::to_string(room) + " and " + std::to_string(message.descriptors.size()) + " files");
  std::vector<MemoryRegion> regions;
  for (std::size_t i = 0; i < count; ++i) {
    const std::byte* const from = &message.payload[header + i * entry];
    regions.push_back({load_le64(from), load_le64(from + 8), load_le64(from + 24)});
  }
  return regions;
}

Message receive(Connection& from) {
  Message message;
  std::array<std::byte, Header::size> header{};
  from.read(header.data(), header.size(), &message.descriptors);
  message.header = Header::decode(header.data());
  message.payload.resize(message.header.payload);
  if (!message.payload.empty()) from.read_rest(message.payload.data(), message.payload.size());
  return message;
}

void expect_form(const Message& message) {
  const std::string name = "guest: vhost-user request " + std::to_string(message.header.request);
  if ((message.header.flags & Header::reply) != 0) throw UserError(name + " comes as an answer");
  std::size_t files = 0;
  switch (message.request()) {
    case Request::set_mem_table:
      return;  // as many as it says that it has
    case Request::set_slave_req_fd:
      files = 1;
      [[fallthrough]];
    case Request::get_features:
    case Request::set_owner:
    case Request::reset_owner:
    case Request::get_protocol_features:
      require_size(message, 0);
      break;
    case Request::set_features:
    case Request::set_protocol_features:
    case Request::set_vring_num:
    case Request::set_vring_addr:
    case Request::set_vring_base:
    case Request::get_vring_base:
    case Request::set_vring_enable:
    case Request::vring_kick:
      break;
    default:
      return;  // nobody knows it
  }
  if (message.descriptors.size() != files)
    throw UserError(name + " comes with " + std::to_string(message.descriptors.size()) + " files instead of " +
                    std::to_string(files));
}

void reply(Connection& to, std::uint32_t request, std::uint64_t number) {
  std::array<std::byte, Header::size + 8> bytes{};
  const auto header = Header{request, Header::version | Header::reply, 8}.encode();
  std::copy(header.begin(), header.end(), bytes.begin());
  store_le64(&bytes[Header::size], number);
  to.write(bytes.data(), bytes.size());
}

}  // namespace icesim::cosim::vhost
