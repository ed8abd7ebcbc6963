// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/byte_source.hpp"

#include <algorithm>
#include <string_view>

namespace icesim::fuzz {

/// Bytes in memory as a file; gives them in small pieces, so that readers meet every boundary.
class MemoryBytes final : public ByteSource {
 public:
  explicit MemoryBytes(std::string_view data, std::size_t piece = 4096) : ByteSource("input"), data_(data), piece_(piece) {}

  std::size_t read(char* out, std::size_t size) override {
    const std::size_t count = std::min({size, piece_, data_.size() - used_});
    data_.copy(out, count, used_);
    used_ += count;
    return count;
  }
  std::uint64_t position() const override { return used_; }

 private:
  std::string_view data_;
  std::size_t piece_;
  std::size_t used_ = 0;
};

}  // namespace icesim::fuzz
