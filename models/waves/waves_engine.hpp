// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/signals.hpp"
#include "models/base/agenda.hpp"
#include "models/base/ports.hpp"
#include "models/ice/aes_xts_pipeline.hpp"
#include "models/waves/pulse.hpp"
#include "models/waves/waves_signals.hpp"

#include <array>
#include <cstddef>

namespace icesim {

/// What WavesEngine must know of the engine that it watches, and where its signals go.
struct WatchedEngine {
  SignalRecorder& recorder;
  const Agenda& agenda;
  Picoseconds lag;  ///< by which it may be told of a piece after the piece has left
  pins::Layout layout;
  const AesXtsPipelineConfig& config;
  const ClockDomain& clock;  ///< which may be changed
  const KeyslotFile& keyslots;
};

/// Stands before the crypto engine: passes everything on, and lets a second engine repeat it block by block.
class WavesEngine : public CryptoEngine {
 public:
  WavesEngine(const WatchedEngine& watched, CryptoEngine& real);

  void pass(const CryptoJob& job, Train& train) override;
  bool shared() const override { return real_.shared(); }
  CryptoFault fault(const CryptoJob& job) const override { return real_.fault(job); }
  void transform(const CryptoJob& job, std::byte* data, std::size_t length) override {
    real_.transform(job, data, length);
  }

  /// The clock is another one since `at`.
  void set_clock(Picoseconds at) { second_.set_clock(ice_, at); }

 private:
  using Counts = std::array<std::uint32_t, 2>;  ///< blocks, by direction

  void repeat(const CryptoJob& job, Bytes data_unit);
  void pass_blocks(const CryptoJob& job);
  void repeat_bypass(const CryptoJob& job);
  std::size_t first_shown() const;
  void tell_arrival(const CryptoJob& job, bool bypassed);
  static void skip_blocks(Counts& blocks, const CryptoJob& job, std::size_t count) {
    blocks[static_cast<std::size_t>(job.direction)] += static_cast<std::uint32_t>(count);
  }
  void block_comes(const CryptoJob& job, bool bypassed, Picoseconds at);
  void block_enters(const CryptoJob& job, Dun dun, Picoseconds at);
  void block_leaves(const CryptoJob& job, Picoseconds at);

  SignalRecorder& recorder_;
  const Agenda& agenda_;
  Picoseconds lag_;
  pins::Layout layout_;
  const ClockDomain& ice_;
  Cycles latency_;
  const KeyslotFile& keyslots_;
  CryptoEngine& real_;
  AesXtsPipeline second_;
  Counts come_{};
  Counts entered_{};
  Counts left_blocks_{};
  // Copies: to look at a train may write it out.
  Train arrived_;  ///< the piece as it came
  Train left_;     ///< and as the engine gave it back
  Train blocks_;   ///< the piece as the second engine gets it and gives it back
  Train whole_;    ///< the same behind a first chunk of less than a block
};

}  // namespace icesim
