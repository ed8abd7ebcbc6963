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
  /// True when an equal read, write or discard was issued at or after `since` and is not completed.
  bool contains(const IoRequest& request, Picoseconds since) const;
  std::uint64_t size() const { return entries_.size() + given_up_; }

 private:
  std::vector<IoRequest> entries_;
  std::uint64_t given_up_ = 0;
};

}  // namespace icesim
