// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/ice/aes_xts_piece.hpp"

namespace icesim {

inline bool AesXtsPiece::in_whole_blocks(const Train& train, std::uint64_t bytes) {
  if (train.run().step() % block_bytes != 0 || train.run().end(0) % block_bytes != 0) return false;
  const auto whole = [bytes](const Chunk& chunk) { return chunk.end % block_bytes == 0 || chunk.end == bytes; };
  for (const Chunk& chunk : train.head()) {
    if (!whole(chunk)) return false;
  }
  for (const Chunk& chunk : train.tail()) {
    if (!whole(chunk)) return false;
  }
  return true;
}

/// Takes all of a train that has a run, is in whole blocks, and whose first chunk has its `arrival`.
inline void AesXtsPiece::pass_in_runs(Train& train, std::uint64_t arrival, std::uint64_t bytes,
                                      const ClockDomain& ice) {
  ChunkRun& run = train.run();
  std::uint64_t issued = 0;
  const ClockDomain clock = ice;
  const std::uint64_t synchronise = clock.sync_stages().n;
  const auto take = [&](std::uint64_t end, std::uint64_t sampled) {
    const std::uint64_t complete = divide_up(end, block_bytes);
    issue(sampled, complete - issued);
    issued = complete;
    return clock.edge(Cycles{leaves()});
  };
  const auto take_first_of_run = [&](std::uint64_t sampled) {
    train.head().push_back({run.end(0), take(run.end(0), sampled)});
    run.drop_first();
  };
  if (train.head().empty()) {
    take_first_of_run(arrival);
  } else {
    for (Chunk& chunk : train.head()) chunk.at = take(chunk.end, clock.sample(chunk.at).n);
    if (run.end(0) != issued * block_bytes + run.step()) take_first_of_run(run.next(clock, 0) + synchronise);
  }
  if (!way_.run_like.spaced_like(run)) {
    way_.run_like = run;
    way_.run_fewest = run.fewest(clock, 1);
    way_.run_most = run.most(clock, 1);
  }
  if (!finish_unit(train, bytes, issued, clock)) {
    while (run.count() > 0) {
      const std::uint64_t first = run.next(clock, 0) + synchronise;
      if (issue_run_of_chunks(run, first, issued, clock)) break;
      take_first_of_run(first);
    }
    for (Chunk& chunk : train.tail()) chunk.at = take(chunk.end, clock.sample(chunk.at).n);
  }
  if (run.count() == 0) train.write_out();
}

/// Takes the rest of a job when it lies in the data unit under way. Chunks of the run that come no faster than the core
/// takes them queue until it has caught up, and from then on each finds it free. Of chunks that come no slower all
/// queue, when the first does.
inline bool AesXtsPiece::finish_unit(Train& train, std::uint64_t bytes, std::uint64_t& issued, const ClockDomain& ice) {
  ChunkRun& run = train.run();
  const std::uint64_t chunk_cycles = run.step() / block_bytes * timing_.interval;
  const std::uint64_t blocks = divide_up(bytes, block_bytes);
  if (blocks - issued > left_in_unit_) return false;
  const ClockDomain clock = ice;
  const std::uint64_t input = timing_.input + clock.sync_stages().n;
  const std::uint64_t out = timing_.latency - timing_.interval;  // from when the core is free, modulo 2^64
  std::uint64_t core = core_;
  std::uint64_t end = train.head().back().end;
  if (way_.run_most <= chunk_cycles && run.count() > 0 && run.next(clock, 0) + input <= core) {
    end = run.end(run.count() - 1);
    run = ChunkRun(run.count(), run.end(0), run.step(), {clock, core + out + chunk_cycles, 0, chunk_cycles});
    core += run.count() * chunk_cycles;
  } else if (way_.run_fewest >= chunk_cycles) {
    // What is known of a chunk's arrival without looking: it lies from `least` to `most`.
    std::uint64_t least = run.count() > 0 ? run.next(clock, 0) + input : core, most = least;
    for (; run.count() > 0 && least < core; run.drop_first(), least += way_.run_fewest, most += way_.run_most) {
      if (most >= core && run.next(clock, 0) + input >= core) break;
      core += chunk_cycles;
      end = run.end(0);
      train.head().push_back({end, clock.edge(Cycles{core + out})});
    }
    if (run.count() > 0) {
      end = run.end(run.count() - 1);
      core = run.next(clock, run.count() - 1) + input + chunk_cycles;
      run.pass_through(clock, input + chunk_cycles + out);
    }
  } else {
    return false;
  }
  for (Chunk& chunk : train.tail()) {
    if (chunk.end > end) {
      core = std::max(clock.sample(chunk.at).n + timing_.input, core) +
             (divide_up(chunk.end, block_bytes) - end / block_bytes) * timing_.interval;
    }
    end = chunk.end;
    chunk.at = clock.edge(Cycles{core + out});
  }
  positions_ += blocks - issued;
  left_in_unit_ -= blocks - issued;
  issued = blocks;
  core_ = core;
  last_ = last_block_ = core - timing_.interval;
  return true;
}

/// Takes all chunks of a run, the first of which has its `arrival`, at once, when it follows from its beginning that
/// one rule tells where its blocks are issued.
///
/// Let k blocks be a chunk. Idle: the core is free for the first chunk and at least k II cycles lie between chunks, so
/// that every chunk finds it free: block m of a chunk that comes at A is issued at A + m II. Busy: the core is not free
/// before the first chunk and no more than k II cycles lie between chunks, so that all are there before it is: block b
/// of the run is issued at core + b II. Both hold while no tweak is waited for: w_j <= x of the unit's first block.
/// That is looked up for the first unit; from then on w_j <= x' + T, x' being the start of the unit before, since
/// neither w_{j-1} nor K nor the start of an earlier unit is later than x', and units are T or more apart.
inline bool AesXtsPiece::issue_run_of_chunks(ChunkRun& run, std::uint64_t arrival, std::uint64_t& issued,
                                             const ClockDomain& ice) {
  const std::uint64_t chunk_blocks = run.step() / block_bytes;
  const std::uint64_t chunk_cycles = chunk_blocks * timing_.interval;
  const std::uint64_t apart = way_.run_fewest;
  const std::uint64_t first = arrival + timing_.input;
  const std::uint64_t core = core_;
  const bool idle = core <= first && apart >= chunk_cycles;
  if (!idle && (core < first || way_.run_most > chunk_cycles)) return false;
  const std::uint64_t later = ice.sync_stages().n + timing_.input;
  const std::uint64_t blocks = run.count() * chunk_blocks;
  if (blocks > left_in_unit_) {
    const auto issue_of = [&](std::uint64_t block) {
      if (!idle) return core + block * timing_.interval;
      return run.next(ice, block / chunk_blocks) + later + block % chunk_blocks * timing_.interval;
    };
    const std::uint64_t units = divide_up(blocks - left_in_unit_, unit_blocks_);
    const std::uint64_t chunks_of_unit = idle ? unit_blocks_ / chunk_blocks : 0;
    const std::uint64_t unit_cycles =
        chunks_of_unit * apart + (unit_blocks_ - chunks_of_unit * chunk_blocks) * timing_.interval;
    const std::uint64_t request = std::max({key_, engine_.last_tweak, engine_.starts[engine_.oldest_start]});
    if (request + timing_.tweak_latency > issue_of(left_in_unit_) || unit_cycles < timing_.tweak_latency) return false;
    // With P = 1 the start of the last unit is all that tweaks to come depend on.
    for (std::uint64_t j = timing_.prefetch == 1 ? units - 1 : 0; j < units; ++j) {
      request_tweak();
      engine_.starts[engine_.oldest_start] = issue_of(left_in_unit_ + j * unit_blocks_);
      if (++engine_.oldest_start == timing_.prefetch) engine_.oldest_start = 0;
    }
    begun_ += units;
    left_in_unit_ += units * unit_blocks_;
  }
  left_in_unit_ -= blocks;
  core_ = idle ? run.next(ice, run.count() - 1) + later + chunk_cycles : core + blocks * timing_.interval;
  last_ = last_block_ = core_ - timing_.interval;
  positions_ += blocks;
  issued += blocks;
  const std::uint64_t last_of_chunk = chunk_cycles - timing_.interval + timing_.latency;
  if (idle) {
    run.pass_through(ice, later + last_of_chunk);
  } else {
    run = ChunkRun(run.count(), run.end(0), run.step(), {ice, core + last_of_chunk, 0, chunk_cycles});
  }
  return true;
}

/// The way around the engine: from the first chunk of the run on that nothing before it delays, none is delayed.
inline bool bypass_in_run(AesXtsWay& way, Train& train, const ClockDomain& ice, Cycles latency) {
  if (!train.run().can_pass_through(ice)) return false;
  const std::uint64_t later = (ice.sync_stages() + latency).n;
  const auto take = [&](Chunk& chunk) {
    way.leave = std::max(way.leave, ice.next(chunk.at).n + later);
    chunk.at = ice.edge(Cycles{way.leave});
  };
  std::vector<Chunk>& head = train.head();
  std::size_t next = 0;
  for (; next < head.size(); ++next) take(head[next]);
  for (; train.has_run() && train.run().next(ice, 0) + later < way.leave; ++next) {
    train.pull();
    take(head[next]);
  }
  if (train.has_run()) {
    ChunkRun& run = train.run();
    way.leave = run.next(ice, run.count() - 1) + later;
    run.pass_through(ice, later);
  }
  for (; next < head.size(); ++next) take(head[next]);
  for (Chunk& chunk : train.tail()) take(chunk);
  return true;
}

}  // namespace icesim
