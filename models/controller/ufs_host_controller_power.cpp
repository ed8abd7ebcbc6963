// SPDX-License-Identifier: Apache-2.0
#include "models/controller/ufs_host_controller.hpp"

#include <algorithm>

namespace icesim {

void UfsHostController::enable(std::uint32_t before, std::uint32_t after) {
  if ((after & ~before & HCE::HCE) != 0) {
    ++life_;
    registers_file_.hw_clear_bits(Reg::HCE, HCE::HCE | (config_.late_crypto ? std::uint32_t{HCE::CGE} : 0u));
    inbox_.push(bus_.edge(bus_.next(now() + config_.enable_time)), order(Rank::hardware, order_of_power), {Event::Kind::enabled, 0, life_, nullptr});
  } else if ((after & HCE::HCE) == 0) {
    ++life_;  // also when it reads 0 because it is being enabled
    if ((before & HCE::HCE) == 0) return;
    reset();
    keyslots_.wipe(KeyslotFile::WipeCause::hce_clear);
  }
}

void UfsHostController::reset() {
  for (const Reg reg : {Reg::UTRLDBR, Reg::UTRLRSR, Reg::UTMRLDBR, Reg::UTMRLRSR, Reg::HCS, Reg::IS, Reg::IE, Reg::UTRLCNR, Reg::AHIT})
    registers_file_.hw_set(reg, 0);
  hibern8_.forget();
  told_to_hibernate_ = false;
  for (std::uint64_t tag = 0; tag < doorbell_tags(); ++tag) forget(Tag{tag});
  if (queues_.size() > 0) reset_queues();
  for (std::uint32_t number = 0; number < TaskList::size; ++number) forget_task(number);
  link->reset();
  drive_interrupt();
}

/// What would have been seen later never is: the ends of commands among it are void.
void UfsHostController::link_reset() {
  ++link_life_;
  for (Command& command : commands_) {
    if (!command.active || !command.sent || !command.finished || command.end_seen <= now()) continue;
    ++command.life;
    command.finished = false;
  }
  for (TaskEntry& task : tasks_.entries) {
    if (!task.active || task.seen <= now()) continue;
    ++task.life;
    task.sent = true;
    task.seen = Picoseconds{};
  }
}

/// Ends what a tag stands for, whether it waits, is under way or has been completed: keyslot and doorbell are free.
void UfsHostController::forget(Tag tag) {
  release(commands_[tag.n]);
  drop_pending(static_cast<std::uint8_t>(tag.n));
  registers_file_.hw_clear_bits(Reg::UTRLDBR, std::uint32_t{1} << tag.n);
  if (seldom(tap_ != nullptr)) tap_->doorbell(registers_file_.hw_read(Reg::UTRLDBR), now());
}

void UfsHostController::release(Command& command) {
  if (command.sent && command.utrd.crypto_enable && !has_own_key()) keyslots_.release(command.utrd.cci);
  if (has_own_key()) command.pages->wipe();
  command.active = false;
  command.sent = false;
}

void UfsHostController::drop_pending(std::uint8_t source) {
  const auto is_of_source = [source](const Pending& each) { return each.source == source; };
  pending_.erase(std::remove_if(pending_.begin(), pending_.end(), is_of_source), pending_.end());
}

void UfsHostController::start_uic(std::uint32_t opcode) {
  if ((registers_file_.hw_read(Reg::HCS) & HCS::UCRDY) == 0) return;
  registers_file_.hw_clear_bits(Reg::HCS, HCS::UCRDY);
  Picoseconds time = config_.uic_time;
  if (opcode == static_cast<std::uint32_t>(uic::Opcode::dme_link_startup)) time = config_.link_startup_time;
  if (opcode == static_cast<std::uint32_t>(uic::Opcode::dme_hibernate_enter)) time += link->hibernation_time(true);
  if (opcode == static_cast<std::uint32_t>(uic::Opcode::dme_hibernate_exit)) time += link->hibernation_time(false);
  if (opcode == static_cast<std::uint32_t>(uic::Opcode::dme_set) &&
      uic::attribute_of(registers_file_.hw_read(Reg::UCMDARG1)) == uic::PA_PWRMode)
    time += link->gear_change_time();
  inbox_.push(bus_.edge(bus_.next(std::max(now(), hibern8_.awake()) + time)), order(Rank::hardware, order_of_power + 1), {Event::Kind::uic_done, opcode, life_, nullptr});
}

void UfsHostController::end_uic(std::uint32_t opcode) {
  const std::uint16_t attribute = uic::attribute_of(registers_file_.hw_read(Reg::UCMDARG1));
  const std::uint32_t value = registers_file_.hw_read(Reg::UCMDARG3);
  std::uint32_t events = IS::UCCS;
  auto result = uic::Result::success;
  registers_file_.hw_set_bits(Reg::HCS, HCS::UCRDY);
  switch (static_cast<uic::Opcode>(opcode)) {
    case uic::Opcode::dme_get:
    case uic::Opcode::dme_peer_get: {
      std::uint32_t answer = attributes_[attribute];
      if (attribute == uic::PA_ConnectedRxDataLanes || attribute == uic::PA_ConnectedTxDataLanes)
        answer = static_cast<std::uint32_t>(link->connected_lanes());
      if (attribute == uic::PA_MaxRxHSGear) answer = static_cast<std::uint32_t>(link->max_gear());
      registers_file_.hw_set(Reg::UCMDARG3, answer);
      break;
    }
    case uic::Opcode::dme_set:
    case uic::Opcode::dme_peer_set:
      attributes_[attribute] = value;
      if (attribute == uic::PA_PWRMode) {
        const auto fast = static_cast<std::uint32_t>(uic::PowerMode::fast);
        const bool high_speed = (value & 0xf) == fast || (value & 0xf) == static_cast<std::uint32_t>(uic::PowerMode::fast_auto);
        link->set_gear(high_speed ? gear_asked_for() : 0);
        events = IS::UPMS;
        power_mode_changed();
      }
      break;
    case uic::Opcode::dme_link_startup:
      told_to_hibernate_ = false;
      link->reset();
      registers_file_.hw_set(Reg::HCS, link->comes_up() ? HCS::DP | HCS::ready : std::uint32_t{HCS::UCRDY});
      break;
    case uic::Opcode::dme_hibernate_enter:
      told_to_hibernate_ = true;
      events = IS::UHES;
      power_mode_changed();
      break;
    case uic::Opcode::dme_hibernate_exit:
      told_to_hibernate_ = false;
      events = IS::UHXS;
      power_mode_changed();
      break;
    case uic::Opcode::dme_reset:
      link->reset();
      registers_file_.hw_set(Reg::HCS, HCS::UCRDY);  // until the link is started again
      break;
    case uic::Opcode::dme_endpoint_reset:
      link->reset();
      break;
    case uic::Opcode::dme_enable:
    case uic::Opcode::dme_power_on:
    case uic::Opcode::dme_power_off:
      break;
    default:
      result = uic::Result::dme_failure;
      break;
  }
  registers_file_.hw_set(Reg::UCMDARG2, uic::with_result(registers_file_.hw_read(Reg::UCMDARG2), result));
  set_status(events);
}

/// PA_TxGear: both directions have the same gear; what software did not set, or there is not, is the highest.
std::uint64_t UfsHostController::gear_asked_for() {
  const std::uint64_t gear = attributes_[uic::PA_TxGear], most = link->max_gear();
  return gear > 0 && gear < most ? gear : most;
}

/// The result of a change that software has asked for; entering and leaving hibern8 are such changes, too.
void UfsHostController::power_mode_changed() {
  const std::uint32_t status = registers_file_.hw_read(Reg::HCS);
  registers_file_.hw_set(Reg::HCS, HCS::UPMCRS.replace(status, static_cast<std::uint32_t>(PowerModeResult::local)));
}

/// A register is about to be written: one that something may have to be done for wakes the link.
void UfsHostController::wake_link(std::uint32_t offset) {
  const auto reg = static_cast<Reg>(offset);
  const bool works = reg == Reg::UTRLDBR || reg == Reg::UTMRLDBR || reg == Reg::UICCMD || reg == Reg::AHIT || queues_.holds(offset);
  if (!works) return;
  const auto since = hibern8_.wake(now(), uic::idle_time_of(registers_file_.hw_read(Reg::AHIT)), *link.operator->());
  if (!since) return;
  ++statistics_.hibernations;
  statistics_.hibernated_time += now() - *since;
}

/// Behind all that happens at an instant.
void UfsHostController::note_rest() {
  const bool rests = (registers_file_.hw_read(Reg::HCS) & HCS::UCRDY) != 0 && registers_file_.hw_read(Reg::UTRLDBR) == 0 &&
                     registers_file_.hw_read(Reg::UTMRLDBR) == 0 && pending_.empty() && !tasks_.fetching && !told_to_hibernate_ &&
                     std::none_of(commands_.begin(), commands_.end(), [](const Command& each) { return each.active; });
  hibern8_.rest(rests, std::max(now(), *std::max_element(unit_free_.begin(), unit_free_.end())));
}

void UfsHostController::push_link_event(std::uint32_t code, Picoseconds at) {
  // Reads are answered ahead by what is known of the time until `quiet_`.
  const Picoseconds seen = bus_.sample_edge(std::max(at, now() + quiet_));
  inbox_.push(seen, order(Rank::link, ++arrivals_), {Event::Kind::link_event, code, life_, nullptr});
}

/// Notes the code of an error, or 0: the link is lost.
void UfsHostController::note_link_event(std::uint32_t code) {
  if (code == 0) {
    registers_file_.hw_clear_bits(Reg::HCS, HCS::DP);
    return set_status(IS::ULLS);
  }
  registers_file_.hw_set_bits(Reg::UECDL, code);
  set_status(IS::UE);
}

void UfsHostController::set_status(std::uint32_t bits) {
  registers_file_.hw_set_bits(Reg::IS, bits);
  drive_interrupt();
}

void UfsHostController::drive_interrupt() {
  const bool level = registers_file_.interrupt();
  if (level == pin_) return;
  pin_ = level;
  statistics_.interrupts += level ? 1 : 0;
  interrupt.write(level);
  if (seldom(tap_ != nullptr)) tap_->interrupt(level, now());
}

}  // namespace icesim
