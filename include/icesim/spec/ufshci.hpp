// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/register.hpp"

#include <array>
#include <cstdint>

/// Register map of the UFS host controller interface [ufshci-registers] [ufshci-enable]. Each field is declared once:
/// the constant is mask, name, bit range and sentence. Registers are 32 bits, little-endian, offsets in bytes.
namespace icesim {

/// Byte offset of a register.
enum class Reg : std::uint32_t {
  CAP = 0x00,
  MCQCAP = 0x04,
  VER = 0x08,
  EXT_CAP = 0x0c,
  HCPID = 0x10,
  HCMID = 0x14,
  AHIT = 0x18,
  IS = 0x20,
  IE = 0x24,
  HCS = 0x30,
  HCE = 0x34,
  UECPA = 0x38,
  UECDL = 0x3c,
  UECN = 0x40,
  UECT = 0x44,
  UECDME = 0x48,
  UTRIACR = 0x4c,
  UTRLBA = 0x50,
  UTRLBAU = 0x54,
  UTRLDBR = 0x58,
  UTRLCLR = 0x5c,
  UTRLRSR = 0x60,
  UTRLCNR = 0x64,
  UTMRLBA = 0x70,
  UTMRLBAU = 0x74,
  UTMRLDBR = 0x78,
  UTMRLCLR = 0x7c,
  UTMRLRSR = 0x80,
  UICCMD = 0x90,
  UCMDARG1 = 0x94,
  UCMDARG2 = 0x98,
  UCMDARG3 = 0x9c,
  CCAP = 0x100,
  CRYPTOCAP0 = 0x104,
  CONFIG = 0x300,
  MCQCONFIG = 0x380,
  ESILBA = 0x384,
  ESIUBA = 0x388,
};

// clang-format off
namespace CAP {
inline constexpr Field NUTRS{"NUTRS", 7, 0, "Number of transfer request list entries, minus 1 (bits 4:0 without MCQ)"};
inline constexpr Field NORTT{"NORTT", 15, 8, "Number of outstanding ready-to-transfer requests, minus 1"};
inline constexpr Field NUTMRS{"NUTMRS", 18, 16, "Number of task management list entries, minus 1"};
inline constexpr Field EHSLUTRDS = bit("EHSLUTRDS", 22, "The UTRD carries the EHS length");
inline constexpr Field AUTOH8 = bit("AUTOH8", 23, "The controller enters hibern8 by itself");
inline constexpr Field AS64{"64AS", 24, 24, "Addresses have 64 bits"};
inline constexpr Field OODDS = bit("OODDS", 25, "Data may be delivered out of order");
inline constexpr Field UICDMETMS = bit("UICDMETMS", 26, "The DME test mode command is supported");
inline constexpr Field CS = bit("CS", 28, "Crypto is supported");
inline constexpr Field LSDBS = bit("LSDBS", 29, "The legacy single doorbell is NOT supported");
inline constexpr Field MCQS = bit("MCQS", 30, "Multi-circular queues are supported");
inline constexpr std::array fields{NUTRS, NORTT, NUTMRS, EHSLUTRDS, AUTOH8, AS64, OODDS, UICDMETMS, CS, LSDBS, MCQS};
}  // namespace CAP

namespace MCQCAP {
inline constexpr Field MAXQ{"MAXQ", 7, 0, "Number of queues, minus 1"};
inline constexpr Field SP = bit("SP", 8, "Strict priority arbitration is supported");
inline constexpr Field RRP = bit("RRP", 9, "Round-robin arbitration with priorities is supported");
inline constexpr Field EIS = bit("EIS", 10, "Event-specific interrupts are supported");
inline constexpr Field QCFGPTR{"QCFGPTR", 23, 16, "Byte offset of the queue configuration, in units of 200h"};
inline constexpr Field MIAG{"MIAG", 31, 24, "Interrupt aggregation groups"};
inline constexpr std::array fields{MAXQ, SP, RRP, EIS, QCFGPTR, MIAG};
}  // namespace MCQCAP

namespace VER {
inline constexpr Field MNR{"MNR", 7, 4, "Minor version"};
inline constexpr Field MJR{"MJR", 15, 8, "Major version"};
inline constexpr std::array fields{MNR, MJR};
}  // namespace VER

namespace AHIT {
inline constexpr Field AH8ITV{"AH8ITV", 9, 0, "Idle time before hibern8, 0: never"};
inline constexpr Field TS{"TS", 12, 10, "Scale of the idle time: 10^TS microseconds"};
inline constexpr std::array fields{AH8ITV, TS};
}  // namespace AHIT

/// Interrupt status; the interrupt enable register IE has the same layout [ufshci-interrupts].
namespace IS {
inline constexpr Field UTRCS = bit("UTRCS", 0, "A transfer request completed");
inline constexpr Field UDEPRI = bit("UDEPRI", 1, "The device asked for a DME endpoint reset");
inline constexpr Field UE = bit("UE", 2, "A UIC error stands in the UEC registers");
inline constexpr Field UTMS = bit("UTMS", 3, "The UniPro test mode was entered");
inline constexpr Field UPMS = bit("UPMS", 4, "A power mode change ended");
inline constexpr Field UHXS = bit("UHXS", 5, "Hibern8 was left");
inline constexpr Field UHES = bit("UHES", 6, "Hibern8 was entered");
inline constexpr Field ULLS = bit("ULLS", 7, "The link was lost");
inline constexpr Field ULSS = bit("ULSS", 8, "The device started the link");
inline constexpr Field UTMRCS = bit("UTMRCS", 9, "A task management request completed");
inline constexpr Field UCCS = bit("UCCS", 10, "A UIC command completed");
inline constexpr Field DFES = bit("DFES", 11, "The device has a fatal error");
inline constexpr Field UTPES = bit("UTPES", 12, "The transport layer has an error");
inline constexpr Field HCFES = bit("HCFES", 16, "The host controller has a fatal error");
inline constexpr Field SBFES = bit("SBFES", 17, "The system bus has a fatal error");
inline constexpr Field CEFES = bit("CEFES", 18, "The crypto engine has a fatal error");
inline constexpr Field CQES = bit("CQES", 20, "A completion queue has an event");
inline constexpr std::array fields{UTRCS, UDEPRI, UE, UTMS, UPMS, UHXS, UHES, ULLS, ULSS,
                                   UTMRCS, UCCS, DFES, UTPES, HCFES, SBFES, CEFES, CQES};
/// Errors that end in a full reset.
inline constexpr std::uint32_t fatal = ULLS | DFES | UTPES | HCFES | SBFES | CEFES;
}  // namespace IS

namespace HCS {
inline constexpr Field DP = bit("DP", 0, "A device is attached to the link");
inline constexpr Field UTRLRDY = bit("UTRLRDY", 1, "The transfer request list may be started");
inline constexpr Field UTMRLRDY = bit("UTMRLRDY", 2, "The task management list may be started");
inline constexpr Field UCRDY = bit("UCRDY", 3, "A UIC command may be written");
inline constexpr Field HEI = bit("HEI", 4, "The host controller reports an error");
inline constexpr Field DEI = bit("DEI", 5, "The device reports an error");
inline constexpr Field UPMCRS{"UPMCRS", 10, 8, "Result of the power mode change"};
inline constexpr std::array fields{DP, UTRLRDY, UTMRLRDY, UCRDY, HEI, DEI, UPMCRS};
/// Needed before run/stop may be set.
inline constexpr std::uint32_t ready = UTRLRDY | UTMRLRDY | UCRDY;
}  // namespace HCS

/// Results in HCS.UPMCRS.
enum class PowerModeResult : std::uint8_t { ok = 0, local = 1, remote = 2, busy = 3, error_cap = 4, fatal_error = 5 };

namespace HCE {
inline constexpr Field HCE = bit("HCE", 0, "The controller is enabled; 1 starts its initialisation");
inline constexpr Field CGE = bit("CGE", 1, "Crypto is enabled for all requests");
inline constexpr std::array fields{HCE, CGE};
}  // namespace HCE

/// UIC error codes; bit 31 says that the code is valid.
namespace UEC {
inline constexpr Field EC{"EC", 15, 0, "Error code"};
inline constexpr Field ERR = bit("ERR", 31, "The error code is valid");
inline constexpr std::array fields{EC, ERR};
}  // namespace UEC

namespace UTRIACR {
inline constexpr Field IATOVAL{"IATOVAL", 7, 0, "Aggregation time-out in units of 40 microseconds"};
inline constexpr Field IACTH{"IACTH", 12, 8, "Completions that raise the interrupt"};
inline constexpr Field CTR = bit("CTR", 16, "Writing 1 resets counter and timer");
inline constexpr Field IASB = bit("IASB", 20, "Completions are being aggregated");
inline constexpr Field IAPWEN = bit("IAPWEN", 24, "Writing 1 lets IACTH and IATOVAL be written");
inline constexpr Field IAEN = bit("IAEN", 31, "Interrupt aggregation is enabled");
inline constexpr std::array fields{IATOVAL, IACTH, CTR, IASB, IAPWEN, IAEN};
}  // namespace UTRIACR

namespace UTRLBA {
inline constexpr Field BASE{"UTRLBA", 31, 10, "Low half of the list's address, 1 KiB aligned"};
inline constexpr std::array fields{BASE};
}  // namespace UTRLBA
namespace UTMRL {
inline constexpr Field BASE{"UTMRLBA", 31, 10, "Low half of the list's address, 1 KiB aligned"};
inline constexpr Field ENTRIES{"UTMR", 7, 0, "One bit for each task management list entry"};
inline constexpr std::array base_fields{BASE};
inline constexpr std::array entry_fields{ENTRIES};
}  // namespace UTMRL

/// Run/stop registers UTRLRSR and UTMRLRSR.
namespace UTRLRSR {
inline constexpr Field RSR = bit("RSR", 0, "The list is being processed");
inline constexpr std::array fields{RSR};
}  // namespace UTRLRSR

namespace UICCMD {
inline constexpr Field CMDOP{"CMDOP", 7, 0, "Opcode; writing it starts the command"};
inline constexpr std::array fields{CMDOP};
}  // namespace UICCMD

namespace CCAP {
inline constexpr Field CC{"CC", 7, 0, "Number of x-CRYPTOCAP entries"};
inline constexpr Field CFGC{"CFGC", 15, 8, "Number of keyslots, minus 1"};
inline constexpr Field CFGPTR{"CFGPTR", 31, 24, "Byte offset of x-CRYPTOCFG, in units of 100h"};
inline constexpr std::array fields{CC, CFGC, CFGPTR};
}  // namespace CCAP

namespace CONFIG {
inline constexpr Field QT = bit("QT", 0, "0: legacy doorbell, 1: multi-circular queues");
inline constexpr Field ESIE = bit("ESIE", 1, "Event-specific interrupts are enabled");
inline constexpr std::array fields{QT, ESIE};
}  // namespace CONFIG

namespace MCQCONFIG {
inline constexpr Field MAC{"MAC", 16, 8, "Largest number of active commands, minus 1"};
inline constexpr std::array fields{MAC};
}  // namespace MCQCONFIG

namespace detail {
template <std::size_t N>
constexpr Register at(Reg reg, std::string_view name, Access access, std::uint32_t reset,
                            std::string_view sentence, const std::array<Field, N>& fields) {
  return {static_cast<std::uint32_t>(reg), name, access, reset, sentence, fields.data(), N};
}
constexpr Register at(Reg reg, std::string_view name, Access access, std::string_view sentence) {
  return {static_cast<std::uint32_t>(reg), name, access, 0, sentence, nullptr, 0};
}
}  // namespace detail

/// All registers with a fixed offset, in order of offset. Capabilities reset to 0 here: the configuration of the
/// controller sets them.
inline constexpr std::array ufshci_registers{
    detail::at(Reg::CAP, "CAP", Access::read_only, 0, "Controller capabilities", CAP::fields),
    detail::at(Reg::MCQCAP, "MCQCAP", Access::read_only, 0, "Multi-circular queue capabilities", MCQCAP::fields),
    detail::at(Reg::VER, "VER", Access::read_only, 0x0310, "UFSHCI version", VER::fields),
    detail::at(Reg::EXT_CAP, "EXT_CAP", Access::read_only, "Extended controller capabilities"),
    detail::at(Reg::HCPID, "HCPID", Access::read_only, "Product identifier"),
    detail::at(Reg::HCMID, "HCMID", Access::read_only, "Manufacturer identifier"),
    detail::at(Reg::AHIT, "AHIT", Access::read_write, 0, "Auto-hibern8 idle timer", AHIT::fields),
    detail::at(Reg::IS, "IS", Access::write_clear, 0, "Interrupt status", IS::fields),
    detail::at(Reg::IE, "IE", Access::read_write, 0, "Interrupt enable", IS::fields),
    detail::at(Reg::HCS, "HCS", Access::read_only, 0, "Controller status", HCS::fields),
    detail::at(Reg::HCE, "HCE", Access::read_write, 0, "Controller enable", HCE::fields),
    detail::at(Reg::UECPA, "UECPA", Access::read_clear, 0, "UIC error code of the PHY adapter layer", UEC::fields),
    detail::at(Reg::UECDL, "UECDL", Access::read_clear, 0, "UIC error code of the data link layer", UEC::fields),
    detail::at(Reg::UECN, "UECN", Access::read_clear, 0, "UIC error code of the network layer", UEC::fields),
    detail::at(Reg::UECT, "UECT", Access::read_clear, 0, "UIC error code of the transport layer", UEC::fields),
    detail::at(Reg::UECDME, "UECDME", Access::read_clear, 0, "UIC error code of the DME", UEC::fields),
    detail::at(Reg::UTRIACR, "UTRIACR", Access::read_write, 0, "Interrupt aggregation", UTRIACR::fields),
    detail::at(Reg::UTRLBA, "UTRLBA", Access::read_write, 0, "Transfer request list base address", UTRLBA::fields),
    detail::at(Reg::UTRLBAU, "UTRLBAU", Access::read_write, "Transfer request list base address, high half"),
    detail::at(Reg::UTRLDBR, "UTRLDBR", Access::write_set, "Transfer request doorbell, one bit for each tag"),
    detail::at(Reg::UTRLCLR, "UTRLCLR", Access::write_only, "Transfer request clear; a 0 in bit n clears tag n"),
    detail::at(Reg::UTRLRSR, "UTRLRSR", Access::read_write, 0, "Transfer request list run/stop", UTRLRSR::fields),
    detail::at(Reg::UTRLCNR, "UTRLCNR", Access::write_clear, "Completion notification, one bit for each tag"),
    detail::at(Reg::UTMRLBA, "UTMRLBA", Access::read_write, 0, "Task management list base address", UTMRL::base_fields),
    detail::at(Reg::UTMRLBAU, "UTMRLBAU", Access::read_write, "Task management list base address, high half"),
    detail::at(Reg::UTMRLDBR, "UTMRLDBR", Access::write_set, 0, "Task management doorbell", UTMRL::entry_fields),
    detail::at(Reg::UTMRLCLR, "UTMRLCLR", Access::write_only, 0, "Task management clear", UTMRL::entry_fields),
    detail::at(Reg::UTMRLRSR, "UTMRLRSR", Access::read_write, 0, "Task management list run/stop", UTRLRSR::fields),
    detail::at(Reg::UICCMD, "UICCMD", Access::read_write, 0, "UIC command", UICCMD::fields),
    detail::at(Reg::UCMDARG1, "UCMDARG1", Access::read_write, "UIC command argument 1: attribute and selector"),
    detail::at(Reg::UCMDARG2, "UCMDARG2", Access::read_write, "UIC command argument 2: set type and result code"),
    detail::at(Reg::UCMDARG3, "UCMDARG3", Access::read_write, "UIC command argument 3: value"),
    detail::at(Reg::CCAP, "CCAP", Access::read_only, 0, "Crypto capability", CCAP::fields),
    detail::at(Reg::CONFIG, "CONFIG", Access::read_write, 0, "Global configuration", CONFIG::fields),
    detail::at(Reg::MCQCONFIG, "MCQCONFIG", Access::read_write, 0, "Queue configuration", MCQCONFIG::fields),
    detail::at(Reg::ESILBA, "ESILBA", Access::read_write, "Event-specific interrupt address"),
    detail::at(Reg::ESIUBA, "ESIUBA", Access::read_write, "Event-specific interrupt address, high half"),
};
// clang-format on

/// The register at a byte offset, or nullptr.
constexpr const Register* find_register(std::uint32_t offset) {
  for (const Register& reg : ufshci_registers) {
    if (reg.offset == offset) return &reg;
  }
  return nullptr;
}

/// Values of the CAP register [ufshci-capabilities]; counts are numbers, not "minus 1".
struct Capabilities {
  std::uint32_t transfer_requests = 32;  ///< 1..32, with MCQ 1..256
  std::uint32_t outstanding_rtt = 2;     ///< 1..256
  std::uint32_t task_requests = 8;       ///< 1..8
  bool ehs = false;
  bool auto_hibern8 = false;
  bool address_64 = true;
  bool out_of_order_data = false;
  bool test_mode = false;
  bool crypto = true;
  bool no_legacy_doorbell = false;
  bool mcq = false;

