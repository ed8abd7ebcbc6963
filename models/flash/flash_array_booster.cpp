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
  static constexpr std::uint32_t asks_ahead = 2;  ///< needs no booster

 private:
  FlashArray& flash_;
  std::uint64_t endurance_;
};

/// What the device may ask of collection.
class FlashArray::BackgroundControl : public FlashBackgroundControl {
 public:
  explicit BackgroundControl(FlashArray& flash) : flash_(flash) {}

  void collect_ahead(std::uint32_t superblocks, Picoseconds at) override {
    flash_.accept({Kind::booster, BoosterControl::asks_ahead, superblocks, 0}, at);
  }
  State state(std::uint32_t superblocks) const override {
    const FlashCollector& collector = flash_.translation_.collector();
    State state;
    for (std::uint32_t die = 0; die < flash_.geometry_.dies; ++die) {
      state.works |= collector.works(die);
      state.wants |= collector.collects_for(die, superblocks);
      const bool needs = collector.collects_for(die, 0);
      state.needs |= needs;
      state.starves |= needs && flash_.translation_.map().space(die).free() <= FlashCollector::reserve;
    }
    return state;
  }

 private:
  FlashArray& flash_;
};

void FlashArray::connect_booster(std::uint64_t endurance) {
  background_control_ = std::make_unique<BackgroundControl>(*this);
  if (translation_.booster() != nullptr) booster_control_ = std::make_unique<BoosterControl>(*this, endurance);
}

void FlashArray::set_booster(const Event& event) {
  if (event.die_or_command == BoosterControl::asks_ahead) return translation_.collector().collect_ahead(event.first);
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
