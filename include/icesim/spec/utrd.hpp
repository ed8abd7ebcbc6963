// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/base/units.hpp"
#include "icesim/spec/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

/// UTP transfer request descriptor and what it points to [ufshci-descriptors], little-endian.
namespace icesim {

enum class CommandType : std::uint8_t { ufs_storage = 1, nullified = 0xf };

enum class DataDirection : std::uint8_t { none = 0, to_device = 1, to_host = 2 };

/// Overall command status; hardware never writes `invalid`.
enum class Ocs : std::uint8_t {
  success = 0x0,
  invalid_command_table = 0x1,
  invalid_prdt = 0x2,
  mismatch_data_buffer_size = 0x3,
  mismatch_response_size = 0x4,
  peer_communication_failure = 0x5,
  aborted = 0x6,
  fatal_error = 0x7,
  device_fatal_error = 0x8,
  invalid_crypto_configuration = 0x9,
  general_crypto_error = 0xa,
  invalid = 0xf,
};

/// Spelling of a status for reports.
std::string_view spelling(Ocs ocs);

/// UTP transfer request descriptor. `encode` and `decode` are exact inverses for all 32 bytes.
struct Utrd {
  static constexpr std::size_t size = 32;
  /// Byte offset of the DW that holds OCS, for the controller's write-back.
  static constexpr std::size_t ocs_offset = 8;

  CommandType command_type = CommandType::ufs_storage;
  DataDirection data_direction = DataDirection::none;
  bool interrupt = true;
  bool crypto_enable = false;
  Keyslot cci{};                ///< 0..255
  std::uint8_t ehs_length = 0;  ///< units of 32 bytes
  Dun dun{};                    ///< DUNL in DW1, DUNU in DW3
  Ocs ocs = Ocs::invalid;       ///< software presets `invalid`
  std::uint8_t cds = 0;
  std::uint16_t ldbc = 0;
  std::uint64_t ucd_base = 0;         ///< 128-byte aligned
  std::uint16_t response_length = 0;  ///< DWs
  std::uint16_t response_offset = 0;  ///< DWs from ucd_base
  std::uint16_t prdt_length = 0;      ///< entries
  std::uint16_t prdt_offset = 0;      ///< DWs from ucd_base
  std::uint32_t reserved = 0;         ///< reserved bits of DW0 that were set: 22:16 and 27

  static constexpr std::uint32_t reserved_dw0 = 0x007f0000u | 1u << 27;

  /// A reserved bit is set: in DW0, in OCS 7:4 or in the low bits of the UCD address.
  constexpr bool has_reserved_bits() const {
    return reserved != 0 || (static_cast<unsigned>(ocs) & 0xf0u) != 0 || ucd_base % 128 != 0;
  }
  /// DW0: command type, direction, interrupt, crypto enable and crypto configuration index.
  constexpr std::uint32_t dw0() const {
    if (cci.n > 0xff) throw_bug("Utrd: CCI has 8 bits");
    return static_cast<std::uint32_t>(command_type) << 28 | static_cast<std::uint32_t>(data_direction) << 25 |
           std::uint32_t{interrupt} << 24 | std::uint32_t{crypto_enable} << 23 | std::uint32_t{ehs_length} << 8 |
           static_cast<std::uint32_t>(cci.n) | (reserved & reserved_dw0);
  }

  constexpr void encode(std::byte* to) const {
    store_le32(to, dw0());
    store_le32(to + 4, static_cast<std::uint32_t>(dun.n & 0xffffffffu));
    store_u8(to + 8, static_cast<std::uint8_t>(ocs));
    store_u8(to + 9, cds);
    store_le16(to + 10, ldbc);
    store_le32(to + 12, static_cast<std::uint32_t>(dun.n >> 32));
    store_le64(to + 16, ucd_base);
    store_le16(to + 24, response_length);
    store_le16(to + 26, response_offset);
    store_le16(to + 28, prdt_length);
    store_le16(to + 30, prdt_offset);
  }

