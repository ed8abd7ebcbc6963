// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/wide.hpp"

#include <cstdint>
#include <string>

namespace icesim {

/// By what numbers of keyslots are compared.
struct KeyslotMetric {
  std::string name = "mean";           ///< mean, p99, p999, key-cost, throughput or misses
  std::string requests = "encrypted";  ///< whose latency: encrypted, read, write or all
  std::uint64_t within_ppm = 10'000;   ///< how far from the best is as good

  bool more_is_better() const { return name == "throughput"; }
  bool is_latency() const { return name == "mean" || name == "p99" || name == "p999"; }
  /// "encrypted requests", "reads".
  std::string requests_text() const;
  /// "mean latency of encrypted requests".
  std::string text() const;
  /// "72.01 us", "12.4 MB/s".
  std::string value_text(Wide value) const;
  /// "within 1 % of the best".
  std::string within_text() const;
};

}  // namespace icesim
