// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace icesim {

/// Requests issued and not completed, at most `capacity`: beyond that the oldest is given up, so that a trace
/// without completion events is read in constant memory too.
class Outstanding {
 public:
  static constexpr std::size_t capacity = 1024;

  void issue(const IoRequest& request);
  struct Issued {
    Picoseconds time{};
    bool whole = false;  ///< nothing of the request is left
  };
  /// Removes the request, or the part of it, that a completion names; empty when there is none.
  std::optional<Issued> complete(const IoRequest& completion);
  /// True when an equal read, write or discard was last issued less than `window` before and is not completed; then it
  /// counts as issued again at `request.time`.
  bool issued_again(const IoRequest& request, Picoseconds window);
  std::uint64_t size() const { return entries_.size() + given_up_; }

 private:
  struct Entry {
    IoRequest request;
    Picoseconds last_issue{};
  };

  std::vector<Entry> entries_;  ///< in order of their last issue
  std::uint64_t given_up_ = 0;
};

}  // namespace icesim
