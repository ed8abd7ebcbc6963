// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/cosim/socket.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

/// Messages of the vhost-user protocol as far as User Mode Linux sends them [cosim-vhost-user]: little-endian, a header
/// of 12 bytes and a payload.
namespace icesim::cosim::vhost {

enum class Request : std::uint32_t {
  get_features = 1,
  set_features = 2,
  set_owner = 3,
  reset_owner = 4,
  set_mem_table = 5,
  set_vring_num = 8,
  set_vring_addr = 9,
  set_vring_base = 10,
  get_vring_base = 11,
  set_vring_kick = 12,
  set_vring_call = 13,
  get_protocol_features = 15,
  set_protocol_features = 16,
  set_vring_enable = 18,
  set_slave_req_fd = 21,
  vring_kick = 35,
};

/// What a device asks of the guest, on the connection that the guest gave for it.
enum class SlaveRequest : std::uint32_t { vring_call = 4 };

namespace feature {
inline constexpr std::uint64_t protocol_features = std::uint64_t{1} << 30;
inline constexpr std::uint64_t version_1 = std::uint64_t{1} << 32;
}  // namespace feature
namespace protocol_feature {
inline constexpr std::uint64_t reply_ack = std::uint64_t{1} << 3;
inline constexpr std::uint64_t slave_request = std::uint64_t{1} << 5;
inline constexpr std::uint64_t inband_notifications = std::uint64_t{1} << 14;
}  // namespace protocol_feature

struct Header {
  static constexpr std::size_t size = 12;
  static constexpr std::uint32_t version = 1;
  static constexpr std::uint32_t version_mask = 3;
  static constexpr std::uint32_t reply = 4;
  static constexpr std::uint32_t need_reply = 8;
  static constexpr std::uint32_t max_payload = 4096;

  std::uint32_t request = 0;
  std::uint32_t flags = version;
  std::uint32_t payload = 0;  ///< bytes that follow

  std::array<std::byte, size> encode() const;
  /// Throws UserError when no such header exists in this protocol.
  static Header decode(const std::byte* from);
};

struct Message {
  Header header;
  std::vector<std::byte> payload;
  std::vector<FileDescriptor> descriptors;

  Request request() const { return static_cast<Request>(header.request); }
  /// The payload as one number. Throws UserError when it is not one.
  std::uint64_t number() const;
};

/// Payload of SET_VRING_NUM, _BASE, _ENABLE and VRING_KICK.
struct VringState {
  std::uint32_t index = 0;
  std::uint32_t number = 0;
  static VringState decode(const Message& message);
};

/// Payload of SET_VRING_ADDR: addresses of the guest.
struct VringAddress {
  std::uint32_t index = 0;
  std::uint32_t flags = 0;
  std::uint64_t descriptors = 0;
  std::uint64_t used = 0;
  std::uint64_t available = 0;
  static VringAddress decode(const Message& message);
};

/// One piece of SET_MEM_TABLE; each comes with a file.
struct MemoryRegion {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
};
std::vector<MemoryRegion> decode_memory_table(const Message& message);

/// Reads the next message. Throws UserError on a malformed one.
Message receive(Connection& from);
/// Throws UserError when a request comes with more or fewer files than it must, with a payload that it has not, or as
/// if it were an answer. What the payload says is for those who decode it.
void expect_form(const Message& message);
/// Answers a request with a number.
void reply(Connection& to, std::uint32_t request, std::uint64_t number);

}  // namespace icesim::cosim::vhost
