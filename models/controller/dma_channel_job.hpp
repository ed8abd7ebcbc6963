// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/controller/dma_channel.hpp"

#include <algorithm>

namespace icesim {

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

  /// Leaves out `bursts` whose times nothing depends on any more; e and d seem earlier than they are.
  void leave_out(std::uint64_t bursts) { count_ += bursts; }
  /// Takes `bursts` reads that follow the last one without a gap. Only the last `remembered`
  /// are remembered, the others seem earlier than they are; so do all addresses, which no data wait for.
  void follow(std::uint64_t bursts, std::uint64_t burst_beats, std::uint64_t remembered) {
    const std::uint64_t first = end_ + burst_beats;
    for (std::uint64_t i = bursts > remembered ? bursts - remembered : 0; i < bursts; ++i)
      done_[(count_ + i) & ring_mask] = first + i * burst_beats;
    count_ += bursts;
    end_ += bursts * burst_beats;
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

}  // namespace icesim
