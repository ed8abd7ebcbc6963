// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "models/base/zeroed_array.hpp"

#include <vector>

namespace icesim {

/// What superblocks have been through before the device is delivered, and whether what they go through is counted.
struct FlashWearConfig {
  bool counted = false;
  std::uint64_t delivered_erases = 0;

  void describe(Fields& f);
};

/// Erases of superblocks, those before the delivery among them.
struct FlashWearStatistics {
  std::uint64_t fewest_erases = 0;
  std::uint64_t mean_erases = 0;
  std::uint64_t most_erases = 0;
  std::uint64_t write_amplification_ppm = 0;

  void describe(Statistics& s) const;
};

/// How often each superblock has been erased.
///
/// Counts in constant time: of how many superblocks have as many erases, too, so that fewest and most are known.
class FlashWear {
 public:
  FlashWear(const FlashWearConfig& config, std::uint32_t dies, std::uint32_t superblocks, FlashWearStatistics& statistics);

  std::uint64_t erases(std::uint32_t die, std::uint32_t superblock) const {
    return delivered_ + erases_[std::size_t{die} * superblocks_ + superblock];
  }
  void erased(std::uint32_t die, std::uint32_t superblock);

 private:
  std::uint64_t delivered_;
  std::uint32_t superblocks_;  ///< of a die
  std::uint64_t all_;
  std::uint64_t sum_ = 0;
  std::uint32_t fewest_ = 0;
  ZeroedArray<std::uint32_t> erases_;
  std::vector<std::uint64_t> with_;  ///< superblocks by number of erases since the delivery
  FlashWearStatistics& statistics_;
};

}  // namespace icesim
