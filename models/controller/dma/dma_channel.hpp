// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/clock_domain.hpp"
#include "models/base/train.hpp"
#include "models/controller/dma/dma_bursts.hpp"
#include "models/controller/dma/dma_config.hpp"

#include <cstdint>

namespace icesim {

/// One channel of the controller's DMA port: a stream of read bursts or a stream of write bursts on the bus clock.
///
/// **Timing**, in bus cycles; a job of n bytes is cut into bursts of `max_burst_bytes`, the last one shorter. Bursts
/// are numbered over the life of the channel, so i - 1 may belong to the job before; M = `max_outstanding`, beats_i =
/// ceil(bytes_i / bytes_per_cycle), edge(c) is bus edge c.
///
/// A read channel: address a_i, data from s_i until e_i:
///
///     a_i = max(a_{i-1} + 1, next(at), e_{i-M})
///     s_i = max(a_i + read_latency, e_{i-1})
///     e_i = s_i + beats_i                           the burst is complete at edge(e_i)
///
/// A write channel: the address goes with the first beat, v_i is when the burst's last byte is available:
///
///     s_i = max(v_i, e_{i-1}, d_{i-M})
///     e_i = s_i + beats_i
///     d_i = e_i + write_latency                     the burst is visible at edge(d_i)
///
/// with v_i = next(chunk.at) for data of the bus clock and sample(chunk.at) for data of another one.
/// **Spec**: [our-choice]: the bus is the platform's.
/// **Not modelled**: the addresses (alignment, scattered segments, banks), contention of channels and of other masters,
/// errors.
class DmaChannel {
 public:
  /// Where the data of a write come from: the bus clock itself, or another one so that they must be synchronised.
  enum class Source : std::uint8_t { same_clock, other_clock };

  DmaChannel(const DmaConfig& config, const ClockDomain& bus);

  /// Reads `bytes`, asked for at `at`; fills `train` with one chunk per burst and returns when the last is complete.
  Picoseconds read(Picoseconds at, std::uint64_t bytes, Train& train);
  /// The same for a reader that waits for all of it, such as a descriptor fetch.
  Picoseconds read(Picoseconds at, std::uint64_t bytes);
  /// Writes the bytes of `data` as they become available; returns when the last burst is visible.
  Picoseconds write(const Train& data, Source source);
  /// Writes `bytes` that are all available at `at`, a time of the bus clock.
  Picoseconds write(Picoseconds at, std::uint64_t bytes);

  const ClockDomain& clock() const { return bus_; }
  /// Bytes moved so far.
  Bytes bytes() const { return Bytes{bytes_}; }
  /// Time for which the data bus carried beats.
  Picoseconds busy() const { return bus_.edge(Cycles{beats_}); }

 private:
  static constexpr std::uint64_t shortest_run = 6;  ///< bursts of a read that is worth a ChunkRun

  /// Returns the beats of the last burst.
  std::uint64_t account(std::uint64_t bytes);
  // jobs in runs (dma_channel_run.cpp)
  /// What follows for the writes of trains whose run is like that of the last one.
  struct RunPlan {
    ChunkRun like;
    std::uint64_t decide = 0;      ///< bursts
    std::uint64_t late = 0;        ///< cycles
    std::uint64_t waited_for = 0;  ///< bursts
    std::uint64_t held_up = 0;     ///< cycles
    bool sound = false;            ///< the bus is faster than the run
    // of jobs that are as long and whose run ends where that of the last one did
    std::uint64_t bytes = 0;
    std::uint64_t run_end = 0;   ///< bytes
    std::uint64_t left_out = 0;  ///< bursts; 0: none
    std::uint64_t chunks = 0;    ///< from that with the first burst that is not left out to the run's last
    std::uint64_t ahead = 0;     ///< cycles by which that burst's data must come after those of the train's head
  };
  const RunPlan& plan(const ChunkRun& run, std::uint64_t bytes);
  void plan_spacing(const ChunkRun& run);
  bool reads_without_gaps() const;
  Picoseconds read_run(std::uint64_t asked, std::uint64_t bytes, std::uint64_t last_beats, Train& train);
  bool write_run(const Train& data, std::uint64_t bytes, std::uint64_t last_beats, std::uint64_t synchronise,
                 std::uint64_t& visible);

  ClockDomain bus_;
  DmaBursts bursts_;
  std::uint64_t width_;
  std::uint64_t burst_bytes_;
  std::uint64_t burst_beats_;
  std::uint64_t remembered_reads_;  ///< full bursts before a read's last whose end may still delay data

  std::uint64_t full_bursts_ = DmaConfig::outstanding_limit;  ///< full ones since the last shorter one
  std::uint64_t bytes_ = 0;
  std::uint64_t beats_ = 0;
  RunPlan plan_;
};

}  // namespace icesim
