// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/bytes/byte_source.hpp"

#include <algorithm>
#include <string_view>

namespace icesim {

/// Bytes in memory as a file called `name`; gives at most `piece` at a time, so that readers can be made to meet every
/// boundary.
class MemoryBytes final : public ByteSource {
 public:
  MemoryBytes(std::string name, std::string_view data, std::size_t piece = std::string_view::npos)
      : ByteSource(std::move(name)), data_(data), piece_(piece) {}

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

}  // namespace icesim
