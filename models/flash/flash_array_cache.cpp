// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_array.hpp"

#include <algorithm>

namespace icesim {

/// Has a die that programs take the data of what it is to program next.
void FlashArray::load(std::uint32_t die) {
  if (!dies_[die].load(cycle_, translation_.collect_first(die))) return;
  ++statistics_.cache.programs;
  bus_requests_.push_back(die);
}

/// The data of the next program, on the bus.
void FlashArray::load_on_bus(std::uint32_t die) {
  FlashDie& d = dies_[die];
  Cycles& bus_free = bus_free_[geometry_.channel(die)];
  const Cycles moved = bus_cycles(geometry_.unit(d.loaded.boosted));
  bus_free = std::max(bus_free, cycle_) + moved;
  d.loads_across(moved, bus_free);
}

}  // namespace icesim
