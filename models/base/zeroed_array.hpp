// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <new>
#include <sys/mman.h>
#include <type_traits>
#include <utility>

namespace icesim {

/// An array of fixed size, all bytes 0 in the beginning, that takes memory only where it has been written: for tables
/// of a whole device of which a run touches a part. Nothing is allocated after its construction.
template <class T>
class ZeroedArray {
 public:
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

  explicit ZeroedArray(std::size_t size) : bytes_(size * sizeof(T)) {
    if (bytes_ == 0) return;
    void* const memory =
        ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    items_ = static_cast<T*>(memory);
  }
  ~ZeroedArray() {
    if (items_ != nullptr) ::munmap(items_, bytes_);
  }
  ZeroedArray(ZeroedArray&& other) noexcept
      : bytes_(std::exchange(other.bytes_, 0)), items_(std::exchange(other.items_, nullptr)) {}
  ZeroedArray& operator=(ZeroedArray&&) = delete;

  T& operator[](std::size_t index) { return items_[index]; }
  const T& operator[](std::size_t index) const { return items_[index]; }

 private:
  std::size_t bytes_;
  T* items_ = nullptr;
};

}  // namespace icesim
