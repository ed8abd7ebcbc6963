// SPDX-License-Identifier: Apache-2.0
#include "models/waves/waves_engine.hpp"

#include "icesim/base/error.hpp"
#include "models/waves/pulse.hpp"

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

WavesEngine::WavesEngine(const WatchedEngine& watched, CryptoEngine& real)
    : recorder_(watched.recorder),
      agenda_(watched.agenda),
      lag_(watched.lag),
      layout_(watched.layout),
      ice_(watched.clock),
      latency_(watched.config.latency),
      keyslots_(watched.keyslots),
      real_(real),
      second_("waves_ice", watched.config, watched.clock, watched.keyslots) {}

void WavesEngine::pass(const CryptoJob& job, Train& train) {
  if (train.empty()) {
    real_.pass(job, train);
    return;
  }
  arrived_ = train;
  real_.pass(job, train);
  left_ = train;
  KeyslotUse use;
  if (job.enabled && has_key(keyslots_, job, use)) {
    repeat(job, use.data_unit);
  } else {
    repeat_bypass(job);
  }
  settle(recorder_, agenda_.now(), lag_);
}

/// Number of the first block to be told of: all, or the last one only when nobody sees the piece.
std::size_t WavesEngine::first_shown() const {
  const Picoseconds come = ice_.sample_edge(arrived_.front().at);
  return recorder_.shows(come, left_.back().at) ? 0 : divide_up(left_.back().end, block_bytes) - 1;
}

void WavesEngine::tell_arrival(const CryptoJob& job, bool bypassed) {
  cut_into_blocks(arrived_, blocks_);
  const std::size_t first = first_shown();
  skip_blocks(come_, job, first);
  for (std::size_t i = first; i < blocks_.size(); ++i) block_comes(job, bypassed, ice_.sample_edge(blocks_[i].at));
}

/// Has the second engine pass the blocks. A first chunk of less than a block goes before them: it brings nothing to
/// encrypt, but the key is loaded from its arrival on.
void WavesEngine::pass_blocks(const CryptoJob& job) {
  const Chunk first = arrived_.front();
  if (first.end >= std::min(block_bytes, arrived_.back().end)) return second_.pass(job, blocks_);
  whole_.clear();
  whole_.push_back(first);
  for (const Chunk& block : blocks_) whole_.push_back(block);
  second_.pass(job, whole_);
  for (std::size_t i = 0; i < blocks_.size(); ++i) blocks_[i].at = whole_[i + 1].at;
}

void WavesEngine::repeat(const CryptoJob& job, Bytes data_unit) {
  tell_arrival(job, false);
  pass_blocks(job);
  for (const Chunk& chunk : left_) {
    const Chunk& last = blocks_[divide_up(chunk.end, block_bytes) - 1];
    ensure(last.at == chunk.at, "the engine treats a piece as it treats its blocks");
  }
  const std::size_t first = first_shown();
  skip_blocks(entered_, job, first);
  skip_blocks(left_blocks_, job, first);
  for (std::size_t i = first; i < blocks_.size(); ++i) {
    const Cycles leaves = ice_.next(blocks_[i].at);
    ensure(leaves >= latency_, "a block enters before it leaves");
    const Dun unit{(job.offset + i * block_bytes) / data_unit.n};
    block_enters(job, job.dun + unit, ice_.edge(leaves - latency_));
    block_leaves(job, blocks_[i].at);
  }
}

void WavesEngine::repeat_bypass(const CryptoJob& job) {
  tell_arrival(job, true);
  cut_into_blocks(left_, blocks_);
  const std::size_t first = first_shown();
  skip_blocks(left_blocks_, job, first);
  for (std::size_t i = first; i < blocks_.size(); ++i) block_leaves(job, blocks_[i].at);
  second_.pass(job, arrived_);
  for (std::size_t i = 0; i < left_.size(); ++i)
    ensure(arrived_[i].at == left_[i].at, "the second engine stands where the first one does");
}

void WavesEngine::block_comes(const CryptoJob& job, bool bypassed, Picoseconds at) {
  const std::size_t signals = layout_.of_engine(index(job.direction));
  pulse(recorder_, signals + pins::in_valid, ice_, at);
  recorder_.change(signals + pins::in_tag, at, job.tag.n);
  recorder_.change(signals + pins::in_crypto, at, bypassed ? 0 : 1);
  recorder_.change(signals + pins::in_blocks, at, ++come_[index(job.direction)]);
}

void WavesEngine::block_enters(const CryptoJob& job, Dun dun, Picoseconds at) {
  const std::size_t signals = layout_.of_engine(index(job.direction));
  pulse(recorder_, signals + pins::issue_valid, ice_, at);
  recorder_.change(signals + pins::issue_tag, at, job.tag.n);
  recorder_.change(signals + pins::issue_keyslot, at, job.keyslot.n);
  recorder_.change(signals + pins::issue_dun, at, dun.n);
  recorder_.change(signals + pins::issue_blocks, at, ++entered_[index(job.direction)]);
}

void WavesEngine::block_leaves(const CryptoJob& job, Picoseconds at) {
  const std::size_t signals = layout_.of_engine(index(job.direction));
  pulse(recorder_, signals + pins::out_valid, ice_, at);
  recorder_.change(signals + pins::out_tag, at, job.tag.n);
  recorder_.change(signals + pins::out_blocks, at, ++left_blocks_[index(job.direction)]);
}

}  // namespace icesim
