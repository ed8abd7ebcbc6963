// SPDX-License-Identifier: Apache-2.0
#include "models/controller/dma/dma_channel.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {

DmaChannel::DmaChannel(const DmaConfig& config, const ClockDomain& bus)
    : bus_(bus),
      bursts_{config.read_latency.n, config.write_latency.n, config.max_outstanding},
      width_(config.bytes_per_cycle.n),
      burst_bytes_(config.max_burst_bytes.n),
      burst_beats_(divide_up(config.max_burst_bytes.n, config.bytes_per_cycle.n)),
      remembered_reads_(std::min(bursts_.outstanding, divide_up(bursts_.read_latency, burst_beats_))) {
  ensure(bursts_.outstanding >= 1 && bursts_.outstanding <= DmaConfig::outstanding_limit,
         "DmaChannel: max_outstanding 1..64");
}

std::uint64_t DmaChannel::account(std::uint64_t bytes) {
  const std::uint64_t full = bytes < burst_bytes_ ? 0 : bytes / burst_bytes_;
  const std::uint64_t rest = bytes - full * burst_bytes_;
  bytes_ += bytes;
  beats_ += full * burst_beats_;
  full_bursts_ += full;
  if (rest == 0) return burst_beats_;
  const std::uint64_t last_beats = divide_up(rest, width_);
  full_bursts_ = 0;
  beats_ += last_beats;
  return last_beats;
}

Picoseconds DmaChannel::read(Picoseconds at, std::uint64_t bytes, Train& train) {
  ensure(bytes > 0, "DmaChannel: a job has bytes");
  const std::uint64_t asked = bus_.next(at).n;
  const bool as_run = bytes >= shortest_run * burst_bytes_ && reads_without_gaps();
  const std::uint64_t last_beats = account(bytes);
  if (as_run) return read_run(asked, bytes, last_beats, train);
  const std::uint64_t burst = burst_bytes_;
  const std::uint64_t burst_beats = burst_beats_;
  const ClockDomain bus = bus_;
  Chunk* chunk = train.rewrite(divide_up(bytes, burst));
  DmaJob job(bursts_);
  std::uint64_t end = 0;
  for (; bytes - end > burst; ++chunk) {
    end += burst;
    *chunk = {end, bus.edge(Cycles{job.read(asked, burst_beats)})};
  }
  *chunk = {bytes, bus.edge(Cycles{job.read(asked, last_beats)})};
  return chunk->at;
}

Picoseconds DmaChannel::read(Picoseconds at, std::uint64_t bytes) {
  ensure(bytes > 0, "DmaChannel: a job has bytes");
  const std::uint64_t last_beats = account(bytes);
  const std::uint64_t asked = bus_.next(at).n;
  DmaJob job(bursts_);
  std::uint64_t left = bytes;
  for (; left > burst_bytes_; left -= burst_bytes_) job.read(asked, burst_beats_);
  return bus_.edge(Cycles{job.read(asked, last_beats)});
}

Picoseconds DmaChannel::write(const Train& data, Source source) {
  ensure(!data.empty() && data.back().end > 0, "DmaChannel: a job has bytes");
  const std::uint64_t bytes = data.back().end;
  const std::uint64_t last_beats = account(bytes);
  const ClockDomain bus = bus_;
  const std::uint64_t synchronise = source == Source::other_clock ? bus.sync_stages().n : 0;
  std::uint64_t visible = 0;
  if (data.has_run() && write_run(data, bytes, last_beats, synchronise, visible)) return bus.edge(Cycles{visible});
  const std::uint64_t burst = burst_bytes_;
  const std::uint64_t burst_beats = burst_beats_;
  const Chunk* chunk = data.data();
  std::uint64_t available = bus.next(chunk->at).n + synchronise;
  // Moves on to the chunk that holds the last byte before `end`; bursts often end in the next one.
  const auto wait_for = [&](std::uint64_t end) {
    if (chunk->end >= end) return;
    do ++chunk;
    while (chunk->end < end);
    available = bus.next(chunk->at).n + synchronise;
  };
  DmaJob job(bursts_);
  std::uint64_t left = bytes;
  std::uint64_t end = 0;
  for (; left > burst; left -= burst) {
    wait_for(end += burst);
    job.write(available, burst_beats);
  }
  wait_for(bytes);
  return bus.edge(Cycles{job.write(available, last_beats)});
}

Picoseconds DmaChannel::write(Picoseconds at, std::uint64_t bytes) {
  ensure(bytes > 0, "DmaChannel: a job has bytes");
  const std::uint64_t last_beats = account(bytes);
  const std::uint64_t available = bus_.next(at).n;
  DmaJob job(bursts_);
  std::uint64_t left = bytes;
  for (; left > burst_bytes_; left -= burst_bytes_) job.write(available, burst_beats_);
  return bus_.edge(Cycles{job.write(available, last_beats)});
}

}  // namespace icesim
