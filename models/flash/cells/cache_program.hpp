// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

namespace icesim {

/// Whether a die takes the data of its next program while it programs.
struct FlashCacheProgramConfig {
  bool on = false;
  Picoseconds busy_time{3'000'000};

  void describe(Fields& f);
};

/// How often it did.
struct FlashCacheProgramStatistics {
  std::uint64_t programs = 0;

  void describe(Statistics& s) const;
};

}  // namespace icesim
