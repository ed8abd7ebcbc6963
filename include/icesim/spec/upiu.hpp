// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

/// UFS protocol information units [ufs-upiu]: 32 bytes, big-endian, followed by an optional data segment.
/// Each struct has `encode()` and `decode(header)`, inverse to each other for the fields it names; `decode` does not
/// check the transaction code, `transaction_of` tells which struct fits.
namespace icesim {

inline constexpr std::size_t upiu_header_size = 32;
using UpiuHeader = std::array<std::byte, upiu_header_size>;

enum class Transaction : std::uint8_t {
  nop_out = 0x00,
  command = 0x01,
  data_out = 0x02,
  task_management_request = 0x04,
  query_request = 0x16,
  nop_in = 0x20,
  response = 0x21,
  data_in = 0x22,
  task_management_response = 0x24,
  ready_to_transfer = 0x31,
  query_response = 0x36,
  reject = 0x3f,
};

/// Transaction code, without the digest flags.
constexpr Transaction transaction_of(const UpiuHeader& header) {
  return static_cast<Transaction>(std::to_integer<std::uint8_t>(header[0]) & 0x3f);
}
/// Task tag, in every UPIU.
constexpr Tag tag_of(const UpiuHeader& header) { return Tag{std::to_integer<std::uint64_t>(header[3])}; }
/// Bytes of data segment that follow the header.
constexpr Bytes data_segment_length(const UpiuHeader& header) {
  return Bytes{std::to_integer<std::uint64_t>(header[10]) << 8 | std::to_integer<std::uint64_t>(header[11])};
}
/// Largest length that the 16-bit field holds.
inline constexpr Bytes max_data_segment{0xffff};

/// Response code in byte 6 of RESPONSE.
enum class TargetResponse : std::uint8_t { success = 0, failure = 1 };

struct NopOut {
  Tag tag{};
  UpiuHeader encode() const;
  static NopOut decode(const UpiuHeader& header);
};

struct NopIn {
  Tag tag{};
  TargetResponse response = TargetResponse::success;
  std::uint8_t device_information = 0;
  UpiuHeader encode() const;
  static NopIn decode(const UpiuHeader& header);
};

struct CommandUpiu {
  enum Flag : std::uint8_t { read = 0x40, write = 0x20, priority = 0x04 };
  enum Attribute : std::uint8_t { simple = 0, ordered = 1, head_of_queue = 2 };

  std::uint8_t flags = 0;  ///< Flag bits and one Attribute in bits 1:0
  std::uint8_t lun = 0;
  Tag tag{};
  Bytes expected_length{};
  std::array<std::byte, 16> cdb{};
  Attribute attribute() const { return static_cast<Attribute>(flags & 3); }
  UpiuHeader encode() const;
  static CommandUpiu decode(const UpiuHeader& header);
};

struct ResponseUpiu {
  enum Flag : std::uint8_t { overflow = 0x40, underflow = 0x20 };

  std::uint8_t flags = 0;
  std::uint8_t lun = 0;
  Tag tag{};
  TargetResponse response = TargetResponse::success;
  std::uint8_t status = 0;              ///< scsi::Status
  std::uint8_t device_information = 0;  ///< bit 0: an exception event is pending
  Bytes residual{};
  Bytes data_segment{};  ///< 0, or sense_segment_size when sense data follows
  UpiuHeader encode() const;
  static ResponseUpiu decode(const UpiuHeader& header);
};

/// DATA OUT, DATA IN and READY TO TRANSFER: a range of the command's data buffer. The data segment of the first two is
/// `count` bytes long.
struct DataUpiu {
  Transaction transaction = Transaction::data_in;
  std::uint8_t lun = 0;
  Tag tag{};
  Bytes offset{};
  Bytes count{};
  UpiuHeader encode() const;
  static DataUpiu decode(const UpiuHeader& header);
};

/// QUERY REQUEST and QUERY RESPONSE; opcodes and results are in query.hpp.
struct QueryUpiu {
  Transaction transaction = Transaction::query_request;
  Tag tag{};
  std::uint8_t function = 0;
  std::uint8_t response = 0;
  std::uint8_t opcode = 0;
  std::uint8_t idn = 0;
  std::uint8_t index = 0;
  std::uint8_t selector = 0;
  std::uint16_t length = 0;  ///< bytes of a descriptor
  std::uint32_t value = 0;   ///< of an attribute or a flag
  Bytes data_segment{};
  UpiuHeader encode() const;
  static QueryUpiu decode(const UpiuHeader& header);
};

enum class TaskFunction : std::uint8_t {
  abort_task = 0x01,
  abort_task_set = 0x02,
  clear_task_set = 0x04,
  logical_unit_reset = 0x08,
  query_task = 0x80,
  query_task_set = 0x81,
};

enum class TaskResponse : std::uint8_t {
  complete = 0x00,
  not_supported = 0x04,
  failed = 0x05,
  succeeded = 0x08,
  bad_lun = 0x09,
};

struct TaskRequest {
  TaskFunction function = TaskFunction::abort_task;
  std::uint8_t lun = 0;
  Tag tag{};   ///< of the task management request itself
  Tag task{};  ///< the request that is meant
  std::uint8_t iid = 0;
  UpiuHeader encode() const;
  static TaskRequest decode(const UpiuHeader& header);
};

struct TaskResult {
  std::uint8_t lun = 0;
  Tag tag{};
  TargetResponse response = TargetResponse::success;
  TaskResponse result = TaskResponse::complete;
  UpiuHeader encode() const;
  static TaskResult decode(const UpiuHeader& header);
};

/// The device did not understand a UPIU.
struct Reject {
  std::uint8_t lun = 0;
  Tag tag{};
  std::uint8_t basic_header_status = 0;
  UpiuHeader encode() const;
  static Reject decode(const UpiuHeader& header);
};

/// Sense key, additional sense code and its qualifier.
struct Sense {
  std::uint8_t key = 0;
  std::uint8_t code = 0;
  std::uint8_t qualifier = 0;
  friend constexpr bool operator==(Sense a, Sense b) {
    return a.key == b.key && a.code == b.code && a.qualifier == b.qualifier;
  }
};

namespace sense {
inline constexpr Sense none{0x0, 0x00, 0x00};
inline constexpr Sense not_ready{0x2, 0x04, 0x00};
inline constexpr Sense write_error{0x3, 0x0c, 0x00};
inline constexpr Sense unrecovered_read_error{0x3, 0x11, 0x00};
inline constexpr Sense internal_target_failure{0x4, 0x44, 0x00};
inline constexpr Sense invalid_opcode{0x5, 0x20, 0x00};
inline constexpr Sense lba_out_of_range{0x5, 0x21, 0x00};
inline constexpr Sense invalid_field_in_cdb{0x5, 0x24, 0x00};
inline constexpr Sense lun_not_supported{0x5, 0x25, 0x00};
inline constexpr Sense power_on_or_reset{0x6, 0x29, 0x00};
inline constexpr Sense write_protected{0x7, 0x27, 0x00};
inline constexpr Sense aborted_command{0xb, 0x00, 0x00};
}  // namespace sense

/// Fixed-format sense data, as REQUEST SENSE returns it.
inline constexpr std::size_t sense_size = 18;
std::array<std::byte, sense_size> encode_sense(Sense sense);
Sense decode_sense(const std::byte* from);

/// Data segment of a RESPONSE with sense data: 2 bytes of length, then the sense data.
inline constexpr std::size_t sense_segment_size = 2 + sense_size;
std::array<std::byte, sense_segment_size> encode_sense_segment(Sense sense);
Sense decode_sense_segment(const std::byte* from);

}  // namespace icesim
