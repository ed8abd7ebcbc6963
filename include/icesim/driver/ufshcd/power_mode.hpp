// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/uic.hpp"

#include <array>

namespace icesim {

/// What the link is to run with, high speed in both directions.
struct LinkMode {
  std::uint64_t gear = 4;
  std::uint64_t lanes = 2;
  bool rate_b = true;
};

/// An attribute that software sets by DME_SET.
struct UicSetting {
  std::uint16_t attribute;
  std::uint32_t value;
};

/// What a change of the power mode sets, in this order; the last one, PA_PWRMode, makes the change [linux-bring-up].
inline std::array<UicSetting, 8> power_mode_settings(const LinkMode& mode) {
  const auto lanes = static_cast<std::uint32_t>(mode.lanes);
  const auto gear = static_cast<std::uint32_t>(mode.gear);
  return {{{uic::PA_RxGear, gear},
           {uic::PA_ActiveRxDataLanes, lanes},
           {uic::PA_RxTermination, 1},
           {uic::PA_TxGear, gear},
           {uic::PA_ActiveTxDataLanes, lanes},
           {uic::PA_TxTermination, 1},
           {uic::PA_HSSeries, mode.rate_b ? 2u : 1u},
           {uic::PA_PWRMode, uic::power_modes(uic::PowerMode::fast, uic::PowerMode::fast)}}};
}

}  // namespace icesim
