// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/controller/dma/dma_config.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace icesim {

/// The bursts of a channel so far, as far as those to come depend on them; in bus cycles.
struct DmaBursts {
  std::uint64_t read_latency = 0;
  std::uint64_t write_latency = 0;
  std::uint64_t outstanding = 1;  ///< M

  std::uint64_t next_address = 0;                                  ///< a_{i-1} + 1
  std::uint64_t data_end = 0;                                      ///< e_{i-1}
  std::uint64_t count = 0;                                         ///< i
  std::array<std::uint64_t, DmaConfig::outstanding_limit> done{};  ///< e (read) or d (write) of the last bursts
};

/// The bursts of one job, with the channel's state and configuration in registers while they last.
class DmaJob {
 public:
  explicit DmaJob(DmaBursts& bursts)
      : bursts_(bursts),
        done_(bursts.done.data()),
        read_latency_(bursts.read_latency),
        write_latency_(bursts.write_latency),
        outstanding_(bursts.outstanding),
        address_(bursts.next_address),
        end_(bursts.data_end),
        count_(bursts.count) {}
  ~DmaJob() {
    bursts_.next_address = address_;
    bursts_.data_end = end_;
    bursts_.count = count_;
  }
  DmaJob(const DmaJob&) = delete;
  DmaJob& operator=(const DmaJob&) = delete;

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

  static constexpr std::uint64_t ring_mask = DmaConfig::outstanding_limit - 1;

  DmaBursts& bursts_;
  std::uint64_t* const done_;
  const std::uint64_t read_latency_;
  const std::uint64_t write_latency_;
  const std::uint64_t outstanding_;
  std::uint64_t address_;
  std::uint64_t end_;
  std::uint64_t count_;
};

}  // namespace icesim
