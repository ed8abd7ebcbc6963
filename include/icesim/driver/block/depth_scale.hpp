// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace icesim {

/// How many requests of a kind are let through, in steps (Linux: rq_depth) [linux-wbt]. Step 0 is `usual`, each one down
/// halves what is beyond one, each one up doubles it, up to three quarters of the tags.
class DepthScale {
 public:
  DepthScale(std::uint64_t usual, std::uint64_t num_tags);

  std::uint64_t depth() const { return depth_; }
  /// Steps down from the usual depth; negative: up.
  std::int64_t steps_down() const { return steps_; }
  /// One step up; false where there is none.
  bool up();
  /// One step down, or at once to the usual depth from above it when it is `urgent`; false where there is none.
  bool down(bool urgent);

 private:
  bool set_depth();

  std::uint64_t usual_;
  std::uint64_t num_tags_;
  std::uint64_t depth_ = 0;
  std::int64_t steps_ = 0;
  bool at_most_ = false;
};

}  // namespace icesim
