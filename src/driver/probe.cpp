// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/probe.hpp"

#include "icesim/driver/memory_map.hpp"

#include <algorithm>
#include <array>

namespace icesim {
namespace {

using namespace literals;
using Kind = Work::Kind;

/// Interrupts enabled for UIC commands before the lists run, and for everything afterwards (UFSHCI 2.1 and later).
constexpr std::uint32_t uic_interrupts = IS::UCCS | IS::UPMS | IS::UHXS | IS::UHES;
constexpr std::uint32_t all_interrupts = 0x71ef5;

/// Room for any descriptor, as Linux asks for.
constexpr Bytes descriptor_room{255};
constexpr std::uint16_t inquiry_length = 36;

}  // namespace

Probe::Probe(HostPort& host, const HostCosts& costs, Ufshcd& hcd, const ProbeConfig& config)
    : host_(host), costs_(costs), hcd_(hcd), config_(config) {
  plan_controller();
  plan_link();
  plan_device();
  plan_power_mode();
  plan_units();
}

void Probe::add_read(Reg reg, void (Probe::*then)(std::uint32_t)) {
  Action a;
  a.reg = reg;
  a.then = then;
  plan_.push_back(a);
}

void Probe::add_write(Reg reg, std::uint32_t value) {
  Action a;
  a.kind = Action::Kind::write;
  a.reg = reg;
  a.value = value;
  plan_.push_back(a);
}

void Probe::add_uic(uic::Opcode opcode, std::uint32_t arg1, std::uint32_t arg3) {
  Action a;
  a.kind = Action::Kind::uic;
  a.reg = Reg::HCS;
  a.value = static_cast<std::uint32_t>(opcode);
  a.mask = arg1;
  a.extra = arg3;
  plan_.push_back(a);
}

void Probe::add_query(const QueryUpiu& query, void (Probe::*then)(std::uint32_t)) {
  Action a;
  a.kind = Action::Kind::query;
  a.upiu = query.encode();
  a.then = then;
  plan_.push_back(a);
}

void Probe::add_scsi(std::uint8_t lun, const scsi::Cdb& cdb, Bytes data_in, void (Probe::*then)(std::uint32_t)) {
  CommandUpiu command;
  command.lun = lun;
  command.tag = Ufshcd::reserved_tag;
  command.cdb = cdb;
  command.flags = data_in.n > 0 ? CommandUpiu::read : 0;
  command.expected_length = data_in;
  Action a;
  a.kind = Action::Kind::command;
  a.upiu = command.encode();
  a.data_in = data_in;
  a.then = then;
  plan_.push_back(a);
}

void Probe::plan_controller() {
  add_read(Reg::CAP, &Probe::take_capabilities);
  if (config_.crypto) {
    add_read(Reg::CCAP, &Probe::take_crypto);
    add_read(Reg::CRYPTOCAP0);
  }
  add_read(Reg::VER);
  add_read(Reg::IS);
  add_write(Reg::IE, 0);
  if (config_.crypto) {
    Action evict;
    evict.kind = Action::Kind::evict_all;
    plan_.push_back(evict);
  }
  add_read(Reg::HCE);
  add_write(Reg::HCE, HCE::HCE | (config_.crypto ? std::uint32_t{HCE::CGE} : 0u));
  Action pause;
  pause.kind = Action::Kind::pause;
  pause.time = 1_ms;
  plan_.push_back(pause);
  Action poll;
  poll.kind = Action::Kind::poll;
  poll.reg = Reg::HCE;
  poll.mask = poll.value = HCE::HCE;
  poll.time = 1_ms;
  plan_.push_back(poll);
}

void Probe::plan_link() {
  add_write(Reg::IE, uic_interrupts);
  add_uic(uic::Opcode::dme_get, uic::arg1(uic::PA_Local_TX_LCC_Enable));
  add_uic(uic::Opcode::dme_link_startup, 0);
  add_read(Reg::HCS, &Probe::check_link);
  add_read(Reg::UECPA);
  add_write(Reg::IE, all_interrupts);
  add_write(Reg::UTRIACR, 0);
  add_write(Reg::UTRLBA, static_cast<std::uint32_t>(memory_map::transfer_list));
  add_write(Reg::UTRLBAU, static_cast<std::uint32_t>(memory_map::transfer_list >> 32));
  add_write(Reg::UTMRLBA, static_cast<std::uint32_t>(memory_map::task_list));
  add_write(Reg::UTMRLBAU, static_cast<std::uint32_t>(memory_map::task_list >> 32));
  add_read(Reg::HCS, &Probe::check_link);
  add_write(Reg::UTMRLRSR, UTRLRSR::RSR);
  add_write(Reg::UTRLRSR, UTRLRSR::RSR);
}

void Probe::plan_device() {
  const Tag tag = Ufshcd::reserved_tag;
  Action nop;
  nop.kind = Action::Kind::query;
  nop.upiu = NopOut{tag}.encode();
  plan_.push_back(nop);
  add_query(query::set_flag(tag, query::fDeviceInit));
  add_query(query::read_flag(tag, query::fDeviceInit), &Probe::check_device_init);
  add_query(query::read_descriptor(tag, query::Descriptor::geometry));
  add_query(query::read_descriptor(tag, query::Descriptor::device), &Probe::take_device_descriptor);
  add_query(query::read_attribute(tag, query::bRefClkGatingWaitTime));
  add_query(query::read_flag(tag, query::fPowerOnWPEn));
  for (const std::uint16_t attribute : {uic::PA_ConnectedRxDataLanes, uic::PA_ConnectedTxDataLanes, uic::PA_MaxRxHSGear})
    add_uic(uic::Opcode::dme_get, uic::arg1(attribute));
  add_query(query::write_attribute(tag, query::wExceptionEventControl, 4));
  add_query(query::clear_flag(tag, query::fBackgroundOpsEn));
}

void Probe::plan_power_mode() {
  const auto lanes = static_cast<std::uint32_t>(config_.lanes);
  const auto gear = static_cast<std::uint32_t>(config_.gear);
  const auto set = [this](std::uint16_t attribute, std::uint32_t value) {
    add_uic(uic::Opcode::dme_set, uic::arg1(attribute), value);
  };
  set(uic::PA_RxGear, gear);
  set(uic::PA_ActiveRxDataLanes, lanes);
  set(uic::PA_RxTermination, 1);
  set(uic::PA_TxGear, gear);
  set(uic::PA_ActiveTxDataLanes, lanes);
  set(uic::PA_TxTermination, 1);
  set(uic::PA_HSSeries, config_.rate_b ? 2 : 1);
  set(uic::PA_PWRMode, uic::power_modes(uic::PowerMode::fast, uic::PowerMode::fast));
  const Tag tag = Ufshcd::reserved_tag;
  add_query(query::read_descriptor(tag, query::Descriptor::power));
  add_query(query::write_attribute(tag, query::bActiveICCLevel, 0));
}

void Probe::plan_units() {
  const scsi::Cdb inquiry = scsi::inquiry({false, 0, inquiry_length});
  for (const std::uint8_t lun : {scsi::well_known::ufs_device, scsi::well_known::rpmb, scsi::well_known::boot})
    add_scsi(lun, inquiry, Bytes{inquiry_length});
  add_query(query::read_descriptor(Ufshcd::reserved_tag, query::Descriptor::unit, 0), &Probe::take_unit_descriptor);
  add_scsi(0, inquiry, Bytes{inquiry_length});
  add_scsi(0, scsi::test_unit_ready(), Bytes{0});
  add_scsi(0, scsi::read_capacity_16(), Bytes{scsi::read_capacity_16_size});
}

Step Probe::start() {
  started_ = host_.now();
  return Step::compute(Kind::probe, 0, 1_us);
}

Step Probe::step(const Work& work, std::uint32_t value) {
  const Action& action = plan_[at_];
  if (work.kind == Kind::probe_wait) {
    // A register was read: for the plan itself, to poll, or to see whether a UIC command may be written.
    if (action.kind == Action::Kind::uic) return perform_uic(action);
    if (action.kind == Action::Kind::poll && (value & action.mask) != action.value) {
      host_.queue_at(0, Step::compute(Kind::probe, 0, 1_us), host_.now() + action.time);
      return Step::done();
    }
    if (action.then != nullptr) (this->*action.then)(value);
    return next();
  }
  if (issued_) {
    issued_ = false;
    return next();
  }
  return perform();
}

Step Probe::perform() {
  const Action& action = plan_[at_];
  switch (action.kind) {
    case Action::Kind::read:
    case Action::Kind::poll:
    case Action::Kind::uic:
      return hcd_.read(Kind::probe_wait, 0, action.reg);
    case Action::Kind::write:
      hcd_.write(action.reg, action.value);
      return next();
    case Action::Kind::pause:
      issued_ = true;
      host_.queue_at(0, Step::compute(Kind::probe, 0, 1_us), host_.now() + action.time);
      return Step::done();
    case Action::Kind::evict_all:
      issued_ = true;
      return Step::compute(Kind::probe, 0, hcd_.evict_all(result_.crypto.keyslots));
    case Action::Kind::query:
    case Action::Kind::command:
      issued_ = true;
      hcd_.queue_internal(action.upiu, action.data_in);
      return Step::done();
    default:
      throw_bug("unknown action of the probe");
  }
}

Step Probe::perform_uic(const Action& action) {
  issued_ = true;
  hcd_.write(Reg::UCMDARG1, action.mask);
  hcd_.write(Reg::UCMDARG2, uic::arg2(uic::SetType::normal));
  hcd_.write(Reg::UCMDARG3, action.extra);
  hcd_.write(Reg::UICCMD, action.value);
  return Step::done();
}

Step Probe::next() {
  if (++at_ < plan_.size()) return Step::compute(Kind::probe, 0, 1_us);
  result_.num_tags = std::min(result_.num_tags, device_queue_);
  result_.duration = host_.now() - started_;
  result_.ready = true;
  return Step::done();
}

void Probe::resume() { host_.queue(0, Step::compute(Kind::probe, 0, 1_us)); }

void Probe::uic_done() {
  if (result_.ready || !issued_ || plan_[at_].kind != Action::Kind::uic) return;
  resume();
}

void Probe::command_done(Ocs ocs, const UpiuHeader& response) {
  const Action& action = plan_[at_];
  ensure(ocs == Ocs::success, "the controller carries out the commands of the initialisation");
  std::uint32_t value = 0;
  if (transaction_of(response) == Transaction::query_response) {
    const QueryUpiu answer = QueryUpiu::decode(response);
    ensure(answer.response == static_cast<std::uint8_t>(query::Result::success), "the device answers the driver's queries");
    value = answer.value;
  } else if (transaction_of(response) == Transaction::response) {
    ensure(ResponseUpiu::decode(response).status == static_cast<std::uint8_t>(scsi::Status::good),
           "the device answers the driver's first SCSI commands");
  }
  if (action.then != nullptr) (this->*action.then)(value);
  resume();
}

void Probe::take_capabilities(std::uint32_t value) {
  result_.num_tags = Capabilities::decode(value).transfer_requests - 1;
}

void Probe::take_crypto(std::uint32_t value) {
  result_.crypto = CryptoCapabilities::decode(value);
  hcd_.set_crypto_layout(result_.crypto);
}

void Probe::check_link(std::uint32_t value) {
  ensure((value & HCS::DP) != 0 && (value & HCS::ready) == HCS::ready, "the link comes up");
}

void Probe::check_device_init(std::uint32_t value) {
  if (value != 0) --at_;  // asks again until the device has reset the flag
}

void Probe::read_control_buffer(std::byte* to, std::size_t size) const {
  // The data segment of a query response follows its header in the response UPIU.
  host_.read_memory(memory_map::command(Ufshcd::reserved_tag) + ucd::response_offset + upiu_header_size, to, size);
}

void Probe::take_device_descriptor(std::uint32_t) {
  std::array<std::byte, query::DeviceDescriptor::size> bytes{};
  read_control_buffer(bytes.data(), bytes.size());
  const auto descriptor = query::DeviceDescriptor::decode(bytes.data());
  if (descriptor.queue_depth != 0) device_queue_ = descriptor.queue_depth;
}

void Probe::take_unit_descriptor(std::uint32_t) {
  std::array<std::byte, query::UnitDescriptor::size> bytes{};
  read_control_buffer(bytes.data(), bytes.size());
  const auto descriptor = query::UnitDescriptor::decode(bytes.data());
  if (descriptor.queue_depth != 0) device_queue_ = std::min<std::uint32_t>(device_queue_, descriptor.queue_depth);
  result_.blocks = descriptor.blocks;
}

}  // namespace icesim