  constexpr std::uint32_t encode() const {
    return CAP::NUTRS.put(transfer_requests - 1) | CAP::NORTT.put(outstanding_rtt - 1) |
           CAP::NUTMRS.put(task_requests - 1) | CAP::EHSLUTRDS.put(ehs) | CAP::AUTOH8.put(auto_hibern8) |
           CAP::AS64.put(address_64) | CAP::OODDS.put(out_of_order_data) | CAP::UICDMETMS.put(test_mode) |
           CAP::CS.put(crypto) | CAP::LSDBS.put(no_legacy_doorbell) | CAP::MCQS.put(mcq);
  }
  static constexpr Capabilities decode(std::uint32_t cap) {
    // Without MCQ only bits 4:0 count.
    const std::uint32_t nutrs = CAP::NUTRS.of(cap) & ((cap & CAP::MCQS) != 0 ? 0xffu : 0x1fu);
    return {nutrs + 1,
            CAP::NORTT.of(cap) + 1,
            CAP::NUTMRS.of(cap) + 1,
            (cap & CAP::EHSLUTRDS) != 0,
            (cap & CAP::AUTOH8) != 0,
            (cap & CAP::AS64) != 0,
            (cap & CAP::OODDS) != 0,
            (cap & CAP::UICDMETMS) != 0,
            (cap & CAP::CS) != 0,
            (cap & CAP::LSDBS) != 0,
            (cap & CAP::MCQS) != 0};
  }
};

}  // namespace icesim
