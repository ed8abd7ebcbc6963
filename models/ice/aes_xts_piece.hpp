// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/clock_domain.hpp"
#include "models/base/train.hpp"
#include "models/ice/aes_xts_state.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace icesim {

/// The issue positions and tweaks of one job, while it passes.
class AesXtsPiece {
 public:
  static constexpr std::uint64_t block_bytes = 16;

  AesXtsPiece(const AesXtsTiming& timing, AesXtsEngineState& engine, AesXtsWay& way)
      : timing_(timing), engine_(engine), way_(way), last_(engine.last), core_(engine.free[0]) {}

  /// Takes the job's key and data units: `units` of `unit_blocks`, the first with `first_blocks`, whose tweak takes
  /// `offset` more cycles.
  void begin(std::uint64_t key, std::uint64_t units, std::uint64_t unit_blocks, std::uint64_t first_blocks,
             std::uint64_t offset) {
    key_ = key;
    earliest_ = way_.leave > timing_.latency ? way_.leave - timing_.latency : 0;
    units_ = units;
    unit_blocks_ = unit_blocks;
    first_blocks_ = first_blocks;
    offset_ = offset;
    if (timing_.shared) {
      for (std::uint64_t j = std::min(timing_.prefetch, units); j > 0; --j) issue_tweak();
    }
  }

  /// Issues `count` blocks that arrive at `arrival`.
  void issue(std::uint64_t arrival, std::uint64_t count) {
    const std::uint64_t available = arrival + timing_.input;
    while (count > 0) {
      if (left_in_unit_ == 0) {
        start_unit(available);
        --count;
        continue;
      }
      const std::uint64_t run = std::min(count, left_in_unit_);
      last_block_ = issue_run(available, run);
      left_in_unit_ -= run;
      count -= run;
    }
  }

  /// Takes the chunks from `chunk` on for as long as each is some whole blocks of the data unit under way, on a single
  /// core, of which nothing but A and the core are in the way: issue_run for each, with the state in registers.
  /// `issued` counts the job's blocks. Returns the first chunk that is not like that, or `end`.
  Chunk* issue_whole_blocks(Chunk* chunk, const Chunk* end, std::uint64_t& issued, const ClockDomain& ice) {
    if (timing_.cores != 1 || timing_.rings) return chunk;
    const ClockDomain clock = ice;
    const std::uint64_t interval = timing_.interval;
    const std::uint64_t input = timing_.input;
    const std::uint64_t out = timing_.latency - interval;  // from when the core is free, modulo 2^64
    const std::uint64_t unit_end = issued + left_in_unit_;
    std::uint64_t taken = issued;
    std::uint64_t core = core_;
    for (; chunk != end; ++chunk) {
      const std::uint64_t complete = chunk->end / block_bytes;
      if (complete <= taken || complete > unit_end || chunk->end % block_bytes != 0) break;
      core = std::max(clock.sample(chunk->at).n + input, core) + (complete - taken) * interval;
      taken = complete;
      chunk->at = clock.edge(Cycles{core + out});
    }
    if (taken == issued) return chunk;
    core_ = core;
    last_ = last_block_ = core - interval;
    positions_ += taken - issued;
    left_in_unit_ = unit_end - taken;
    issued = taken;
    return chunk;
  }

  // trains with a run (aes_xts_run.hpp)
  static bool in_whole_blocks(const Train& train, std::uint64_t bytes);
  void pass_in_runs(Train& train, std::uint64_t arrival, std::uint64_t bytes, const ClockDomain& ice);

  /// Leaves the state of the engine to the next job, and counts this one.
  void end(std::uint64_t blocks, std::uint64_t bytes) {
    engine_.last = last_;
    engine_.drained = last_ + timing_.latency;
    if (timing_.cores == 1) engine_.free[0] = core_;
    way_.leave = leaves();
    way_.positions += positions_;
    way_.total.tweaks += begun_;
    ++way_.total.jobs;
    way_.total.blocks += blocks;
    way_.total.bytes += Bytes{bytes};
  }

  /// Cycle in which the block issued last leaves.
  std::uint64_t leaves() const { return last_block_ + timing_.latency; }

 private:
  bool finish_unit(Train& train, std::uint64_t bytes, std::uint64_t& issued, const ClockDomain& ice);
  bool issue_run_of_chunks(ChunkRun& run, std::uint64_t arrival, std::uint64_t& issued, const ClockDomain& ice);

