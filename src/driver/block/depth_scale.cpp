// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/depth_scale.hpp"

#include <algorithm>

namespace icesim {

DepthScale::DepthScale(std::uint64_t usual, std::uint64_t num_tags)
    : usual_(std::min(usual, num_tags)), num_tags_(num_tags) {
  set_depth();
}

/// True where no step up is left (Linux: rq_depth_calc_max_depth).
bool DepthScale::set_depth() {
  constexpr std::int64_t most_shift = 31;
  if (num_tags_ == 1) {
    // One waits while the other is served.
    depth_ = steps_ > 0 ? 1 : 2;
    return steps_ <= 0;
  }
  depth_ = usual_;
  if (steps_ > 0) depth_ = 1 + ((usual_ - 1) >> std::min(steps_, most_shift));
  if (steps_ >= 0) return false;
  depth_ = 1 + ((usual_ - 1) << std::min(-steps_, most_shift));
  const std::uint64_t most = 3 * num_tags_ / 4;
  if (depth_ <= most) return false;
  depth_ = most;
  return true;
}

bool DepthScale::up() {
  if (at_most_) return false;
  --steps_;
  at_most_ = set_depth();
  return true;
}

bool DepthScale::down(bool urgent) {
  if (depth_ == 1) return false;
  steps_ = steps_ < 0 && urgent ? 0 : steps_ + 1;
  at_most_ = false;
  set_depth();
  return true;
}

}  // namespace icesim
