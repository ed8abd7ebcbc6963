// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "icesim/driver/ufshcd/power_mode.hpp"
#include "icesim/driver/ufshcd/probe.hpp"

namespace icesim {
namespace {

using namespace literals;

/// Interrupts enabled for UIC commands before the lists run, and for everything afterwards (UFSHCI 2.1 and later).
constexpr std::uint32_t uic_interrupts = IS::UCCS | IS::UPMS | IS::UHXS | IS::UHES;
constexpr std::uint32_t all_interrupts = 0x71ef5;

constexpr std::uint16_t inquiry_length = 36;

}  // namespace

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
  command.tag = hcd_.reserved_tag();
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
  // What is read of the capabilities follows from how many there are.
  if (config_.crypto) add_read(Reg::CCAP, &Probe::take_crypto);
  add_read(Reg::VER);
  add_read(Reg::IS);
  add_write(Reg::IE, 0);
  if (config_.crypto) {
    Action evict;
    evict.kind = Action::Kind::evict_all;
    plan_.push_back(evict);
  }
  add_read(Reg::HCE);
  if (prepares()) plan_platform();
  plan_enable();
}

void Probe::plan_enable() {
  add_write(Reg::HCE, HCE::HCE | (config_.crypto && config_.general_enable ? std::uint32_t{HCE::CGE} : 0u));
  add_wait(Action::Kind::pause, config_.variant == RegistersVariant::mediatek ? 600_us : 1_ms);
  Action poll;
  poll.kind = Action::Kind::poll;
  poll.reg = Reg::HCE;
  poll.mask = poll.value = HCE::HCE;
  poll.time = 1_ms;
  plan_.push_back(poll);
}

void Probe::plan_link() {
  add_write(Reg::IE, uic_interrupts);
  if (config_.variant == RegistersVariant::intel && config_.crypto) add_read(Reg::HCE, &Probe::enable_crypto);
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

/// NOP OUT, and the device's initialisation.
void Probe::plan_first_commands() {
  const Tag tag = hcd_.reserved_tag();
  Action nop;
  nop.kind = Action::Kind::query;
  nop.upiu = NopOut{tag}.encode();
  plan_.push_back(nop);
  add_query(query::set_flag(tag, query::fDeviceInit));
  add_query(query::read_flag(tag, query::fDeviceInit), &Probe::check_device_init);
}

void Probe::plan_device() {
  const Tag tag = hcd_.reserved_tag();
  plan_first_commands();
  add_query(query::read_descriptor(tag, query::Descriptor::geometry));
  add_query(query::read_descriptor(tag, query::Descriptor::device), &Probe::take_device_descriptor);
  add_query(query::read_attribute(tag, query::bRefClkGatingWaitTime));
  add_query(query::read_flag(tag, query::fPowerOnWPEn));
  for (const std::uint16_t attribute : {uic::PA_ConnectedRxDataLanes, uic::PA_ConnectedTxDataLanes, uic::PA_MaxRxHSGear})
    add_uic(uic::Opcode::dme_get, uic::arg1(attribute));
}

void Probe::plan_power_mode() {
  for (const UicSetting& each : power_mode_settings({config_.gear, config_.lanes, config_.rate_b}))
    add_uic(uic::Opcode::dme_set, uic::arg1(each.attribute), each.value);
  const Tag tag = hcd_.reserved_tag();
  add_query(query::read_descriptor(tag, query::Descriptor::power));
  add_query(query::write_attribute(tag, query::bActiveICCLevel, 0));
  if (auto_hibern8_ && config_.auto_hibern8.n > 0) add_write(Reg::AHIT, uic::ahit_of(config_.auto_hibern8));
}

void Probe::plan_units() {
  const scsi::Cdb inquiry = scsi::inquiry({false, 0, inquiry_length});
  for (const std::uint8_t lun : {scsi::well_known::ufs_device, scsi::well_known::rpmb, scsi::well_known::boot})
    add_scsi(lun, inquiry, Bytes{inquiry_length});
  add_query(query::read_descriptor(hcd_.reserved_tag(), query::Descriptor::unit, 0), &Probe::take_unit_descriptor);
  add_scsi(0, inquiry, Bytes{inquiry_length});
  add_scsi(0, scsi::test_unit_ready(), Bytes{0});
  add_scsi(0, scsi::read_capacity_16(), Bytes{scsi::read_capacity_16_size});
}

}  // namespace icesim
