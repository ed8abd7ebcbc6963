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

/// The bursts of one job, with the channel's state in registers while they last.
class DmaChannel::Job {
 public:
  explicit Job(DmaChannel& channel)
      : channel_(channel), address_(channel.next_address_), end_(channel.data_end_), count_(channel.count_) {}
  ~Job() {
    channel_.next_address_ = address_;
    channel_.data_end_ = end_;
    channel_.count_ = count_;
  }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  std::uint64_t read(std::uint64_t asked, std::uint64_t burst_beats) {
    const std::uint64_t address = std::max({address_, asked, oldest()});
    address_ = address + 1;
    end_ = std::max(address + channel_.read_latency_, end_) + burst_beats;
    return finish(end_);
  }
  std::uint64_t write(std::uint64_t available, std::uint64_t burst_beats) {
    end_ = std::max({available, end_, oldest()}) + burst_beats;
    return finish(end_ + channel_.write_latency_);
  }

 private:
  // The ring begins with zeros, so that bursts before the first do not count.
  std::uint64_t oldest() const { return channel_.done_[(count_ - channel_.outstanding_) & ring_mask]; }
  std::uint64_t finish(std::uint64_t done) {
    channel_.done_[count_++ & ring_mask] = done;
    return done;
  }

  DmaChannel& channel_;
  std::uint64_t address_;
  std::uint64_t end_;
  std::uint64_t count_;
};

void DmaChannel::account(std::uint64_t bytes) {
  const std::uint64_t full = bytes / burst_bytes_;
  bytes_ += bytes;
  beats_ += full * burst_beats_ + divide_up(bytes - full * burst_bytes_, width_);
}

Picoseconds DmaChannel::read(Picoseconds at, std::uint64_t bytes, Train& train) {
  ensure(bytes > 0, "DmaChannel: a job has bytes");
  account(bytes);
  const std::uint64_t asked = bus_.next(at).n;
  const std::uint64_t burst = burst_bytes_;
  const std::uint64_t burst_beats = burst_beats_;
  const ClockDomain bus = bus_;
  train.resize(divide_up(bytes, burst));
  Chunk* chunk = train.data();
  Job job(*this);
  std::uint64_t end = 0;
  for (; bytes - end > burst; ++chunk) {
    end += burst;
    *chunk = {end, bus.edge(Cycles{job.read(asked, burst_beats)})};
  }
  *chunk = {bytes, bus.edge(Cycles{job.read(asked, divide_up(bytes - end, width_))})};
  return chunk->at;
}

Picoseconds DmaChannel::read(Picoseconds at, std::uint64_t bytes) {
  ensure(bytes > 0, "DmaChannel: a job has bytes");
  account(bytes);
  const std::uint64_t asked = bus_.next(at).n;
  Job job(*this);
  std::uint64_t left = bytes;
  for (; left > burst_bytes_; left -= burst_bytes_) job.read(asked, burst_beats_);
  return bus_.edge(Cycles{job.read(asked, divide_up(left, width_))});
}

Picoseconds DmaChannel::write(const Train& data, Source source) {
  ensure(!data.empty() && data.back().end > 0, "DmaChannel: a job has bytes");
  const std::uint64_t bytes = data.back().end;
  account(bytes);
  const Cycles synchronise = source == Source::other_clock ? bus_.sync_stages() : Cycles{0};
  Job job(*this);
  std::uint64_t end = 0;
  std::uint64_t visible = 0;
  for (auto chunk = data.begin(); end < bytes; ++chunk) {
    const bool last = chunk->end == bytes;
    if (!last && chunk->end - end < burst_bytes_) continue;
    const std::uint64_t available = (bus_.next(chunk->at) + synchronise).n;
    for (; chunk->end - end >= burst_bytes_; end += burst_bytes_) visible = job.write(available, burst_beats_);
    if (!last) continue;
    if (end < bytes) visible = job.write(available, divide_up(bytes - end, width_));
    break;
  }
  return bus_.edge(Cycles{visible});
}

Picoseconds DmaChannel::write(Picoseconds at, std::uint64_t bytes) {
  ensure(bytes > 0, "DmaChannel: a job has bytes");
  account(bytes);
  const std::uint64_t available = bus_.next(at).n;
  Job job(*this);
  std::uint64_t left = bytes;
  for (; left > burst_bytes_; left -= burst_bytes_) job.write(available, burst_beats_);
  return bus_.edge(Cycles{job.write(available, divide_up(left, width_))});
}

}  // namespace icesim
