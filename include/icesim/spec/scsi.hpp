// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

/// SCSI commands of a UFS device [scsi-commands]: each builder makes a 16-byte CDB, each parser reads one back.
/// LBAs and counts are in logical blocks.
namespace icesim::scsi {

using Cdb = std::array<std::byte, 16>;

enum class Opcode : std::uint8_t {
  test_unit_ready = 0x00,
  request_sense = 0x03,
  inquiry = 0x12,
  start_stop_unit = 0x1b,
  read_capacity_10 = 0x25,
  read_10 = 0x28,
  write_10 = 0x2a,
  synchronize_cache_10 = 0x35,
  unmap = 0x42,
  mode_sense_10 = 0x5a,
  read_16 = 0x88,
  write_16 = 0x8a,
  service_action_in_16 = 0x9e,
  report_luns = 0xa0,
  security_protocol_in = 0xa2,
  security_protocol_out = 0xb5,
};

enum class Status : std::uint8_t { good = 0x00, check_condition = 0x02, busy = 0x08, task_set_full = 0x28 };

constexpr Opcode opcode_of(const Cdb& cdb) { return static_cast<Opcode>(cdb[0]); }

/// Well-known logical units, as the LUN byte of a UPIU.
namespace well_known {
inline constexpr std::uint8_t report_luns = 0x81;
inline constexpr std::uint8_t ufs_device = 0xd0;
inline constexpr std::uint8_t boot = 0xb0;
inline constexpr std::uint8_t rpmb = 0xc4;
}  // namespace well_known

/// A READ or WRITE, of 10 or 16 bytes.
struct Transfer {
  bool write = false;
  Lba lba{};
  std::uint32_t blocks = 0;
  bool fua = false;
};

/// READ(10) or WRITE(10) if the address and the count fit, READ(16) or WRITE(16) otherwise.
Cdb transfer(const Transfer& request);
Cdb read_10(Lba lba, std::uint16_t blocks, bool fua = false);
Cdb write_10(Lba lba, std::uint16_t blocks, bool fua = false);
/// Nothing if the CDB is no READ or WRITE.
std::optional<Transfer> parse_transfer(const Cdb& cdb);

/// A range; no blocks in SYNCHRONIZE CACHE: from the LBA to the end of the unit.
struct BlockRange {
  Lba lba{};
  std::uint32_t blocks = 0;
};

Cdb synchronize_cache_10(BlockRange range = {});
BlockRange parse_synchronize_cache_10(const Cdb& cdb);

/// UNMAP of one range: the CDB, and the parameter list that goes out as data.
inline constexpr std::size_t unmap_list_size = 24;
using UnmapList = std::array<std::byte, unmap_list_size>;
Cdb unmap();
UnmapList unmap_list(BlockRange range);
/// Nothing if the list does not hold exactly one range.
std::optional<BlockRange> parse_unmap_list(const UnmapList& list);

/// Product information, or vital product data page `page`.
struct Inquiry {
  bool vital_product_data = false;
  std::uint8_t page = 0;
  std::uint16_t allocation_length = 36;
};
Cdb inquiry(const Inquiry& request);
Inquiry parse_inquiry(const Cdb& cdb);

Cdb test_unit_ready();

inline constexpr std::size_t read_capacity_10_size = 8;
inline constexpr std::size_t read_capacity_16_size = 32;
Cdb read_capacity_10();
Cdb read_capacity_16(std::uint32_t allocation_length = read_capacity_16_size);
/// The CDB is SERVICE ACTION IN(16) with the action READ CAPACITY(16).
bool is_read_capacity_16(const Cdb& cdb);
/// Answers for a unit of `blocks` logical blocks; the 10-byte one saturates.
std::array<std::byte, read_capacity_10_size> read_capacity_10_data(std::uint64_t blocks);
std::array<std::byte, read_capacity_16_size> read_capacity_16_data(std::uint64_t blocks);

Cdb report_luns(std::uint32_t allocation_length);

/// Power condition 3 is power-down; 0 uses `start`.
struct StartStop {
  std::uint8_t power_condition = 0;
  bool start = true;
  bool immediate = false;
};
Cdb start_stop_unit(const StartStop& request);
StartStop parse_start_stop_unit(const Cdb& cdb);

struct ModeSense {
  std::uint8_t page_control = 0;
  std::uint8_t page = 0;
  std::uint8_t subpage = 0;
  bool no_block_descriptors = false;
  std::uint16_t allocation_length = 0;
};
Cdb mode_sense_10(const ModeSense& request);
ModeSense parse_mode_sense_10(const Cdb& cdb);

Cdb request_sense(std::uint8_t allocation_length);

/// The protocol of RPMB, among those of SECURITY PROTOCOL IN and OUT; protocol 0 is the list of those that are there.
inline constexpr std::uint8_t ufs_security_protocol = 0xec;
struct SecurityProtocol {
  std::uint8_t protocol = 0;
  std::uint16_t specific = 0;
  std::uint32_t length = 0;  ///< bytes of data, of allocation or transfer
};
Cdb security_protocol_in(const SecurityProtocol& request);
Cdb security_protocol_out(const SecurityProtocol& request);
SecurityProtocol parse_security_protocol(const Cdb& cdb);

}  // namespace icesim::scsi
