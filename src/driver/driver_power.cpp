// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/driver.hpp"

namespace icesim {

/// Each goes on top of what there is: UIC commands that have ended are told from the top down, commands from the bottom up.
RequestQueue& Driver::make_power_states(RequestQueue& below) {
  const auto core = static_cast<Core>(setup_.block_layer.kblockd_core % setup_.cores);
  if (setup_.power.scaling.on()) {
    const LinkMode mode{setup_.probe.gear, setup_.probe.lanes, setup_.probe.rate_b};
    gears_.emplace(setup_.power.scaling, mode, setup_.costs, host_, core, below, hcd_, probe_);
    hcd_.connect(static_cast<ProbeWaiter&>(*gears_));
    hcd_.connect(static_cast<EndWatch&>(*gears_));
  }
  RequestQueue& gears = gears_ ? static_cast<RequestQueue&>(*gears_) : below;
  if (!setup_.power.on()) return gears;
  ProbeWaiter& waits = gears_ ? static_cast<ProbeWaiter&>(*gears_) : probe_;
  clocks_.emplace(setup_.power, setup_.costs, host_, core, gears, hcd_, waits, setup_.seed);
  hcd_.connect(static_cast<ProbeWaiter&>(*clocks_));
  if (!gears_) hcd_.connect(static_cast<EndWatch&>(*clocks_));
  return *clocks_;
}

void Driver::tell_power_states(bool reset_begins) {
  if (gears_ && reset_begins) gears_->reset();
  if (clocks_) reset_begins ? clocks_->reset() : clocks_->restarted();
  if (gears_ && !reset_begins) gears_->restarted();
}

}  // namespace icesim
