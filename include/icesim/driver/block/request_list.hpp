// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/request.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// Requests in a row, linked through themselves: each is in one list at most, and no list allocates.
class RequestList {
 public:
  bool empty() const { return first_ == no_index; }
  std::uint32_t first() const { return first_; }
  void push(std::vector<Request>& requests, std::uint32_t number) {
    requests[number].next = no_index;
    if (empty()) {
      first_ = number;
    } else {
      requests[last_].next = number;
    }
    last_ = number;
  }
  void push_front(std::vector<Request>& requests, std::uint32_t number) {
    requests[number].next = first_;
    if (empty()) last_ = number;
    first_ = number;
  }
  void pop(const std::vector<Request>& requests) { first_ = requests[first_].next; }
  /// Appends all of `other`, which is empty then.
  void splice(std::vector<Request>& requests, RequestList& other) {
    if (other.empty()) return;
    if (empty()) {
      first_ = other.first_;
    } else {
      requests[last_].next = other.first_;
    }
    last_ = other.last_;
    other.first_ = no_index;
  }

 private:
  std::uint32_t first_ = no_index;
  std::uint32_t last_ = no_index;
};

}  // namespace icesim