  void start_unit(std::uint64_t available) {
    if (timing_.shared && timing_.prefetch == 0) issue_tweak();
    const std::uint64_t tweak = timing_.shared ? tweaks_[begun_ % ring_] : request_tweak();
    const std::uint64_t base = entry(std::max(available, earliest_));
    earliest_ = 0;
    if (key_ > base) way_.total.key_stall += Cycles{key_ - base};
    const std::uint64_t otherwise = std::max(base, key_);
    if (tweak > otherwise) way_.total.tweak_stall += Cycles{tweak - otherwise};
    last_block_ = issue_one(std::max(otherwise, tweak));
    left_in_unit_ = (begun_ == 0 ? first_blocks_ : unit_blocks_) - 1;
    ++begun_;
    if (timing_.prefetch == 0) return;
    engine_.starts[engine_.oldest_start] = last_block_;
    if (++engine_.oldest_start == timing_.prefetch) engine_.oldest_start = 0;
    if (timing_.shared && tweaked_ < units_) issue_tweak();
  }

  std::uint64_t request_tweak() {
    std::uint64_t before = timing_.prefetch == 0 ? last_ : engine_.starts[engine_.oldest_start];
    if (timing_.drained) before = begun_ == 0 ? engine_.drained : last_ + timing_.latency;
    const std::uint64_t request = std::max(key_, before);
    engine_.last_tweak = std::max(engine_.last_tweak, request) + timing_.tweak_latency + (begun_ == 0 ? offset_ : 0);
    return engine_.last_tweak;
  }

  void issue_tweak() {
    const std::uint64_t issued = issue_one(key_);
    tweaks_[tweaked_ % ring_] = issued + timing_.latency + (tweaked_ == 0 ? offset_ : 0);
    ++tweaked_;
  }

  std::uint64_t next_free() const { return timing_.cores == 1 ? core_ : engine_.free[engine_.oldest]; }

  /// First cycle, `earliest` or later, in which the next position can be issued.
  std::uint64_t entry(std::uint64_t earliest) const {
    earliest = std::max(earliest, last_);
    return timing_.rings ? engine_.rings.entry(earliest) : std::max(earliest, next_free());
  }

  std::uint64_t issue_one(std::uint64_t earliest) {
    ++positions_;
    last_ = entry(earliest);
    if (timing_.rings) {
      engine_.rings.enter(last_, timing_.interval);
    } else if (timing_.cores == 1) {
      core_ = last_ + timing_.interval;
    } else {
      engine_.free[engine_.oldest] = last_ + timing_.interval;
      if (++engine_.oldest == timing_.cores) engine_.oldest = 0;
    }
    return last_;
  }

  /// `count` positions with the same earliest cycle. Once each core has issued one, every position follows the one N
  /// before it by II: x_{p-1} <= x_{p-N} + II, because the positions between are no later than that either.
  std::uint64_t issue_run(std::uint64_t earliest, std::uint64_t count) {
    if (timing_.rings || timing_.mixed) {
      for (; count > 0; --count) issue_one(earliest);
      return last_;
    }
    if (timing_.cores == 1) {
      positions_ += count;
      last_ = std::max(earliest, core_) + (count - 1) * timing_.interval;
      core_ = last_ + timing_.interval;
      return last_;
    }
    const std::uint64_t singly = std::min(count, timing_.cores);
    for (std::uint64_t i = 0; i < singly; ++i) issue_one(earliest);
    if (const std::uint64_t rest = count - singly; rest > 0) {
      const std::uint64_t turns = rest / timing_.cores;
      const std::uint64_t extra = rest % timing_.cores;
      for (std::uint64_t i = 0, at = engine_.oldest; i < timing_.cores; ++i) {
        engine_.free[at] += (turns + (i < extra ? 1 : 0)) * timing_.interval;
        if (++at == timing_.cores) at = 0;
      }
      engine_.oldest = (engine_.oldest + extra) % timing_.cores;
      last_ = engine_.free[engine_.oldest == 0 ? timing_.cores - 1 : engine_.oldest - 1] - timing_.interval;
      positions_ += rest;
    }
    return last_;
  }

  static constexpr std::uint64_t ring_ = AesXtsPipelineConfig::max_prefetch + 1;

  const AesXtsTiming& timing_;
  AesXtsEngineState& engine_;
  AesXtsWay& way_;
  std::uint64_t last_;  ///< x_{p-1}
  std::uint64_t core_;  ///< of a single core: when it is free
  std::uint64_t positions_ = 0;

  std::uint64_t key_ = 0;
  std::uint64_t earliest_ = 0;
  std::uint64_t units_ = 0;
  std::uint64_t unit_blocks_ = 0;
  std::uint64_t first_blocks_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t begun_ = 0;
  std::uint64_t tweaked_ = 0;
  std::uint64_t left_in_unit_ = 0;
  std::uint64_t last_block_ = 0;
  std::array<std::uint64_t, ring_> tweaks_;  ///< w of tweaks issued ahead, shared tweak core
};

}  // namespace icesim
