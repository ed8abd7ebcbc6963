// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/deadline.hpp"
#include "testbench/driver/operations.hpp"

#include <vector>

namespace icesim::test {

inline Bio bio_of(Operation operation, std::uint64_t block, std::uint64_t blocks, KeyId key = no_key,
                  std::uint64_t dun = 0) {
  Bio bio;
  bio.io.operation = operation;
  bio.lba = Lba{block};
  bio.blocks = blocks;
  bio.crypt = {key, Dun{dun}};
  bio.segments = operation == Operation::discard ? 1 : static_cast<std::uint32_t>(blocks);
  return bio;
}

/// A scheduler with requests for it, numbered as they are made.
class DeadlineRig {
 public:
  explicit DeadlineRig(const DeadlineConfig& config = {}, const RequestLimits& limits = {256, 128, 524'288})
      : requests(64), scheduler(config, limits, requests) {}

  std::uint32_t insert(const Bio& bio, Picoseconds now = {}) {
    const auto number = made_++;
    requests[number].begin(bio);
    requests[number].number = number;
    scheduler.insert(number, now);
    return number;
  }
  /// The first blocks of what is given out at `now`, `count` of them.
  std::vector<std::uint64_t> blocks(std::size_t count, Picoseconds now = {}) {
    std::vector<std::uint64_t> result;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t number = scheduler.dispatch(now);
      result.push_back(number == no_index ? ~std::uint64_t{0} : requests[number].lba.n);
    }
    return result;
  }

  std::vector<Request> requests;
  Deadline scheduler;

 private:
  std::uint32_t made_ = 0;
};

}  // namespace icesim::test
