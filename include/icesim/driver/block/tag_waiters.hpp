// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/ring.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace icesim {

/// Submitters that sleep for a tag, and whom freed tags wake (Linux: sbitmap_queue) [linux-tag-wakeups]. They sleep in
/// `queues` rows, one after the other. While somebody sleeps or has not woken up yet freed tags are counted; `batch` of
/// them wake as many, each from the next row that is not empty, or more from it where others are.
class TagWaiters {
 public:
  static constexpr std::size_t most_queues = 8;
  static constexpr std::uint64_t most_batch = 8;

  /// An eighth of the tags make a batch, but no more than `most`.
  static std::uint64_t batch_of(std::uint64_t tags, std::uint64_t most) {
    return std::clamp<std::uint64_t>(tags / most_queues, 1, most);
  }

  TagWaiters(std::size_t queues, std::uint64_t batch) : queues_(queues), batch_(batch) {}

  std::size_t size() const { return sleeping_; }
  void sleep(std::uint32_t submitter) {
    rows_[row_].push(submitter);
    row_ = after(row_);
    ++sleeping_;
    ++active_;
  }
  /// One who was woken runs.
  void woken() { --active_; }
  /// A tag is free again; calls `wake(submitter)` for those it wakes.
  template <class Wake>
  void freed(Wake&& wake) {
    if (active_ == 0 || ++freed_ < batch_) return;
    freed_ -= batch_;
    std::uint64_t left = batch_;
    for (std::size_t i = 0; i < queues_ && left > 0; ++i) {
      auto& row = rows_[wakes_];
      wakes_ = after(wakes_);
      for (; left > 0 && !row.empty(); --left) {
        const std::uint32_t submitter = row.front();
        row.pop();
        --sleeping_;
        wake(submitter);
      }
    }
  }

 private:
  std::size_t after(std::size_t row) const { return row + 1 == queues_ ? 0 : row + 1; }

  std::size_t queues_;
  std::uint64_t batch_;
  std::array<Ring<std::uint32_t>, most_queues> rows_;
  std::size_t row_ = 0;    ///< where the next one sleeps
  std::size_t wakes_ = 0;  ///< where waking begins
  std::uint64_t freed_ = 0;
  std::size_t sleeping_ = 0;
  std::size_t active_ = 0;
};

}  // namespace icesim
