// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/ports.hpp"
#include "models/device/background/background_config.hpp"

#include <cstdint>

namespace icesim {

/// What there is to do in the background, and how urgent it is.
///
/// Two things: collection ahead of need (FlashBackgroundControl), and what the WriteBooster buffer holds.
///
/// **Level** (bBackgroundOpStatus; what it means is left to the device):
/// - 1, not critical: a die would collect ahead, or the booster holds something
/// - 2, performance is impacted: a die collects of need, or less than a tenth of the booster is free
/// - 3, critical: a die has no free superblock that the host may get
class BackgroundWork {
 public:
  BackgroundWork(const BackgroundConfig& config, FlashBackend& flash)
      : config_(config), flash_(*flash.background()), booster_(flash.booster()) {}

  bool begun() const { return begun_; }
  /// The flash begins at `at` with what there is, and goes on with what comes up.
  void begin(Picoseconds at);
  /// It begins with no more; the host's own flag says whether the booster still flushes. Returns whether something is under way.
  bool stop(bool flushes, Picoseconds at);

  std::uint32_t level() const;
  /// Bits of wExceptionEventStatus.
  std::uint32_t events() const;

  BackgroundStatistics statistics;

 private:
  bool booster_holds() const;
  bool booster_is_full() const;

  const BackgroundConfig config_;
  FlashBackgroundControl& flash_;
  FlashBoosterControl* const booster_;  ///< null: none
  bool begun_ = false;
};

}  // namespace icesim
