// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>

namespace icesim::cdb {

/// The 16 bytes of a command descriptor block as a COMMAND UPIU carries them, shorter ones padded.
using Bytes16 = std::array<std::uint8_t, 16>;

/// What the block commands say [scsi-commands]: enough to write the same bytes again.
struct Command {
  std::uint8_t opcode = 0;
  std::uint8_t flags = 0;   ///< byte 1: DPO, FUA (bit 3), of WRITE SAME the bit UNMAP (bit 3)
  std::uint64_t lba = 0;
  std::uint32_t blocks = 0;
  std::uint8_t group = 0;
  std::uint8_t control = 0;
};

inline constexpr std::uint8_t read_10 = 0x28;
inline constexpr std::uint8_t write_10 = 0x2a;
inline constexpr std::uint8_t synchronize_cache_10 = 0x35;
inline constexpr std::uint8_t unmap = 0x42;
inline constexpr std::uint8_t read_16 = 0x88;
inline constexpr std::uint8_t write_16 = 0x8a;
inline constexpr std::uint8_t synchronize_cache_16 = 0x91;
inline constexpr std::uint8_t write_same_16 = 0x93;

/// False for any other command, UNMAP among them, whose ranges are in its data.
bool decode(const Bytes16& bytes, Command& command);
/// The bytes of a command that `decode` knows.
Bytes16 encode(const Command& command);

}  // namespace icesim::cdb
