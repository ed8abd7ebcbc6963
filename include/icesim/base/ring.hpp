// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/seldom.hpp"

#include <cstddef>
#include <vector>

namespace icesim {

/// Queue that allocates only when it holds more than ever before, and has room for `room` items from the beginning.
template <class T>
class Ring {
 public:
  /// `room` is a power of two.
  explicit Ring(std::size_t room = 16) : items_(room) {}

  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  T& front() { return items_[first_]; }
  const T& front() const { return items_[first_]; }
  const T& back() const { return items_[(first_ + count_ - 1) & (items_.size() - 1)]; }
  /// Item `index` places behind the front.
  T& at(std::size_t index) { return items_[(first_ + index) & (items_.size() - 1)]; }

  void push(const T& item) { add() = item; }
  void push_front(const T& item) {
    if (seldom(count_ == items_.size())) grow();
    first_ = (first_ + items_.size() - 1) & (items_.size() - 1);
    ++count_;
    front() = item;
  }
  /// Puts an item behind as many as `index`.
  void insert(std::size_t index, const T& item) {
    add();
    for (std::size_t i = count_ - 1; i > index; --i) at(i) = at(i - 1);
    at(index) = item;
  }
  /// Appends an item to be filled in; it holds what an earlier one left.
  T& add() {
    if (seldom(count_ == items_.size())) grow();
    return at(count_++);
  }
  void pop_back() { --count_; }
  void pop() {
    first_ = (first_ + 1) & (items_.size() - 1);
    --count_;
  }

 private:
  [[gnu::cold, gnu::noinline]] void grow() {
    std::vector<T> larger(items_.size() * 2);
    for (std::size_t i = 0; i < count_; ++i) larger[i] = at(i);
    items_.swap(larger);
    first_ = 0;
  }

  std::vector<T> items_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace icesim
