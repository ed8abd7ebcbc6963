// SPDX-License-Identifier: Apache-2.0
#include "models/device/background/background_work.hpp"

#include "icesim/spec/query.hpp"

namespace icesim {

void BackgroundWork::begin(Picoseconds at) {
  begun_ = true;
  ++statistics.periods;
  flash_.collect_ahead(static_cast<std::uint32_t>(config_.background_superblocks), at);
  if (booster_ != nullptr) booster_->flush(true, at);
}

bool BackgroundWork::stop(bool flushes, Picoseconds at) {
  const bool works = flash_.state(0).works || booster_holds();
  begun_ = false;
  flash_.collect_ahead(0, at);
  if (booster_ != nullptr) booster_->flush(flushes, at);
  return works;
}

std::uint32_t BackgroundWork::level() const {
  const auto state = flash_.state(static_cast<std::uint32_t>(config_.background_superblocks));
  if (state.starves) return 3;
  if (state.needs || booster_is_full()) return 2;
  return state.wants || booster_holds() ? 1 : 0;
}

std::uint32_t BackgroundWork::events() const {
  return (level() >= 2 ? query::urgent_background_event : 0u) | (booster_is_full() ? query::booster_flush_event : 0u);
}

bool BackgroundWork::booster_holds() const {
  if (booster_ == nullptr) return false;
  const auto state = booster_->state();
  return state.available_blocks < state.blocks;
}

bool BackgroundWork::booster_is_full() const {
  if (booster_ == nullptr) return false;
  const auto state = booster_->state();
  return state.available_blocks * 10 < state.blocks;
}

}  // namespace icesim
