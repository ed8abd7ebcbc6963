// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/compare/recorded_results.hpp"

#include <string>
#include <string_view>

namespace icesim {

/// The clock in whose cycles a difference is counted: that of the module whose time a statistic is. The host and the
/// link have none of their own and are counted, as whole latencies, in cycles of the host controller. Source: the
/// sentences of `clocks.*`.
class StatisticClock {
 public:
  /// The clocks that a run had.
  explicit StatisticClock(const RecordedResults& results);

  /// "bus", "ice", "ice_low", "device" or "nand" of a statistic, or of a stage as "stages.crypto".
  std::string_view of(std::string_view statistic) const;
  /// Cycles in a time, rounded to hundredths, without zeros at the end: "1", "12.5"; empty when the run does not say
  /// how long one is.
  std::string cycles(std::string_view clock, Wide picoseconds) const;

 private:
  const RecordedResults& results_;
  bool ice_is_low_ = false;
};

}  // namespace icesim
