// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/units.hpp"

#include <algorithm>
#include <cstdint>

namespace icesim {

/// The share of `whole` that each of `units` was busy, when all together were for `part`; in parts per million.
constexpr std::uint64_t busy_ppm(TimeSum part, Picoseconds whole, std::uint64_t units) {
  constexpr std::uint64_t million = 1'000'000;
  const Wide capacity = Wide{whole.n} * units;
  if (capacity == 0) return 0;
  // What was begun inside the window may end after it.
  return std::min(million, static_cast<std::uint64_t>(part.n * million / capacity));
}

/// Time that the hardware below the host has been busy; the engines of both directions, and all dies, added up.
struct HardwareBusy {
  TimeSum ice, link_tx, link_rx, flash;
};

/// Statistics group `utilisation`, as far as the hardware below the host goes.
struct HardwareUtilisation {
  std::uint64_t ice = 0, link_tx = 0, link_rx = 0, flash = 0;

  void describe(Statistics& s) const {
    s("ice", ice, "Share of the crypto engines' issue positions taken, in parts per million");
    s("link_tx", link_tx, "Share of time with frames on the lanes to the device, in parts per million");
    s("link_rx", link_rx, "Share of time with frames on the lanes to the host, in parts per million");
    s("flash", flash, "Share of the dies' time that was busy, in parts per million");
  }
};

}  // namespace icesim
