// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/merge.hpp"
#include "icesim/driver/block/request_list.hpp"
#include "icesim/driver/host_port.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// Requests without a scheduler that nobody has issued yet, a row for each core (Linux: blk_mq_ctx) [linux-run-queue].
class SoftwareQueues {
 public:
  /// Requests at the end of a row that a bio is tried with (Linux: blk_bio_list_merge).
  static constexpr std::size_t most_tried = 8;

  SoftwareQueues(std::uint32_t cores, const RequestLimits& limits, std::vector<Request>& requests)
      : limits_(limits), requests_(requests), rows_(cores) {}

  bool empty() const { return count_ == 0; }
  void insert(Core core, std::uint32_t number) {
    rows_[core].push_back(number);
    ++count_;
  }
  /// A request goes before those of its core.
  void insert_at_head(Core core, std::uint32_t number) {
    rows_[core].insert(rows_[core].begin(), number);
    ++count_;
  }
  /// The request that a bio of a process on `core` joins, and has joined, or no_index: the latest that is of its kind and
  /// that it touches, unless it would be too large or the data unit numbers do not go on.
  std::uint32_t merge(Core core, const Bio& bio);
  /// Moves all requests to a list, core by core.
  void take_all(RequestList& list);

 private:
  RequestLimits limits_;
  std::vector<Request>& requests_;
  std::vector<std::vector<std::uint32_t>> rows_;
  std::size_t count_ = 0;
};

}  // namespace icesim
