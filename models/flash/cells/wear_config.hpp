// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <array>

namespace icesim {

/// What is done so that superblocks are erased equally often; each also does what those before it do.
enum class FlashLevelling : std::uint8_t { none, dynamic_only, with_static };
inline constexpr std::array<Choice, 3> flash_levellings{{
    {"none", "the superblock that has been free for longest is written next"},
    {"dynamic", "of the free superblocks of a die the host gets the one that was erased least often, collection the one most often"},
    {"static", "and what has lain for long moves, so that its superblock is erased, too"},
}};

/// What superblocks have been through before the device is delivered, and what erases do to them.
struct FlashWearConfig {
  bool counted = false;
  std::uint64_t delivered_erases = 0;
  FlashLevelling levelling = FlashLevelling::none;
  std::uint64_t static_gap = 100;
  std::uint64_t delivered_bad_ppm = 0;
  std::uint64_t bad_ppm_per_thousand_erases = 0;
  std::uint64_t seed = 1;

  bool happens() const {
    return counted || levelling != FlashLevelling::none || delivered_bad_ppm > 0 || bad_ppm_per_thousand_erases > 0;
  }
  /// Erases of a million that fail, of a superblock that has had so many.
  std::uint64_t failing_ppm(std::uint64_t erases) const { return bad_ppm_per_thousand_erases * erases / 1000; }
  void describe(Fields& f);
};

/// Erases of superblocks, those before the delivery among them.
struct FlashWearStatistics {
  std::uint64_t fewest_erases = 0;
  std::uint64_t mean_erases = 0;
  std::uint64_t most_erases = 0;
  std::uint64_t levelled = 0;
  std::uint64_t delivered_bad = 0;
  std::uint64_t grown_bad = 0;
  std::uint64_t spares = 0;
  std::uint64_t unreplaced = 0;
  std::uint64_t write_amplification_ppm = 0;

  void describe(Statistics& s) const;
};

}  // namespace icesim
