// SPDX-License-Identifier: Apache-2.0
#include "models/device/ufs_device.hpp"

#include <algorithm>

namespace icesim {

/// From now on there may be no command.
void UfsDevice::wait_for_rest() {
  const Picoseconds from = std::max(now(), restarted_);
  push(Event::rest, std::max(soon(), clock_.edge(clock_.next(from + config_.background.background_idle))), none, ++rest_stamp_);
}

void UfsDevice::begin_background() {
  const bool allowed = config_.background.background_ops == BackgroundOps::always || queries_.allows_background();
  const bool rests = std::all_of(pool_.begin(), pool_.end(), [](const Command& each) {
    return each.state == State::free || each.state == State::draining;
  });
  if (allowed && rests && !background_is_over_ && !background_->begun()) background_->begin(next_cycle());
}

void UfsDevice::end_background() {
  background_is_over_ = true;
  if (background_->begun()) background_->stop(queries_.flushes_booster(), soon());
}

/// A command has come.
void UfsDevice::interrupt_background() {
  ++rest_stamp_;
  if (!background_->begun() || !background_->stop(queries_.flushes_booster(), next_cycle())) return;
  ++background_->statistics.interrupted;
  firmware_free_ = std::max(firmware_free_, now() + config_.background.background_interrupt);
}

/// A query may have changed fBackgroundOpsEn.
void UfsDevice::obey_background_flag() {
  if (config_.background.background_ops == BackgroundOps::always) return;
  if (!queries_.allows_background()) {
    if (background_->begun()) background_->stop(queries_.flushes_booster(), next_cycle());
  } else if (!background_->begun()) {
    wait_for_rest();
  }
}

}  // namespace icesim
