// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

namespace icesim {

/// Whether what the host soon writes again goes to superblocks of its own; what collection moves always does.
struct FlashStreamConfig {
  bool hot = false;
  std::uint64_t window_ppm = 1'000'000;

  void describe(Fields& f);
};

/// What went to superblocks of hot blocks.
struct FlashStreamStatistics {
  std::uint64_t hot_blocks_written = 0;

  void describe(Statistics& s) const;
};

}  // namespace icesim
