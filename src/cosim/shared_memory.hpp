// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <sys/types.h>

namespace icesim::cosim {

/// Bytes of a file that another process has, too, mapped to be read and written.
///
/// That process can make the file shorter at any time; touching what is gone is SIGBUS, for which no check that is made
/// before is early enough. A handler puts zeros in its place instead, and whoever touched it must ask `lost`.
class SharedMemory {
 public:
  SharedMemory() = default;
  /// Empty with errno set when it cannot be mapped.
  SharedMemory(std::size_t size, int file, off_t offset);
  ~SharedMemory();
  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&& other) noexcept;

  std::byte* bytes() const { return bytes_; }
  /// True once somebody touched what the file does not hold any more.
  bool lost() const;

 private:
  std::byte* bytes_ = nullptr;
  std::size_t size_ = 0;
  std::size_t place_ = 0;  ///< in the list that the handler looks through
};

}  // namespace icesim::cosim
