// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/registers_twin.hpp"

namespace icesim::twin {

RegistersTwin::RegistersTwin(const sc_core::sc_module_name& name, const UfsHostControllerConfig& config,
                             const KeyslotFileConfig& crypto, const ClockDomain& bus, std::uint64_t lanes,
                             std::uint64_t gear)
    : sc_module(name), keyslots(crypto), queues(config.mcq), config_(config), bus_(bus), lanes_(lanes), gear_(gear) {
  Capabilities capabilities;
  capabilities.transfer_requests = static_cast<std::uint32_t>(config.tags);
  registers.hw_set(Reg::CAP, capabilities.encode() | (config.mcq > 0 ? 1u << 30 : 0u) | (config.auto_hibern8 ? 1u << 23 : 0u));
  if (config.mcq > 0) registers.hw_set(Reg::MCQCAP, static_cast<std::uint32_t>(0xe00000 + (config.esi ? 1024 : 0) + config.mcq - 1));
  registers.hw_set(Reg::VER, static_cast<std::uint32_t>(config.version));
  const auto units = static_cast<std::uint8_t>(crypto.data_units);
  std::uint32_t count = 0;
  for (const auto& [there, size] :
       {std::pair{crypto.aes_xts_256, CryptoKeySize::bits_256}, {crypto.aes_xts_128, CryptoKeySize::bits_128}}) {
    if (!there) continue;
    registers.map(crypto_capability_offset(count), 1, Access::read_only);
    registers.hw_set(crypto_capability_offset(count), CryptoCapability{CryptoAlgorithm::aes_xts, units, size}.encode());
    ++count;
  }
  const CryptoCapabilities ccap{count, static_cast<std::uint32_t>(crypto.num_keyslots),
                                static_cast<std::uint32_t>(crypto.config_pointer)};
  registers.hw_set(Reg::CCAP, ccap.encode());
}

void RegistersTwin::answer(std::uint64_t cycle) {
  for (const std::uint32_t value : asked_) answers.push_back({value, bus_.edge(Cycles{cycle})});
  asked_.clear();
}

void RegistersTwin::complete(Tag tag, bool notify) {
  registers.hw_clear_bits(Reg::UTRLDBR, std::uint32_t{1} << tag.n);
  registers.hw_set_bits(Reg::UTRLCNR, std::uint32_t{1} << tag.n);
  if (notify) registers.hw_set_bits(Reg::IS, IS::UTRCS);
}

void RegistersTwin::complete_entry(Picoseconds now) {
  if (!queues.rings()) return;
  if (config_.esi && registers.hw_read(Reg::CONFIG) / 2 % 2 != 0) {
    messages.push_back({registers.hw_read(Reg::ESILBA) + (std::uint64_t{registers.hw_read(Reg::ESIUBA)} << 32), queues.told(), now});
  } else {
    registers.hw_set_bits(Reg::IS, IS::CQES);
  }
}

void RegistersTwin::complete_task(std::uint32_t number, bool notify) {
  registers.hw_clear_bits(Reg::UTMRLDBR, 1u << number);
  if (notify) registers.hw_set_bits(Reg::IS, IS::UTMRCS);
}

void RegistersTwin::engine_failed() {
  registers.hw_set_bits(Reg::HCS, HCS::HEI);
  registers.hw_set_bits(Reg::IS, IS::CEFES);
}

void RegistersTwin::link_event(std::uint32_t code) {
  if (code == 0) {
    registers.hw_clear_bits(Reg::HCS, HCS::DP);
    registers.hw_set_bits(Reg::IS, IS::ULLS);
  } else {
    registers.hw_set_bits(Reg::UECDL, 1u << 31 | code);
    registers.hw_set_bits(Reg::IS, IS::UE);
  }
}

void RegistersTwin::timers(Picoseconds now) {
  if (enabled_ && now >= *enabled_) {
    enabled_.reset();
    registers.hw_set_bits(Reg::HCE, HCE::HCE);
    registers.hw_set(Reg::HCS, HCS::UCRDY);
  }
  if (uic_ended_ && now >= *uic_ended_) {
    uic_ended_.reset();
    end_uic();
  }
}

RegistersTwin::ListWork RegistersTwin::access(const RegisterAccess& access, Picoseconds now) {
  if (access.write) return write(access.offset, access.value, now);
  asked_.push_back(keyslots.holds(access.offset) ? keyslots.read(access.offset)
                   : queues.holds(access.offset) ? queues.read(access.offset)
                                                 : registers.bus_read(access.offset));
  return {};
}

RegistersTwin::ListWork RegistersTwin::write(std::uint32_t offset, std::uint32_t value, Picoseconds now) {
  if (keyslots.holds(offset)) {
    keyslots.write(offset, value);
    return {};
  }
  ListWork work;
  if (queues.holds(offset)) {
    work.queue = queues.write(offset, value, queued() && (registers.hw_read(Reg::HCE) & HCE::HCE) != 0);
    return work;
  }
  const BusWrite result = registers.bus_write(offset, value);
  switch (static_cast<Reg>(offset)) {
    case Reg::HCE:
      return enable(result, now);
    case Reg::UTRLDBR: {
      const bool running = (registers.hw_read(Reg::UTRLRSR) & UTRLRSR::RSR) != 0 &&
                           (registers.hw_read(Reg::HCE) & HCE::HCE) != 0 && !queued();
      work.ring = running ? result.rising() & doorbells() : 0;
      registers.hw_clear_bits(Reg::UTRLDBR, result.rising() & ~work.ring);
      break;
    }
    case Reg::UTRLCLR:
      if (queued()) break;
      work.forget = ~result.data;
      registers.hw_clear_bits(Reg::UTRLDBR, work.forget & doorbells());
      break;
    case Reg::UTMRLDBR:
      if ((registers.hw_read(Reg::UTMRLRSR) & UTRLRSR::RSR) != 0 && (registers.hw_read(Reg::HCE) & HCE::HCE) != 0) {
        work.ring_tasks = result.rising();
      } else {
        registers.hw_clear_bits(Reg::UTMRLDBR, result.rising());
      }
      break;
    case Reg::UTMRLCLR:
      work.forget_tasks = ~result.data & 0xff;
      registers.hw_clear_bits(Reg::UTMRLDBR, work.forget_tasks);
      break;
    case Reg::UICCMD: {
      if ((registers.hw_read(Reg::HCS) & HCS::UCRDY) == 0) break;
      registers.hw_clear_bits(Reg::HCS, HCS::UCRDY);
      opcode_ = result.data;
      Picoseconds time = opcode_ == 0x16 ? config_.link_startup_time : config_.uic_time;
      if (opcode_ == 0x17) time += hibern8_enter_;
      if (opcode_ == 0x18) time += hibern8_exit_;
      if (link_sleeps) uic_waits_ = time;
      if (!link_sleeps) uic_ended_ = now + time;
      break;
    }
    default:
      break;
  }
  return work;
}

RegistersTwin::ListWork RegistersTwin::enable(const BusWrite& write, Picoseconds now) {
  if ((write.rising() & HCE::HCE) != 0) {
    registers.hw_clear_bits(Reg::HCE, HCE::HCE);
    if (config_.late_crypto) registers.hw_clear_bits(Reg::HCE, HCE::CGE);
    enabled_ = now + config_.enable_time;
    uic_ended_.reset();
    uic_waits_.reset();
  } else if ((write.after & HCE::HCE) == 0) {
    enabled_.reset();
    uic_ended_.reset();
    uic_waits_.reset();
    if ((write.before & HCE::HCE) == 0) return {};
    for (const Reg reg :
         {Reg::UTRLDBR, Reg::UTRLRSR, Reg::UTMRLDBR, Reg::UTMRLRSR, Reg::HCS, Reg::IS, Reg::IE, Reg::UTRLCNR,
          Reg::AHIT})
      registers.hw_set(reg, 0);
    hibernated = false;
    keyslots.disable();
    queues.reset();
    if (queues.size() > 0) {
      registers.hw_set(Reg::CONFIG, 0);
      for (const std::uint32_t offset : {0x380u, 0x384u, 0x388u}) registers.hw_set(static_cast<Reg>(offset), 0);
    }
    return {0, ~0u, 0, 0xff, {}, true};
  }
  return {};
}

void RegistersTwin::end_uic() {
  using uic::Opcode;
  const std::uint16_t attribute = uic::attribute_of(registers.hw_read(Reg::UCMDARG1));
  const std::uint32_t value = registers.hw_read(Reg::UCMDARG3);
  std::uint32_t events = IS::UCCS;
  uic::Result result = uic::Result::success;
  std::uint32_t status = registers.hw_read(Reg::HCS) | HCS::UCRDY;
  switch (static_cast<Opcode>(opcode_)) {
    case Opcode::dme_get:
    case Opcode::dme_peer_get:
      if (attribute == uic::PA_ConnectedRxDataLanes || attribute == uic::PA_ConnectedTxDataLanes) {
        registers.hw_set(Reg::UCMDARG3, static_cast<std::uint32_t>(lanes_));
      } else if (attribute == uic::PA_MaxRxHSGear) {
        registers.hw_set(Reg::UCMDARG3, static_cast<std::uint32_t>(gear_));
      } else {
        registers.hw_set(Reg::UCMDARG3, attributes_[attribute]);
      }
      break;
    case Opcode::dme_set:
    case Opcode::dme_peer_set:
      attributes_[attribute] = value;
      if (attribute == uic::PA_PWRMode) {
        events = IS::UPMS;
        status = HCS::UPMCRS.replace(status, static_cast<std::uint32_t>(PowerModeResult::local));
      }
      break;
    case Opcode::dme_reset:
      status = HCS::UCRDY;
      break;
    case Opcode::dme_link_startup:
      hibernated = false;
      status = HCS::DP | HCS::ready;
      break;
    case Opcode::dme_hibernate_enter:
      hibernated = true;
      events = IS::UHES;
      status = HCS::UPMCRS.replace(status, static_cast<std::uint32_t>(PowerModeResult::local));
      break;
    case Opcode::dme_hibernate_exit:
      hibernated = false;
      events = IS::UHXS;
      status = HCS::UPMCRS.replace(status, static_cast<std::uint32_t>(PowerModeResult::local));
      break;
    case Opcode::dme_power_on:
    case Opcode::dme_power_off:
    case Opcode::dme_enable:
    case Opcode::dme_endpoint_reset:
      break;
    default:
      result = uic::Result::dme_failure;
  }
  registers.hw_set(Reg::HCS, status);
  registers.hw_set(Reg::UCMDARG2, uic::with_result(registers.hw_read(Reg::UCMDARG2), result));
  registers.hw_set_bits(Reg::IS, events);
}

void RegistersTwin::trace(sc_core::sc_trace_file* file) const {
  sc_core::sc_trace(file, interrupt, interrupt.name());
  sc_core::sc_trace(file, doorbell, doorbell.name());
}

}  // namespace icesim::twin
