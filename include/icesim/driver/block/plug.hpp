// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/request.hpp"

#include <array>
#include <cstdint>

namespace icesim {

/// The requests, by their numbers, that a submitter gathers before it issues them (Linux: blk_plug). A bio may join the
/// last one.
class Plug {
 public:
  static constexpr std::size_t most = 32;

  /// A request that needs a flush goes past the plug, to the flush machinery.
  static bool takes(const Request& request) { return !request.preflush && request.operation != Operation::flush; }

  bool empty() const { return begin_ == end_; }
  std::uint32_t first() const { return numbers_[begin_]; }
  std::uint32_t last() const { return numbers_[end_ - 1u]; }
  /// True when its requests have to be issued before another one is added: there are `requests`, or `first` has grown
  /// to `bytes` (Linux: blk_add_rq_to_plug).
  bool full(const Request& first, std::uint64_t requests, Bytes bytes) const {
    return end_ - begin_ >= static_cast<std::int64_t>(requests) || first.bytes() >= bytes;
  }
  void add(std::uint32_t number) {
    if (empty()) begin_ = end_ = 0;
    numbers_[end_++] = static_cast<std::uint8_t>(number);
  }
  /// Takes the first request out, to be issued; all others follow before one is added.
  std::uint32_t take() { return numbers_[begin_++]; }

 private:
  std::uint8_t begin_ = 0;
  std::uint8_t end_ = 0;
  std::array<std::uint8_t, most> numbers_{};  ///< below TagSet::most
};

}  // namespace icesim
