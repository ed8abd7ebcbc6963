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
  return {load_le32(from), load_le64(from + 8), load_le64(from + 16), load_le64(from + 24)};
}

std::vector<MemoryRegion> decode_memory_table(const Message& message) {
  constexpr std::size_t header = 8;
  constexpr std::size_t entry = 32;
  const std::size_t room = message.payload.size() < header ? 0 : (message.payload.size() - header) / entry;
  const std::size_t count = room == 0 ? 0 : load_le32(message.payload.data());
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

void reply(Connection& to, std::uint32_t request, std::uint64_t number) {
  std::array<std::byte, Header::size + 8> bytes{};
  const auto header = Header{request, Header::version | Header::reply, 8}.encode();
  std::copy(header.begin(), header.end(), bytes.begin());
  store_le64(&bytes[Header::size], number);
  to.write(bytes.data(), bytes.size());
}

}  // namespace icesim::cosim::vhost
