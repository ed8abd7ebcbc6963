// SPDX-License-Identifier: Apache-2.0
#include "models/device/ufs_device_queries.hpp"

#include <algorithm>

/// The WriteBooster buffer as attributes and flags show it.
namespace icesim {

void QueryTable::connect(FlashBoosterControl& booster, std::uint32_t factor) {
  booster_ = &booster;
  booster_factor_ = factor;
  for (const std::uint8_t idn : {query::bWriteBoosterBufferFlushStatus, query::bAvailableWriteBoosterBufferSize,
                                 query::bWriteBoosterBufferLifeTimeEst, query::dCurrentWriteBoosterBufferSize})
    attributes_.push_back({idn, false, 0, 0, 0});
  flags_.push_back({query::fWriteBoosterEn, booster.state().enabled, Lasts::until_reset, false});
  flags_.push_back({query::fWriteBoosterBufferFlushEn, booster.state().flushing, Lasts::until_reset, false});
  flags_.push_back({query::fWriteBoosterBufferFlushDuringHibernate, false, Lasts::until_reset, false});
}

/// Units of allocation that the buffer takes, begun or whole.
std::uint32_t QueryTable::booster_units() const {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(
      divide_up(booster_->state().blocks * logical_block.n, query::allocation_unit.n), ~std::uint32_t{0}));
}

void QueryTable::set_booster(std::uint8_t idn, bool on, Picoseconds next) {
  if (idn == query::fWriteBoosterEn) booster_->enable(on, next);
  if (idn == query::fWriteBoosterBufferFlushEn) booster_->flush(on, next);
}

void QueryTable::look_at_booster() {
  const FlashBoosterControl::State state = booster_->state();
  const bool empty = state.available_blocks == state.blocks;
  constexpr std::uint32_t idle = 0, in_progress = 1, completed = 3, exceeded = 0x0b;
  for (Attribute& each : attributes_) {
    switch (each.idn) {
      case query::bWriteBoosterBufferFlushStatus:
        each.value = !state.flushing ? idle : empty ? completed : in_progress;
        break;
      case query::bAvailableWriteBoosterBufferSize:  // in tenths
        each.value = static_cast<std::uint32_t>(state.available_blocks * 10 / state.blocks);
        break;
      case query::bWriteBoosterBufferLifeTimeEst:  // 1: up to a tenth is used
        each.value = static_cast<std::uint32_t>(std::min<std::uint64_t>(1 + state.life_used_ppm / 100'000, exceeded));
        break;
      case query::dCurrentWriteBoosterBufferSize:
        each.value = booster_units();
        break;
      default:
        break;
    }
  }
}

}  // namespace icesim