  static constexpr Utrd decode(const std::byte* from) {
    Utrd utrd;
    const std::uint32_t first = load_le32(from);
    utrd.command_type = static_cast<CommandType>(first >> 28);
    utrd.data_direction = static_cast<DataDirection>(first >> 25 & 3);
    utrd.interrupt = (first >> 24 & 1) != 0;
    utrd.crypto_enable = (first >> 23 & 1) != 0;
    utrd.cci = Keyslot{first & 0xff};
    utrd.ehs_length = static_cast<std::uint8_t>(first >> 8 & 0xff);
    utrd.reserved = first & reserved_dw0;
    utrd.dun = Dun{std::uint64_t{load_le32(from + 12)} << 32 | load_le32(from + 4)};
    utrd.ocs = static_cast<Ocs>(load_u8(from + 8));
    utrd.cds = load_u8(from + 9);
    utrd.ldbc = load_le16(from + 10);
    utrd.ucd_base = load_le64(from + 16);
    utrd.response_length = load_le16(from + 24);
    utrd.response_offset = load_le16(from + 26);
    utrd.prdt_length = load_le16(from + 28);
    utrd.prdt_offset = load_le16(from + 30);
    return utrd;
  }
};

/// Physical region descriptor: one piece of the data buffer. `encode` and `decode` are exact inverses.
struct PrdtEntry {
  static constexpr std::size_t size = 16;
  static constexpr Bytes max_bytes{256 << 10};

  std::uint64_t address = 0;
  Bytes byte_count{4};         ///< 1..max_bytes; the wire holds it minus 1
  std::uint64_t reserved = 0;  ///< DW2 in the low half, bits 31:18 of DW3 in the high half

  /// Address and size are multiples of 4 and no reserved bit is set.
  constexpr bool valid() const {
    return address % 4 == 0 && byte_count.n % 4 == 0 && byte_count.n != 0 && byte_count <= max_bytes && reserved == 0;
  }

  constexpr void encode(std::byte* to) const {
    if (byte_count.n == 0 || byte_count > max_bytes) throw_bug("PrdtEntry: 1 byte to 256 KiB");
    store_le64(to, address);
    store_le32(to + 8, static_cast<std::uint32_t>(reserved & 0xffffffffu));
    store_le32(to + 12,
               static_cast<std::uint32_t>(reserved >> 32 & ~count_mask) | static_cast<std::uint32_t>(byte_count.n - 1));
  }

  static constexpr PrdtEntry decode(const std::byte* from) {
    const std::uint32_t last = load_le32(from + 12);
    return {load_le64(from), Bytes{std::uint64_t{last & count_mask} + 1},
            std::uint64_t{last & ~count_mask} << 32 | load_le32(from + 8)};
  }

 private:
  static constexpr std::uint32_t count_mask = (1u << 18) - 1;
};

/// Layout of the UTP command descriptor: command UPIU, response UPIU, PRDT.
namespace ucd {
inline constexpr std::size_t alignment = 128;
inline constexpr std::size_t command_offset = 0;
inline constexpr std::size_t response_offset = 512;
inline constexpr std::size_t response_size = 512;
inline constexpr std::size_t prdt_offset = 1024;
inline constexpr std::size_t max_prdt_entries = 128;
inline constexpr std::size_t size = prdt_offset + max_prdt_entries * PrdtEntry::size;
}  // namespace ucd

/// Alignment of the transfer request and task management lists.
inline constexpr std::size_t request_list_alignment = 1024;

/// UTP task management request descriptor: 16-byte header, request UPIU, response UPIU. Of the header only OCS and the
/// interrupt bit of DW0 are used [ufshci-descriptors].
namespace utmrd {
inline constexpr std::size_t size = 80;
inline constexpr std::uint32_t interrupt = 1u << 24;
inline constexpr std::size_t request_offset = 16;
inline constexpr std::size_t response_offset = 48;
inline constexpr std::size_t ocs_offset = 8;
}  // namespace utmrd

}  // namespace icesim
