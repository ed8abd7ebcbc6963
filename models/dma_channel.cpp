// SPDX-License-Identifier: Apache-2.0
#include "models/dma_channel.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {

DmaChannel::DmaChannel(const DmaConfig& config, const ClockDomain& bus)
    : bus_(bus),
      read_latency_(config.read_latency.n),
      write_latency_(config.write_latency.n),
      width_(config.bytes_per_cycle.n),
      burst_bytes_(config.max_burst_bytes.n),
      burst_beats_(divide_up(config.max_burst_bytes.n, config.bytes_per_cycle.n)),
      outstanding_(config.max_outstanding) {
  ensure(outstanding_ >= 1 && outstanding_ <= DmaConfig::outstanding_limit, "DmaChannel: max_outstanding 1..64");
}

std::uint64_t DmaChannel::read_burst(std::uint64_t asked, std::uint64_t burst_beats) {
  // The ring begins with zeros, so that the bursts before the first do not count.
  const std::uint64_t address = std::max({next_address_, asked, done_[(count_ - outstanding_) & ring_mask]});
  next_address_ = address + 1;
  data_end_ = std::max(address + read_latency_, data_end_) + burst_beats;
  done_[count_++ & ring_mask] = data_end_;
  beats_ += burst_beats;
  return data_end_;
}

Picoseconds DmaChannel::read(Picoseconds at, std::uint64_t bytes, Train& train) {
  ensure(bytes > 0, "DmaChannel: a job has bytes");
  const std::uint64_t asked = bus_.next(at).n;
  train.resize(divide_up(bytes, burst_bytes_));
  Chunk* chunk = train.data();
  std::uint64_t end = 0;
  while (bytes - end > burst_bytes_) {
    end += burst_bytes_;
    *chunk++ = {end, bus_.edge(Cycles{read_burst(asked, burst_beats_)})};
  }
  const std::uint64_t done = read_burst(asked, divide_up(bytes - end, width_));
  *chunk = {bytes, bus_.edge(Cycles{done})};
  bytes_ += bytes;
  return chunk->at;
}

Picoseconds DmaChannel::read(Picoseconds at, std::uint64_t bytes) {
  ensure(bytes > 0, "DmaChannel: a job has bytes");
  const std::uint64_t asked = bus_.next(at).n;
  std::uint64_t left = bytes;
  for (; left > burst_bytes_; left -= burst_bytes_) read_burst(asked, burst_beats_);
  bytes_ += bytes;
  return bus_.edge(Cycles{read_burst(asked, divide_up(left, width_))});
}

void DmaChannel::write_burst(std::uint64_t available, std::uint64_t burst_beats) {
  data_end_ = std::max({available, data_end_, done_[(count_ - outstanding_) & ring_mask]}) + burst_beats;
  done_[count_++ & ring_mask] = data_end_ + write_latency_;
  beats_ += burst_beats;
}

Picoseconds DmaChannel::write(const Train& data, Source source) {
  ensure(!data.empty() && data.back().end > 0, "DmaChannel: a job has bytes");
  const std::uint64_t bytes = data.back().end;
  const Cycles synchronise = source == Source::other_clock ? bus_.sync_stages() : Cycles{0};
  std::uint64_t end = 0;
  for (const Chunk& chunk : data) {
    const bool last = chunk.end == bytes;
    if (!last && chunk.end - end < burst_bytes_) continue;
    const std::uint64_t available = (bus_.next(chunk.at) + synchronise).n;
    for (; chunk.end - end >= burst_bytes_; end += burst_bytes_) write_burst(available, burst_beats_);
    if (last && end < bytes) write_burst(available, divide_up(bytes - end, width_));
    if (last) break;
  }
  bytes_ += bytes;
  return bus_.edge(Cycles{data_end_ + write_latency_});
}

Picoseconds DmaChannel::write(Picoseconds at, std::uint64_t bytes) {
  ensure(bytes > 0, "DmaChannel: a job has bytes");
  const std::uint64_t available = bus_.next(at).n;
  std::uint64_t left = bytes;
  for (; left > burst_bytes_; left -= burst_bytes_) write_burst(available, burst_beats_);
  write_burst(available, divide_up(left, width_));
  bytes_ += bytes;
  return bus_.edge(Cycles{data_end_ + write_latency_});
}

}  // namespace icesim
