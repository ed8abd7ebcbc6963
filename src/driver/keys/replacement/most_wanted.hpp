// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/numbering.hpp"
#include "icesim/workload/io_request.hpp"

#include <algorithm>
#include <vector>

namespace icesim {

/// The few keys that requests have wanted most often so far. A key gets in when there is room or when it has been wanted
/// more often than one that is in: the least wanted of them goes, of several the one that got in last. Memory grows with
/// the number of keys, time with the number of those that are in.
class MostWanted {
 public:
  explicit MostWanted(std::size_t most) : most_(most) { in_.reserve(most); }

  void wanted(KeyId key);
  bool contains(KeyId key) const {
    return std::any_of(in_.begin(), in_.end(), [key](const In& each) { return each.key == key; });
  }

 private:
  struct In {
    KeyId key;
    std::uint32_t number;
  };

  std::size_t most_;
  Numbering numbers_;
  std::vector<std::uint64_t> times_;  ///< by the numbers of the keys
  std::vector<In> in_;                ///< in the order in which they got in
};

}  // namespace icesim
