// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"

#include <cstdint>
#include <string>

namespace icesim {

/// An energy, at least and at most.
struct EnergyBounds {
  EnergySum low, high;

  /// `amount` times a price whose upper bound is so many percent of the lower one, which is that of `per`; rounded down.
  static EnergyBounds of(Wide amount, std::uint64_t low, std::uint64_t high_percent, std::uint64_t per = 1) {
    return {{amount * low / per}, {amount * low * high_percent / (100 * per)}};
  }
  EnergyBounds& operator+=(const EnergyBounds& other) {
    low.n += other.low.n;
    high.n += other.high.n;
    return *this;
  }
};

/// Statistics of one that is bounded by the parameters of a group.
struct BoundedBy {
  const EnergyBounds& energy;
  const char* group;

  void describe(Statistics& s) const {
    const std::string by = std::string(" bounds of `") + group + "`";
    s("low", energy.low, "Least energy, by the lower" + by);
    s("high", energy.high, "Greatest energy, by the upper" + by);
  }
};

}  // namespace icesim
