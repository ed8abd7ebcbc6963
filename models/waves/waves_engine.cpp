// SPDX-License-Identifier: Apache-2.0
#include "models/waves/waves_engine.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::uint64_t block_bytes = 16;

/// Cuts what `train` brings into blocks: each is complete when the chunk with its last byte is.
void cut_into_blocks(const Train& train, Train& blocks) {
  const std::uint64_t bytes = train.back().end;
  blocks.clear();
  auto chunk = train.begin();
  for (std::uint64_t done = 0; done < bytes; done += block_bytes) {
    const std::uint64_t end = std::min(done + block_bytes, bytes);
    while (chunk->end < end) ++chunk;
    blocks.push_back({end, chunk->at});
  }
}

}  // namespace

void Waves::Engine::pass(const CryptoJob& job, Train& train) {
  if (train.empty()) {
    real_.pass(job, train);
    return;
  }
  arrived_ = train;
  real_.pass(job, train);
  left_ = train;
  KeyslotUse use;
  if (job.enabled && waves_.keyslots_.lookup(job.keyslot, use) == KeyslotState::usable) {
    repeat(job, use.data_unit);
  } else {
    repeat_bypass(job);
  }
  waves_.recorder_.settle(waves_.agenda_.now());
}

/// Number of the first block to be told of: all, or the last one only when nobody sees the piece.
std::size_t Waves::Engine::first_shown() const {
  const Picoseconds come = waves_.ice_.sample_edge(arrived_.front().at);
  return waves_.recorder_.shows(come, left_.back().at) ? 0 : divide_up(left_.back().end, block_bytes) - 1;
}

void Waves::Engine::tell_arrival(const CryptoJob& job, bool bypassed) {
  cut_into_blocks(arrived_, blocks_);
  const std::size_t first = first_shown();
  waves_.skip_blocks(waves_.come_, job, first);
  for (std::size_t i = first; i < blocks_.size(); ++i)
    waves_.block_comes(job, bypassed, waves_.ice_.sample_edge(blocks_[i].at));
}

void Waves::Engine::repeat(const CryptoJob& job, Bytes data_unit) {
  tell_arrival(job, false);
  waves_.second_engine_->pass(job, blocks_);
  for (const Chunk& chunk : left_) {
    const Chunk& last = blocks_[divide_up(chunk.end, block_bytes) - 1];
    ensure(last.at == chunk.at, "the engine treats a piece as it treats its blocks");
  }
  const std::size_t first = first_shown();
  waves_.skip_blocks(waves_.entered_, job, first);
  waves_.skip_blocks(waves_.left_, job, first);
  for (std::size_t i = first; i < blocks_.size(); ++i) {
    const Cycles leaves = waves_.ice_.next(blocks_[i].at);
    ensure(leaves >= waves_.engine_latency_, "a block enters before it leaves");
    const Dun unit{(job.offset + i * block_bytes) / data_unit.n};
    waves_.block_enters(job, job.dun + unit, waves_.ice_.edge(leaves - waves_.engine_latency_));
    waves_.block_leaves(job, blocks_[i].at);
  }
}

void Waves::Engine::repeat_bypass(const CryptoJob& job) {
  tell_arrival(job, true);
  cut_into_blocks(left_, blocks_);
  const std::size_t first = first_shown();
  waves_.skip_blocks(waves_.left_, job, first);
  for (std::size_t i = first; i < blocks_.size(); ++i) waves_.block_leaves(job, blocks_[i].at);
  waves_.second_engine_->pass(job, arrived_);
  for (std::size_t i = 0; i < left_.size(); ++i)
    ensure(arrived_[i].at == left_[i].at, "the second engine stands where the first one does");
}

}  // namespace icesim
