// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

namespace icesim {

/// Memory that may be accessed directly, by 4 KiB page of its start.
struct DirectMemory {
  std::uint64_t start = 1;
  std::uint64_t end = 0;
  std::byte* bytes = nullptr;
  bool holds(std::uint64_t address, std::size_t size) const {
    return address >= start && address <= end && size - 1 <= end - address;
  }
};

}  // namespace icesim
