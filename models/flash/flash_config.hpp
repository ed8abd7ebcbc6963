// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "models/flash/cells/cache_program.hpp"
#include "models/flash/cells/page_times.hpp"
#include "models/flash/cells/read_retries.hpp"
#include "models/flash/cells/suspension.hpp"
#include "models/flash/cells/wear_config.hpp"
#include "models/flash/streams/stream_config.hpp"

#include <array>

namespace icesim {

/// Who goes first on a die: the host's operations or those of garbage collection.
enum class GcPriority : std::uint8_t { after_host, before_host };
inline constexpr std::array<Choice, 2> gc_priorities{{
    {"after_host", "collection uses idle dies, and goes first only when a die is at its last free superblock"},
    {"before_host", "collection always goes first"},
}};

/// Which superblock of a die is collected; all but greedy see FlashVictims.
enum class GcVictim : std::uint8_t { greedy, cost_benefit, fifo, windowed };
inline constexpr std::array<Choice, 4> gc_victims{{
    {"greedy", "the one with the fewest valid blocks"},
    {"cost_benefit", "the one with the largest age * (1 - u) / 2u, where u is the share of its blocks that are valid"},
    {"fifo", "the one that has been full for longest, unless all of it is valid"},
    {"windowed", "of flash.gc_window of those the one with the fewest valid blocks"},
}};

/// Where the superblocks of the booster come from.
enum class BoosterKind : std::uint8_t { dedicated, shared };
inline constexpr std::array<Choice, 2> booster_kinds{{
    {"dedicated", "superblocks of its own, beside those of flash.capacity and flash.over_provisioning_ppm"},
    {"shared", "over-provisioned superblocks, which collection then lacks; as many as it must have are added"},
}};

/// When what is in the booster moves to the rest of the flash; each also does what those before it do.
enum class BoosterMigration : std::uint8_t { request, idle, full };
inline constexpr std::array<Choice, 3> booster_migrations{{
    {"request", "when the device asks for it"},
    {"idle", "and whenever the flash was asked for nothing for flash.booster.idle_time"},
    {"full", "and where a die's part is full, in turn with the programs of the host"},
}};

/// The WriteBooster buffer: a part of the flash in SLC mode that takes what the host writes [nand-conzone].
struct FlashBoosterConfig {
  Bytes capacity{};
  BoosterKind kind = BoosterKind::dedicated;
  bool enabled = true;
  BoosterMigration migration = BoosterMigration::idle;
  Picoseconds idle_time{5'000'000'000};
  Picoseconds program_time{75'000'000};
  Picoseconds read_time{20'000'000};
  std::uint64_t endurance = 50'000;

  void describe(Fields& f);
};

/// In which order what the device is delivered with was written.
enum class FlashPattern : std::uint8_t { sequential, random };
inline constexpr std::array<Choice, 2> flash_patterns{{
    {"sequential", "once, from the first block on"},
    {"random", "so, and then block by block at random, until write amplification stays as it is"},
}};

/// What the device was used for before it is delivered. Blocks that were written then hold zeros, as far as somebody looks,
/// and are read as any others; blocks that were not are answered without flash.
struct FlashPreconditionConfig {
  std::uint64_t fill_ppm = 1'000'000;
  FlashPattern pattern = FlashPattern::sequential;

  void describe(Fields& f);
};

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
  FlashWordlineConfig wordline;
  FlashCacheProgramConfig cache_program;
  FlashSuspensionConfig suspension;
  FlashRetryConfig retry;
  FlashWearConfig wear;
  Bytes channel_bytes_per_cycle{2};
  Bytes write_buffer{4 << 20};
  std::uint64_t gc_threshold = 4;
  GcPriority gc_priority = GcPriority::after_host;
  GcVictim gc_victim = GcVictim::greedy;
  std::uint64_t gc_window = 16;
  FlashBoosterConfig booster;
  FlashStreamConfig streams;
  FlashPreconditionConfig precondition;

  /// Whether erases are counted by superblock.
  bool wears() const { return wear.happens() || retry.happens(); }
  void describe(Fields& f);
};

/// What went through the booster.
struct FlashBoosterStatistics {
  std::uint64_t blocks_written = 0;
  std::uint64_t passed_blocks = 0;
  std::uint64_t migration_reads = 0;
  std::uint64_t migration_programs = 0;
  std::uint64_t migrated_blocks = 0;
  std::uint64_t erases = 0;

  void describe(Statistics& s) const;
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
  bool boosted = false;  ///< there is a booster
  FlashBoosterStatistics booster;
  bool parts_hot = false;  ///< hot blocks have superblocks of their own
  FlashStreamStatistics streams;
  bool caches = false;  ///< data may come while a die programs
  FlashCacheProgramStatistics cache;
  bool suspends = false;  ///< programs and erases may be suspended
  FlashSuspensionStatistics suspension;
  bool retries = false;  ///< reads may be done again
  FlashRetryStatistics retry;
  bool wears = false;  ///< erases are counted by superblock
  FlashWearStatistics wear;

  void describe(Statistics& s) const;
};

}  // namespace icesim
