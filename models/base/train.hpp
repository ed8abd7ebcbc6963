// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/chunk_run.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace icesim {

/// The way of one UPIU's data through a block, as the times at which its pieces (link frames or DMA bursts) are
/// complete. Ends and times never decrease. One object is reused for many UPIUs, so that nothing is allocated per
/// request.
///
/// It is a list of chunks. A long one may hold its middle as a ChunkRun, between chunks of the list before and after
/// it; who knows nothing of that uses the list, which writes the run out chunk by chunk.
class Train {
 public:
  Train() = default;
  Train(std::initializer_list<Chunk> chunks) : chunks_(chunks) {}

  // The list.
  using value_type = Chunk;
  using iterator = Chunk*;
  using const_iterator = const Chunk*;
  bool empty() const { return chunks_.empty() && run_.count() == 0; }
  std::size_t size() const { return chunks_.size() + run_.count() + tail_.size(); }
  Chunk* data() { return list().data(); }
  const Chunk* data() const { return list().data(); }
  Chunk* begin() { return data(); }
  Chunk* end() { return data() + chunks_.size(); }
  const Chunk* begin() const { return data(); }
  const Chunk* end() const { return data() + chunks_.size(); }
  Chunk& operator[](std::size_t i) { return list()[i]; }
  const Chunk& operator[](std::size_t i) const { return list()[i]; }
  const Chunk& at(std::size_t i) const { return list().at(i); }
  /// Makes it a list of `count` chunks, which the caller fills.
  Chunk* rewrite(std::size_t count) {
    tail_.clear();
    run_.clear();
    chunks_.resize(count);
    return chunks_.data();
  }
  void reserve(std::size_t count) { chunks_.reserve(count); }
  void push_back(const Chunk& chunk) { list().push_back(chunk); }
  Chunk front() const { return !chunks_.empty() ? chunks_.front() : run_[0]; }
  Chunk back() const {
    if (run_.count() == 0) return chunks_.back();
    return tail_.empty() ? run_[run_.count() - 1] : tail_.back();
  }
  void clear() {
    chunks_.clear();
    tail_.clear();
    run_.clear();
  }
  /// Adds `bytes` to the end of every chunk.
  void shift(std::uint64_t bytes) {
    for (Chunk& chunk : chunks_) chunk.end += bytes;
    run_.shift(bytes);
    for (Chunk& chunk : tail_) chunk.end += bytes;
  }

  // Its parts, when there is a run: the chunks before it, itself, the chunks after it.
  bool has_run() const { return run_.count() > 0; }
  std::vector<Chunk>& head() { return chunks_; }
  const std::vector<Chunk>& head() const { return chunks_; }
  ChunkRun& run() { return run_; }
  const ChunkRun& run() const { return run_; }
  std::vector<Chunk>& tail() { return tail_; }
  const std::vector<Chunk>& tail() const { return tail_; }
  /// Moves the first chunk of the run to the chunks before it.
  void pull() {
    chunks_.push_back(run_[0]);
    run_.drop_first();
    if (run_.count() == 0) write_out();
  }
  /// Makes it a list: what remains of the run and the chunks after it go behind those before it.
  void write_out() const {
    for (std::uint64_t i = 0; i < run_.count(); ++i) chunks_.push_back(run_[i]);
    chunks_.insert(chunks_.end(), tail_.begin(), tail_.end());
    tail_.clear();
    run_.clear();
  }

 private:
  std::vector<Chunk>& list() const {
    if (run_.count() > 0) write_out();
    return chunks_;
  }

  // How much of the list is written out is not part of the value.
  mutable std::vector<Chunk> chunks_;
  mutable std::vector<Chunk> tail_;
  mutable ChunkRun run_;
};

}  // namespace icesim
