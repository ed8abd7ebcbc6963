// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/request.hpp"

#include <array>
#include <cstdint>

namespace icesim {

/// The requests, by their tags, that a submitter gathers before it issues them (Linux: blk_plug). A bio may join the
/// last one.
class Plug {
 public:
  static constexpr std::size_t most = 32;

  /// A request that needs a flush goes past the plug, to the flush machinery.
  static bool takes(const Request& request) { return !request.preflush && request.operation != Operation::flush; }

  bool empty() const { return begin_ == end_; }
  Tag first() const { return Tag{tags_[begin_]}; }
  Tag last() const { return Tag{tags_[end_ - 1u]}; }
  /// True when its requests have to be issued before another one is added: there are `requests`, or `first` has grown
  /// to `bytes` (Linux: blk_add_rq_to_plug).
  bool full(const Request& first, std::uint64_t requests, Bytes bytes) const {
    return end_ - begin_ >= static_cast<std::int64_t>(requests) || first.bytes() >= bytes;
  }
  void add(Tag tag) {
    if (empty()) begin_ = end_ = 0;
    tags_[end_++] = static_cast<std::uint8_t>(tag.n);
  }
  /// Takes the first request out, to be issued; all others follow before one is added.
  Tag take() { return Tag{tags_[begin_++]}; }

 private:
  std::uint8_t begin_ = 0;
  std::uint8_t end_ = 0;
  std::array<std::uint8_t, most> tags_{};
};

}  // namespace icesim
