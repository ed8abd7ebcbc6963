// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace icesim {

/// Requests whose latency a table tells in their own row, until they end; at most `most`: beyond that the first to end
/// does.
class RunningRows {
 public:
  struct Row {
    Picoseconds end{};
    Picoseconds latency{};
    Operation operation = Operation::read;
    std::uint64_t request = 0;  ///< which of the trace's requests
  };
  static constexpr std::size_t most = 16'384;

  /// Takes memory only where it is touched.
  RunningRows() { rows_.reserve(most); }

  void add(const Row& row) {
    rows_.push_back(row);
    std::push_heap(rows_.begin(), rows_.end(), later);
  }
  /// Calls `ended` with those that end at `now` or before, in order of their ends.
  template <class Ended>
  void end_until(Picoseconds now, Ended ended) {
    while (!rows_.empty() && rows_.front().end <= now) pop(ended);
  }
  template <class Ended>
  void make_room(Ended ended) {
    if (rows_.size() == most) pop(ended);
  }
  std::uint64_t size() const { return rows_.size(); }

 private:
  static bool later(const Row& a, const Row& b) { return a.end > b.end; }
  template <class Ended>
  void pop(Ended ended) {
    std::pop_heap(rows_.begin(), rows_.end(), later);
    const Row row = rows_.back();
    rows_.pop_back();
    ended(row);
  }

  std::vector<Row> rows_;  ///< a heap, the first to end in front
};

}  // namespace icesim
