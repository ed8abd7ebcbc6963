// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_array.hpp"

#include <algorithm>

namespace icesim {

/// What the device may ask of the booster; what it asks is taken like a request.
class FlashArray::BoosterControl : public FlashBoosterControl {
 public:
  BoosterControl(FlashArray& flash, std::uint64_t endurance) : flash_(flash), endurance_(endurance) {}

  void enable(bool on, Picoseconds at) override { flash_.accept({Kind::booster, asks_enable, on, 0}, at); }
  void flush(bool on, Picoseconds at) override { flash_.accept({Kind::booster, asks_flush, on, 0}, at); }
  State state() const override {
    const FlashBooster& booster = *flash_.translation_.booster();
    const FlashGeometry& g = flash_.geometry_;
    const std::uint64_t superblocks = std::uint64_t{g.dies} * g.booster_superblocks;
    State state;
    state.enabled = booster.enabled();
    state.flushing = booster.flushing();
    state.blocks = booster.blocks();
    state.available_blocks = booster.available_blocks();
    state.life_used_ppm = static_cast<std::uint64_t>(
        Wide{flash_.statistics_.booster.erases} * 1'000'000 / (Wide{superblocks} * endurance_));
    return state;
  }

  static constexpr std::uint32_t asks_enable = 0;
  static constexpr std::uint32_t asks_flush = 1;

 private:
  FlashArray& flash_;
  std::uint64_t endurance_;
};

void FlashArray::connect_booster(std::uint64_t endurance) {
  if (translation_.booster() != nullptr) booster_control_ = std::make_unique<BoosterControl>(*this, endurance);
}

void FlashArray::set_booster(const Event& event) {
  FlashBooster& booster = *translation_.booster();
  const bool on = event.first != 0;
  if (event.die_or_command == BoosterControl::asks_enable) {
    booster.enable(on);
  } else {
    booster.flush(on);
  }
}

/// Tells the booster whether the flash rests, and arranges to look again when it may.
void FlashArray::look_for_rest() {
  const Picoseconds last = std::max(last_request_, early_.taken <= now() ? early_.taken : Picoseconds{});
  const Picoseconds from = clock_.edge(clock_.next(last + idle_time_));
  FlashBooster& booster = *translation_.booster();
  booster.rest(from <= now());
  if (from <= now() || looks_for_rest_ || !booster.waits_for_rest()) return;
  looks_for_rest_ = true;
  inbox_.push(from, geometry_.dies, {Kind::rest, 0, 0, 0});
}

}  // namespace icesim
