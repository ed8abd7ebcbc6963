// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

namespace icesim {

/// Whether and how a die leaves a program or an erase for a read of the host.
struct FlashSuspensionConfig {
  std::uint64_t most = 0;
  Picoseconds program_time{100'000'000};
  Picoseconds erase_time{700'000'000};
  Picoseconds resume_time{5'000'000};

  void describe(Fields& f);
};

/// How often that happened.
struct FlashSuspensionStatistics {
  std::uint64_t programs = 0;
  std::uint64_t erases = 0;

  void describe(Statistics& s) const;
};

}  // namespace icesim
