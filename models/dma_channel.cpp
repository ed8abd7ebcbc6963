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

/// The bursts of one job, with the channel's state and configuration in registers while they last.
class DmaChannel::Job {
 public:
  explicit Job(DmaChannel& channel)
      : channel_(channel),
        done_(channel.done_.data()),
        read_latency_(channel.read_latency_),
        write_latency_(channel.write_latency_),
        outstanding_(channel.outstanding_),
        address_(channel.next_address_),
        end_(channel.data_end_),
        count_(channel.count_) {}
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
    end_ = std::max(address + read_latency_, end_) + burst_beats;
    return finish(end_);
  }
  std::uint64_t write(std::uint64_t available, std::uint64_t burst_beats) {
    end_ = std::max({available, end_, oldest()}) + burst_beats;
    return finish(end_ + write_latency_);
  }

 private:
  // The ring begins with zeros, so that bursts before the first do not count.
  std::uint64_t oldest() const { return done_[(count_ - outstanding_) & ring_mask]; }
  std::uint64_t finish(std::uint64_t done) {
    done_[count_++ & ring_mask] = done;
    return done;
  }

  DmaChannel& channel_;
  std::uint64_t* const done_;
  const std::uint64_t read_latency_;
  const std::uint64_t write_latency_;
  const std::uint64_t outstanding_;
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
  const ClockDomain bus = bus_;
  const std::uint64_t synchronise = source == Source::other_clock ? bus.sync_stages().n : 0;
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
  Job job(*this);
  std::uint64_t left = bytes;
  std::uint64_t end = 0;
  for (; left > burst; left -= burst) {
    wait_for(end += burst);
    job.write(available, burst_beats);
  }
  wait_for(bytes);
  const std::uint64_t visible = job.write(available, divide_up(left, width_));
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
