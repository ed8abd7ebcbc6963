// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <array>

namespace icesim {

/// Who goes first on a die: the host's operations or those of garbage collection.
enum class GcPriority : std::uint8_t { after_host, before_host };
inline constexpr std::array<Choice, 2> gc_priorities{{
    {"after_host", "collection uses idle dies, and goes first only when a die is at its last free superblock"},
    {"before_host", "collection always goes first"},
}};

/// Geometry, timing and translation layer of the flash; defaults are a consumer device with one-shot TLC
/// [nand-conzone].
struct FlashArrayConfig {
  Bytes capacity{std::uint64_t{128} << 30};
  std::uint64_t over_provisioning_ppm = 70'000;
  std::uint64_t channels = 4;
  std::uint64_t dies_per_channel = 2;
  std::uint64_t planes = 4;
  Bytes page_bytes{16 << 10};
  std::uint64_t pages_per_block = 1152;
  std::uint64_t pages_per_program = 3;
  Picoseconds read_time{40'000'000};
  Picoseconds program_time{937'500'000};
  Picoseconds erase_time{3'500'000'000};
  Bytes channel_bytes_per_cycle{2};
  Bytes write_buffer{4 << 20};
  std::uint64_t gc_threshold = 4;
  GcPriority gc_priority = GcPriority::after_host;

  void describe(Fields& f);
};

/// What the flash did; operations are counted per die, a multi-plane operation once.
struct FlashStatistics {
  std::uint64_t reads = 0;
  std::uint64_t programs = 0;
  std::uint64_t erases = 0;
  std::uint64_t gc_reads = 0;
  std::uint64_t gc_programs = 0;
  std::uint64_t gc_moved_blocks = 0;
  std::uint64_t host_blocks_written = 0;
  std::uint64_t flash_blocks_programmed = 0;
  std::uint64_t buffer_hits = 0;
  std::uint64_t unmapped_reads = 0;
  std::uint64_t waited_writes = 0;
  TimeSum die_busy;
  TimeSum channel_busy;

  void describe(Statistics& s) const;
};

}  // namespace icesim
