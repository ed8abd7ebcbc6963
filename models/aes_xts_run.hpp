// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/aes_xts_piece.hpp"

namespace icesim {

inline bool AesXtsPipeline::Piece::pass_in_runs(Train& train, std::uint64_t& issued, const ClockDomain& ice) {
  if (cores_ != 1 || rings_ || shared_ || drained_ || prefetch_ == 0 || !train.run().can_pass_through(ice))
    return false;
  if (train.run().step() % block_bytes != 0 || train.run().end(0) % block_bytes != 0) return false;
  const std::uint64_t bytes = train.back().end;
  const auto whole = [bytes](const Chunk& chunk) { return chunk.end % block_bytes == 0 || chunk.end == bytes; };
  for (const Chunk& chunk : train.head()) {
    if (!whole(chunk)) return false;
  }
  for (const Chunk& chunk : train.tail()) {
    if (!whole(chunk)) return false;
  }

  const ClockDomain clock = ice;
  const auto take = [&](Chunk& chunk) {
    const std::uint64_t complete = divide_up(chunk.end, block_bytes);
    issue(clock.sample(chunk.at).n, complete - issued);
    issued = complete;
    chunk.at = clock.edge(Cycles{leaves()});
  };
  std::vector<Chunk>& head = train.head();
  std::size_t next = 0;
  for (; next < head.size(); ++next) take(head[next]);
  const std::uint64_t apart = train.run().fewest(clock, 1);
  while (train.has_run() && !issue_run_of_chunks(train.run(), apart, issued, clock)) {
    train.pull();
    take(head[next++]);
  }
  // Without a run all chunks are in the head.
  for (; next < head.size(); ++next) take(head[next]);
  for (Chunk& chunk : train.tail()) take(chunk);
  return true;
}

/// Takes all chunks of a run, `apart` cycles or more from each other, at once, when it follows from its beginning that
/// one rule tells where its blocks are issued.
///
/// Let k blocks be a chunk. Idle: the core is free for the first chunk and at least k II cycles lie between chunks, so
/// that every chunk finds it free: block m of a chunk that comes at A is issued at A + m II. Busy: the core is not free
/// before the first chunk and no more than k II cycles lie between chunks, so that all are there before it is: block b
/// of the run is issued at core + b II. Both hold while no tweak is waited for: w_j <= x of the unit's first block.
/// That is looked up for the first unit; from then on w_j <= x' + T, x' being the start of the unit before, since
/// neither w_{j-1} nor K nor the start of an earlier unit is later than x', and units are T or more apart.
inline bool AesXtsPipeline::Piece::issue_run_of_chunks(ChunkRun& run, std::uint64_t apart, std::uint64_t& issued,
                                                       const ClockDomain& ice) {
  const std::uint64_t chunk_blocks = run.step() / block_bytes;
  if (begun_ == 0 || run.end(0) != issued * block_bytes + run.step()) return false;
  const std::uint64_t arrival = ice.sync_stages().n + input_;
  const std::uint64_t chunk_cycles = chunk_blocks * interval_;
  const std::uint64_t first = run.next(ice, 0) + arrival;
  const std::uint64_t core = core_;
  const bool idle = core <= first && apart >= chunk_cycles;
  if (!idle && (core < first || apart > chunk_cycles || run.most(ice, 1) > chunk_cycles)) return false;
  const auto issue_of = [&](std::uint64_t block) {
    if (!idle) return core + block * interval_;
    return run.next(ice, block / chunk_blocks) + arrival + block % chunk_blocks * interval_;
  };

  const std::uint64_t blocks = run.count() * chunk_blocks;
  const std::uint64_t units = blocks > left_in_unit_ ? divide_up(blocks - left_in_unit_, unit_blocks_) : 0;
  if (units > 0) {
    const std::uint64_t chunks_of_unit = idle ? unit_blocks_ / chunk_blocks : 0;
    const std::uint64_t unit_cycles =
        chunks_of_unit * apart + (unit_blocks_ - chunks_of_unit * chunk_blocks) * interval_;
    const std::uint64_t request = std::max({key_, engine_.last_tweak, engine_.starts[engine_.oldest_start]});
    if (request + tweak_latency_ > issue_of(left_in_unit_) || unit_cycles < tweak_latency_) return false;
  }
  // With P = 1 the start of the last unit is all that tweaks to come depend on.
  for (std::uint64_t j = prefetch_ == 1 && units > 1 ? units - 1 : 0; j < units; ++j) {
    request_tweak();
    engine_.starts[engine_.oldest_start] = issue_of(left_in_unit_ + j * unit_blocks_);
    if (++engine_.oldest_start == prefetch_) engine_.oldest_start = 0;
  }
  begun_ += units;
  left_in_unit_ += units * unit_blocks_ - blocks;
  last_ = last_block_ = issue_of(blocks - 1);
  core_ = last_ + interval_;
  positions_ += blocks;
  issued += blocks;
  const std::uint64_t last_of_chunk = chunk_cycles - interval_ + latency_;
  if (idle) {
    run.pass_through(ice, arrival + last_of_chunk);
  } else {
    run = ChunkRun(run.count(), run.end(0), run.step(), {ice, core + last_of_chunk, 0, chunk_cycles});
  }
  return true;
}

/// The way around the engine: from the first chunk of the run on that nothing before it delays, none is delayed.
inline bool AesXtsPipeline::bypass_in_run(Way& way, Train& train) const {
  if (!train.run().can_pass_through(ice_)) return false;
  const std::uint64_t later = (ice_.sync_stages() + config_.bypass_latency).n;
  const auto take = [&](Chunk& chunk) {
    way.leave = std::max(way.leave, ice_.next(chunk.at).n + later);
    chunk.at = ice_.edge(Cycles{way.leave});
  };
  std::vector<Chunk>& head = train.head();
  std::size_t next = 0;
  for (; next < head.size(); ++next) take(head[next]);
  for (; train.has_run() && train.run().next(ice_, 0) + later < way.leave; ++next) {
    train.pull();
    take(head[next]);
  }
  if (train.has_run()) {
    ChunkRun& run = train.run();
    way.leave = run.next(ice_, run.count() - 1) + later;
    run.pass_through(ice_, later);
  }
  for (; next < head.size(); ++next) take(head[next]);
  for (Chunk& chunk : train.tail()) take(chunk);
  return true;
}

}  // namespace icesim
