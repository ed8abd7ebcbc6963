// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/spec/upiu.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// Query requests: descriptors, attributes and flags of the device [ufs-descriptors] [cosim-probe].
namespace icesim::query {

enum class Opcode : std::uint8_t {
  nop = 0x0,
  read_descriptor = 0x1,
  write_descriptor = 0x2,
  read_attribute = 0x3,
  write_attribute = 0x4,
  read_flag = 0x5,
  set_flag = 0x6,
  clear_flag = 0x7,
  toggle_flag = 0x8,
};

enum class Function : std::uint8_t { standard_read = 0x01, standard_write = 0x81 };

/// Response code in byte 6 of QUERY RESPONSE.
enum class Result : std::uint8_t {
  success = 0x00,
  not_readable = 0xf6,
  not_writeable = 0xf7,
  already_written = 0xf8,
  invalid_length = 0xf9,
  invalid_value = 0xfa,
  invalid_selector = 0xfb,
  invalid_index = 0xfc,
  invalid_idn = 0xfd,
  invalid_opcode = 0xfe,
  general_failure = 0xff,
};

/// Flag ids, spelled as in the UFS standard.
enum Flag : std::uint8_t {
  fDeviceInit = 0x01,
  fPowerOnWPEn = 0x03,
  fBackgroundOpsEn = 0x04,
  fWriteBoosterEn = 0x0e,
  fWriteBoosterBufferFlushEn = 0x0f,
  fWriteBoosterBufferFlushDuringHibernate = 0x10,
};

/// Attribute ids.
enum Attribute : std::uint8_t {
  bBootLunEn = 0x00,
  bActiveICCLevel = 0x03,
  bOutOfOrderDataEn = 0x04,
  bBackgroundOpStatus = 0x05,
  bMaxDataInSize = 0x07,
  bMaxDataOutSize = 0x08,
  bRefClkFreq = 0x0a,
  bMaxNumOfRTT = 0x0c,
  wExceptionEventControl = 0x0d,
  wExceptionEventStatus = 0x0e,
  dSecondsPassed = 0x0f,  ///< is only written: the host's clock
  bRefClkGatingWaitTime = 0x17,
  bWriteBoosterBufferFlushStatus = 0x1c,
  bAvailableWriteBoosterBufferSize = 0x1d,
  bWriteBoosterBufferLifeTimeEst = 0x1e,
  dCurrentWriteBoosterBufferSize = 0x1f,
};

/// Bits of wExceptionEventControl and wExceptionEventStatus.
inline constexpr std::uint32_t urgent_background_event = 1u << 2;
inline constexpr std::uint32_t booster_flush_event = 1u << 5;

/// Value of bDataOrdering and bOutOfOrderDataEn.
inline constexpr std::uint8_t data_in_out_of_order = 2;

/// Bits of dExtendedUFSFeaturesSupport.
inline constexpr std::uint32_t write_booster_feature = 1u << 8;

enum class Descriptor : std::uint8_t { device = 0, unit = 2, string = 5, geometry = 7, power = 8 };

/// Whether the opcode only reads.
constexpr Function function_of(Opcode opcode) {
  const bool reads = opcode == Opcode::nop || opcode == Opcode::read_descriptor || opcode == Opcode::read_attribute ||
                     opcode == Opcode::read_flag;
  return reads ? Function::standard_read : Function::standard_write;
}

QueryUpiu read_descriptor(Tag tag, Descriptor descriptor, std::uint8_t index = 0, std::uint16_t length = 255);
QueryUpiu read_attribute(Tag tag, std::uint8_t attribute, std::uint8_t index = 0);
QueryUpiu write_attribute(Tag tag, std::uint8_t attribute, std::uint32_t value, std::uint8_t index = 0);
QueryUpiu read_flag(Tag tag, std::uint8_t flag);
QueryUpiu set_flag(Tag tag, std::uint8_t flag);
QueryUpiu clear_flag(Tag tag, std::uint8_t flag);
QueryUpiu toggle_flag(Tag tag, std::uint8_t flag);

/// Answer that repeats what was asked; `value` for attributes and flags, `length` bytes of data segment for a
/// descriptor.
QueryUpiu respond(const QueryUpiu& request, Result result, std::uint32_t value = 0, std::uint16_t length = 0);

/// Values of the device descriptor that drivers use.
struct DeviceDescriptor {
  static constexpr std::size_t size = 0x59;
  std::uint8_t units = 1;
  std::uint8_t well_known_units = 4;
  std::uint16_t version = 0x0310;   ///< below 0x0400 Linux asks no RTT attributes
  std::uint8_t product_string = 1;  ///< index of the string descriptor
  std::uint16_t manufacturer = 0;
  std::uint8_t rtt_capability = 8;  ///< bDeviceRTTCap
  std::uint8_t queue_depth = 32;    ///< bQueueDepth, 0: one queue for each unit
  std::uint32_t extended_features = 0;
  std::uint8_t booster_keeps_space = 0;  ///< bWriteBoosterBufferPreserveUserSpaceEn
  std::uint8_t booster_type = 0;         ///< bWriteBoosterBufferType: 1 is one buffer for all units
  std::uint32_t booster_units = 0;       ///< dNumSharedWriteBoosterBufferAllocUnits
  bool boots = false;                    ///< bBootEnable
  std::uint8_t background_end = 0;       ///< bBackgroundOpsTermLat, in units of 10 ms
  std::array<std::byte, size> encode() const;
  static DeviceDescriptor decode(const std::byte* from);
};

/// What buffers are allocated in, where there is one.
inline constexpr Bytes allocation_unit{4 << 20};

/// Values of the geometry descriptor; sizes of buffers are in units of 512 bytes on the wire.
struct GeometryDescriptor {
  static constexpr std::size_t size = 0x57;
  Bytes capacity{};
  bool many_units = false;  ///< bMaxNumberLU: 32 units, otherwise 8
  Bytes min_block = logical_block;
  Bytes max_data_in{4096};   ///< bMaxInBufferSize
  Bytes max_data_out{4096};  ///< bMaxOutBufferSize
  /// With a WriteBooster buffer only, of one kind: shared by all units, beside what the host sees.
  Bytes allocation_unit{};          ///< dSegmentSize; bAllocationUnitSize is 1 segment
  std::uint32_t booster_units = 0;  ///< dWriteBoosterBufferMaxNAllocUnits
  std::uint8_t booster_factor = 0;  ///< bWriteBoosterBufferCapAdjFac: pages of the flash that one of the buffer takes
  std::uint8_t data_ordering = 0;   ///< bDataOrdering
  std::array<std::byte, size> encode() const;
  static GeometryDescriptor decode(const std::byte* from);
};

/// Values of a unit descriptor.
struct UnitDescriptor {
  static constexpr std::size_t size = 0x2d;
  std::uint8_t index = 0;
  bool enabled = true;
  std::uint8_t queue_depth = 0;  ///< bLUQueueDepth, 0: the device's shared queue
  std::uint64_t blocks = 0;      ///< of `logical_block` bytes
  std::uint8_t write_protect = 0;  ///< bLUWriteProtect: 1 while fPowerOnWPEn is set, 2 while fPermanentWPEn is
  std::uint8_t boot_id = 0;        ///< bBootLunID: 1 is boot LU A
  std::array<std::byte, size> encode() const;
  static UnitDescriptor decode(const std::byte* from);
};

/// Power parameters, all 0: the current levels do not matter here.
inline constexpr std::size_t power_descriptor_size = 0x62;
std::array<std::byte, power_descriptor_size> power_descriptor();

/// String descriptor of up to 16 ASCII characters, in UTF-16 big-endian; returns its length.
inline constexpr std::size_t max_string_descriptor_size = 2 + 2 * 16;
std::size_t string_descriptor(std::string_view text, std::array<std::byte, max_string_descriptor_size>& to);

}  // namespace icesim::query
