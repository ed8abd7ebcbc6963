// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

namespace icesim {

/// How often what a read finds cannot be corrected, so that it is sensed again.
struct FlashRetryConfig {
  std::uint64_t ppm = 0;
  std::uint64_t ppm_per_thousand_erases = 0;
  std::uint64_t most = 8;
  Picoseconds overhead{5'000'000};
  std::uint64_t seed = 1;

  bool happens() const { return ppm > 0 || ppm_per_thousand_erases > 0; }
  void describe(Fields& f);
};

/// Reads of dies that were sensed again.
struct FlashRetryStatistics {
  std::uint64_t retries = 0;
  std::uint64_t reads = 0;
  std::uint64_t exhausted = 0;

  void describe(Statistics& s) const;
};

/// Draws how often a read is sensed again.
///
/// Each sensing fails, independently of the others, with ppm plus ppm_per_thousand_erases by the erases of the superblock, in
/// proportion, and certainly from a million on; what is sensed for the `most`th time again is taken as it is. The draw depends on
/// seed, die and number of the read on that die alone.
class FlashRetries {
 public:
  explicit FlashRetries(const FlashRetryConfig& config) : config_(config) {}

  /// Of read `number` of a die.
  std::uint64_t draw(std::uint32_t die, std::uint64_t number, std::uint64_t erases) const;
  /// Time of one read with so many retries.
  Picoseconds time(Picoseconds read, std::uint64_t retries) const {
    return Picoseconds{read.n + retries * (read.n + config_.overhead.n)};
  }
  void count(std::uint64_t retries, FlashRetryStatistics& statistics) const;

 private:
  FlashRetryConfig config_;
};

}  // namespace icesim
