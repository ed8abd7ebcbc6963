// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/zeroed_array.hpp"
#include "models/flash/flash_geometry.hpp"

#include <algorithm>

namespace icesim {

/// Tells which writes of the host are hot: those of a block whose last write by the host is one of the `window` before, whether or not
/// it was trimmed since. What a device was delivered with was never written. Takes memory for what is written only.
///
/// **Spec**: the inference of SepBIT [hot-and-cold], that what replaces a block of short life will have a short one, with a window that is
/// given, not measured.
class FlashHeat {
 public:
  FlashHeat(const FlashStreamConfig& config, const FlashGeometry& geometry)
      : window_(std::max<std::uint64_t>(1, std::uint64_t{geometry.blocks} * config.window_ppm / 1'000'000)), last_(geometry.blocks) {}

  /// The host writes a block; says whether that is hot, never when it must not be.
  bool write(BlockNumber block, bool may_be_hot) {
    std::uint64_t& last = last_[block];
    const std::uint64_t before = last / 2;
    const bool hot = ++written_ - before <= window_ && before > 0 && may_be_hot;
    last = 2 * written_ + (hot ? 1 : 0);
    return hot;
  }
  /// Whether the last write of a block was.
  bool hot(BlockNumber block) const { return last_[block] % 2 == 1; }

 private:
  std::uint64_t window_;       ///< blocks
  std::uint64_t written_ = 0;  ///< blocks, all in all
  ZeroedArray<std::uint64_t> last_;  ///< by block: 2 * number of its last write, from 1 on, plus whether it was hot
};

}  // namespace icesim
