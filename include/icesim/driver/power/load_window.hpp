// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/power/frequency_scaling_config.hpp"

#include <optional>

namespace icesim {

/// How much of a time commands have been under way, in whole microseconds as Linux counts it, and the frequency that its
/// simple_ondemand governor wants for that, rounded up to one of two [linux-frequency-scaling].
class LoadWindow {
 public:
  struct Load {
    std::uint64_t busy = 0, total = 0;  ///< us
  };

  /// A command goes to the hardware while none is under way, now; and none is any more.
  void busy(Picoseconds now);
  void idle(Picoseconds now);
  bool is_busy() const { return busy_since_.has_value(); }
  /// The window ends, and the next one begins. Its total is 0 where there was none.
  Load look(Picoseconds now);
  /// There is no window until the next command, or the next look.
  void close() { since_.reset(); }

  /// Whether the higher frequency is wanted, from where it is the one that there is, or is not.
  static bool wants_higher(const Load& load, bool higher, const FrequencyScalingConfig& config);

 private:
  std::optional<Picoseconds> since_, busy_since_;
  std::uint64_t busy_ = 0;
};

}  // namespace icesim
