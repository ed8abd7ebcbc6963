// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/spec/ufshci.hpp"

#include <algorithm>
#include <cstdint>

/// UIC (UniPro DME) commands and the attributes that drivers use [ufshci-uic].
namespace icesim::uic {

enum class Opcode : std::uint8_t {
  dme_get = 0x01,
  dme_set = 0x02,
  dme_peer_get = 0x03,
  dme_peer_set = 0x04,
  dme_power_on = 0x10,
  dme_power_off = 0x11,
  dme_enable = 0x12,
  dme_reset = 0x14,
  dme_endpoint_reset = 0x15,
  dme_link_startup = 0x16,
  dme_hibernate_enter = 0x17,
  dme_hibernate_exit = 0x18,
  dme_test_mode = 0x1a,
};

/// Result code in ARG2 bits 7:0.
enum class Result : std::uint8_t {
  success = 0x0,
  invalid_attribute = 0x1,
  invalid_value = 0x2,
  read_only = 0x3,
  write_only = 0x4,
  bad_index = 0x5,
  locked = 0x6,
  bad_test_index = 0x7,
  peer_communication_failure = 0x8,
  busy = 0x9,
  dme_failure = 0xa,
};

/// Attribute ids, spelled as in UniPro.
enum Attribute : std::uint16_t {
  PA_Local_TX_LCC_Enable = 0x155e,
  PA_ActiveTxDataLanes = 0x1560,
  PA_ConnectedTxDataLanes = 0x1561,
  PA_TxGear = 0x1568,
  PA_TxTermination = 0x1569,
  PA_HSSeries = 0x156a,
  PA_PWRMode = 0x1571,
  PA_ActiveRxDataLanes = 0x1580,
  PA_ConnectedRxDataLanes = 0x1581,
  PA_RxGear = 0x1583,
  PA_RxTermination = 0x1584,
  PA_MaxRxPWMGear = 0x1586,
  PA_MaxRxHSGear = 0x1587,
  PA_Hibern8Time = 0x15a7,
  PA_TActivate = 0x15a8,
  PA_Granularity = 0x15aa,
  PA_PWRModeUserData0 = 0x15b0,  ///< FC0 protection time-out; 0x15b1 TC0 replay, 0x15b2 AFC0 request, then class 1
  PA_PWRModeUserData5 = 0x15b5,
  DL_TC0RXInitCreditVal = 0x2002,
  DME_LocalFC0ProtectionTimeOutVal = 0xd041,
  DME_LocalTC0ReplayTimeOutVal = 0xd042,
  DME_LocalAFC0ReqTimeOutVal = 0xd043,
};

/// Power modes of one direction in PA_PWRMode (receive in bits 7:4, transmit in 3:0).
enum class PowerMode : std::uint8_t { fast = 1, slow = 2, fast_auto = 4, slow_auto = 5, unchanged = 7 };

constexpr std::uint32_t power_modes(PowerMode receive, PowerMode transmit) {
  return static_cast<std::uint32_t>(receive) << 4 | static_cast<std::uint32_t>(transmit);
}

/// ARG1: attribute and selector (transmit lane n: n, receive lane n: 4 + n).
constexpr std::uint32_t arg1(std::uint16_t attribute, std::uint16_t selector = 0) {
  return std::uint32_t{attribute} << 16 | selector;
}
constexpr std::uint16_t attribute_of(std::uint32_t arg1_value) { return static_cast<std::uint16_t>(arg1_value >> 16); }
constexpr std::uint16_t selector_of(std::uint32_t arg1_value) {
  return static_cast<std::uint16_t>(arg1_value & 0xffff);
}

enum class SetType : std::uint8_t { normal = 0, persistent = 1 };

/// ARG2 as written by software.
constexpr std::uint32_t arg2(SetType type) { return static_cast<std::uint32_t>(type) << 16; }
/// ARG2 with the result code that hardware returns.
constexpr std::uint32_t with_result(std::uint32_t arg2_value, Result result) {
  return (arg2_value & ~0xffu) | static_cast<std::uint32_t>(result);
}
constexpr Result result_of(std::uint32_t arg2_value) { return static_cast<Result>(arg2_value & 0xff); }

/// Idle time that the register AHIT asks for, 0: never; scales of 6 and 7 are reserved, and count as 5 [ufshci-auto-hibern8].
constexpr Picoseconds idle_time_of(std::uint32_t ahit) {
  std::uint64_t microseconds = AHIT::AH8ITV.of(ahit);
  for (std::uint32_t scale = std::min(AHIT::TS.of(ahit), 5u); scale > 0; --scale) microseconds *= 10;
  return Picoseconds{microseconds * 1'000'000};
}
/// AHIT for an idle time of up to 102.3 s as Linux works it out: the lowest scale in which it has ten bits, rounded down.
constexpr std::uint32_t ahit_of(Picoseconds idle) {
  std::uint64_t value = idle.n / 1'000'000;
  std::uint32_t scale = 0;
  for (; value > 1023; ++scale) value /= 10;
  return AHIT::AH8ITV.put(static_cast<std::uint32_t>(value)) | AHIT::TS.put(scale);
}

}  // namespace icesim::uic
