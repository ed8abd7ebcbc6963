// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/spec/prdt_crypto.hpp"

#include <cstdint>

/// Where the driver keeps its structures in simulated memory.
namespace icesim::memory_map {

inline constexpr std::uint64_t transfer_list = 0x1000'0000;
inline constexpr std::uint64_t task_list = 0x1000'0400;
inline constexpr std::uint64_t descriptors = 0x1001'0000;
inline constexpr std::uint64_t submission_queues = 0x1008'0000;
inline constexpr std::uint64_t completion_queues = 0x100c'0000;
inline constexpr std::uint64_t queue_size = 0x1000;  ///< room for 128 entries
inline constexpr std::uint64_t control_buffers = 0x1010'0000;
inline constexpr std::uint64_t control_buffer_size = 4096;
inline constexpr std::uint64_t long_descriptors = 0x1020'0000;  ///< with PRDT entries of 128 bytes
/// Data of reads and writes. With payload = none nothing is stored behind these addresses and no byte is moved.
inline constexpr std::uint64_t payload = std::uint64_t{1} << 35;
inline constexpr std::uint64_t payload_size = 1 << 20;

constexpr std::uint64_t descriptor(Tag tag) { return transfer_list + tag.n * Utrd::size; }
constexpr std::uint64_t command_size(PrdtFormat format) {
  return ucd::prdt_offset + ucd::max_prdt_entries * entry_size(format);
}
constexpr std::uint64_t command(Tag tag, PrdtFormat format = PrdtFormat::standard) {
  return (format == PrdtFormat::standard ? descriptors : long_descriptors) + tag.n * command_size(format);
}
static_assert(command(Tag{64}) <= submission_queues);
/// The tag whose command descriptor lies at `address`.
constexpr Tag tag_of_command(std::uint64_t address, PrdtFormat format = PrdtFormat::standard) {
  return Tag{(address - command(Tag{0}, format)) / command_size(format)};
}
constexpr std::uint64_t submission_queue(std::uint32_t queue) { return submission_queues + queue * queue_size; }
constexpr std::uint64_t completion_queue(std::uint32_t queue) { return completion_queues + queue * queue_size; }
constexpr std::uint64_t control_buffer(Tag tag) { return control_buffers + tag.n * control_buffer_size; }
constexpr std::uint64_t payload_buffer(Tag tag) { return payload + tag.n * payload_size; }

/// Where the last structure ends that a driver of `tags` tags, the reserved one among them, keeps.
constexpr Bytes end_of_structures(std::uint64_t tags, PrdtFormat format) {
  return Bytes{format == PrdtFormat::standard ? control_buffer(Tag{tags}) : command(Tag{tags}, format)};
}
static_assert(control_buffer(Tag{64}) <= long_descriptors);
/// Where the last of the buffers ends in which `requests` requests of at most `largest` bytes keep their data.
constexpr Bytes end_of_payload(std::uint64_t requests, Bytes largest) {
  return Bytes{payload_buffer(Tag{requests - 1})} + largest;
}

}  // namespace icesim::memory_map
