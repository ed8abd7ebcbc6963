// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "models/base/chunk_run.hpp"
#include "models/ice/aes_xts_config.hpp"
#include "models/ice/aes_xts_rings.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace icesim {

/// What one direction of the engine did.
struct AesXtsStatistics {
  std::uint64_t jobs = 0;
  std::uint64_t jobs_beside = 0;
  std::uint64_t blocks = 0;
  std::uint64_t tweaks = 0;
  Bytes bytes{};
  Bytes bypassed{};
  std::uint64_t key_loads = 0;
  std::uint64_t key_hits = 0;
  std::uint64_t unusable = 0;
  Cycles tweak_stall{};
  Cycles key_stall{};
  Picoseconds busy{};

  void describe(Statistics& s) const {
    s("jobs", jobs, "Pieces of data encrypted or decrypted, one a UPIU");
    s("jobs_beside", jobs_beside, "Of those, begun while the other direction had cores of an allocator, too");
    s("blocks", blocks, "AES blocks encrypted or decrypted");
    s("tweaks", tweaks, "Data units begun, each with an encrypted tweak");
    s("bytes", bytes, "Bytes encrypted or decrypted");
    s("bypassed", bypassed, "Bytes that passed by");
    s("key_loads", key_loads, "Keys expanded after a switch");
    s("key_hits", key_hits, "Switches to a key that was still expanded");
    s("unusable", unusable, "Pieces whose keyslot became unusable after their request began");
    s("tweak_stall", tweak_stall, "Cycles in which a block could have been issued but for its tweak");
    s("key_stall", key_stall, "Cycles in which a block could have been issued but for its key");
    s("busy", busy, "Time for which issue positions were taken, averaged over the cores");
  }
};

/// What the configuration says of one direction, while the other one is busy, too, or is not.
struct AesXtsTiming {
  AesXtsTiming(const AesXtsPipelineConfig& config, Direction direction, bool both)
      : cores(config.cores_of(direction, both)),
        interval(config.block_cycles(direction).n),
        latency(config.latency.n),
        input(config.input_latency.n),
        prefetch(config.tweak_core == TweakCore::drained ? 0 : config.tweak_prefetch),
        tweak_latency(config.tweak_cycles(direction).n),
        rings(config.ring_positions > 1),
        mixed(cores > 1 && config.decryption_block_cycles.n > 0),
        shared(config.tweak_core == TweakCore::shared),
        drained(config.tweak_core == TweakCore::drained),
        in_runs(cores == 1 && !rings && !shared && prefetch > 0) {}

  std::uint64_t cores;
  std::uint64_t interval;  ///< II
  std::uint64_t latency;   ///< L
  std::uint64_t input;
  std::uint64_t prefetch;       ///< P
  std::uint64_t tweak_latency;  ///< T
  bool rings;
  bool mixed;  ///< positions before may have another II
  bool shared;
  bool drained;
  bool in_runs;  ///< a single core without rings, and a tweak core of its own that runs ahead
};

/// What a key expanded in the engine is known by.
struct AesXtsKey {
  Keyslot keyslot = no_keyslot;
  std::uint64_t generation = 0;

  static constexpr Keyslot no_keyslot{~std::uint64_t{0}};
};

/// One engine: what its last positions leave behind for the next job. All values are cycles.
struct AesXtsEngineState {
  std::array<std::uint64_t, AesXtsAllocator::max_cores> free{};  ///< x + II of the last N positions, a ring
  std::uint64_t cores = 0;                                       ///< N
  std::uint64_t oldest = 0;                                      ///< where in `free` that of p-N lies
  std::uint64_t last = 0;                                        ///< x_{p-1}
  std::uint64_t drained = 0;                                     ///< x_{p-1} + L
  std::uint64_t last_tweak = 0;                                  ///< w_{j-1}
  std::array<std::uint64_t, AesXtsPipelineConfig::max_prefetch>
      starts{};  ///< x of the first blocks of the last P units
  std::uint64_t oldest_start = 0;
  std::vector<AesXtsKey> keys;  ///< as many as are kept, most recently used first
  AesXtsRings rings;            ///< for cores of more than one ring position, instead of `free`

  /// Cycle k of the clock is cycle `to` of another one from then on; what is past does not count.
  static void move(std::uint64_t& cycle, std::uint64_t k, std::uint64_t to) { cycle = cycle > k ? cycle - k + to : 0; }
  void change_clock(std::uint64_t k, std::uint64_t to) {
    for (std::uint64_t& each : free) move(each, k, to);
    for (std::uint64_t& each : starts) move(each, k, to);
    for (std::uint64_t* each : {&last, &drained, &last_tweak}) move(*each, k, to);
    rings.change_clock(k, to);
  }
  /// From the next position on N is `count`. Of fewer cores the last ones stay. More are free: each piece has issued a
  /// position, and then all positions before the last N had left their cores.
  void take_cores(std::uint64_t count) {
    std::array<std::uint64_t, AesXtsAllocator::max_cores> last_first{};
    for (std::uint64_t n = 1; n <= std::min(count, cores); ++n)
      last_first[count - n] = free[(oldest + cores - n) % cores];
    free = last_first;
    oldest = 0;
    cores = count;
  }
};

/// One direction: its order and its statistics.
struct AesXtsWay {
  std::uint64_t leave = 0;      ///< Z
  AesXtsStatistics total{};     ///< without `busy`
  std::uint64_t positions = 0;  ///< taken by blocks and tweaks, since the clock is what it is
  Picoseconds busy_before{};    ///< of all cores, before that
  ChunkRun run_like{};          ///< a run that came lately, and the bounds of the cycles between its chunks
  std::uint64_t run_fewest = 0;
  std::uint64_t run_most = 0;
};

}  // namespace icesim
