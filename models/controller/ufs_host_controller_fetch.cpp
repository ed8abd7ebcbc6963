// SPDX-License-Identifier: Apache-2.0
#include "models/controller/ufs_host_controller.hpp"

#include <algorithm>

namespace icesim {

std::uint64_t UfsHostController::list_address(Tag tag) const {
  const std::uint64_t high = registers_file_.hw_read(Reg::UTRLBAU);
  return (high << 32 | registers_file_.hw_read(Reg::UTRLBA)) + tag.n * Utrd::size;
}

void UfsHostController::doorbell(std::uint32_t tags) {
  const bool running = (registers_file_.hw_read(Reg::UTRLRSR) & UTRLRSR::RSR) != 0 &&
                       (registers_file_.hw_read(Reg::HCE) & HCE::HCE) != 0;
  for (; tags != 0; tags &= tags - 1) {
    const auto tag = static_cast<std::uint32_t>(__builtin_ctz(tags));
    if (!running || tag >= commands_.size()) {
      registers_file_.hw_clear_bits(Reg::UTRLDBR, std::uint32_t{1} << tag);
      continue;
    }
    recorder_->mark(Tag{tag}, Stage::dispatch, now());
    pending_.push_back(static_cast<std::uint8_t>(tag));
  }
  if (tap_ != nullptr) tap_->doorbell(registers_file_.hw_read(Reg::UTRLDBR), now());
  fetch_pending();
}

void UfsHostController::fetch_pending() {
  while (!pending_.empty()) {
    const auto unit = std::min_element(unit_free_.begin(), unit_free_.end());
    if (*unit > now()) {
      if (!fetch_scheduled_) inbox_.push(*unit, order(Rank::hardware, order_of_fetch), {Event::Kind::fetch_unit_free, 0, 0, nullptr});
      fetch_scheduled_ = true;
      return;
    }
    auto chosen = pending_.begin();
    if (config_.arbitration == Arbitration::round_robin) {
      const auto distance = [this](std::uint8_t tag) { return (tag + 63u - last_fetched_) % 32u; };
      chosen = std::min_element(pending_.begin(), pending_.end(),
                                [&](std::uint8_t a, std::uint8_t b) { return distance(a) < distance(b); });
    }
    const Tag tag{*chosen};
    pending_.erase(chosen);
    last_fetched_ = static_cast<std::uint32_t>(tag.n);
    *unit = fetch(tag);
    if (tap_ != nullptr) tap_->fetch(static_cast<std::size_t>(unit - unit_free_.begin()), tag, now(), *unit);
  }
}

/// Fetches a command and sends it; returns R, when the fetch unit is free again.
Picoseconds UfsHostController::fetch(Tag tag) {
  Command& command = commands_[tag.n];
  command.active = true;
  command.sent = false;
  command.finished = false;
  command.engine_failed = false;
  ++command.life;
  command.done = Bytes{};
  command.buffer = Bytes{};
  command.expected = Bytes{};
  command.response_size = 0;
  command.prdt.clear();
  ++statistics_.commands;

  const Picoseconds decode = bus_.edge(config_.decode_cycles);
  std::array<std::byte, Utrd::size> bytes{};
  Picoseconds ready = bus_.next_edge(descriptor_reads_.read(std::max(now(), utrd_checked_), Utrd::size) + decode);
  utrd_checked_ = ready;
  Ocs ocs = dma(tlm::TLM_READ_COMMAND, list_address(tag), bytes.data(), bytes.size()) ? Ocs::success
                                                                                                     : Ocs::fatal_error;
  command.utrd = Utrd::decode(bytes.data());
  if (ocs == Ocs::success) ocs = check_descriptor(command);
  if (ocs == Ocs::success) {
    const Picoseconds c = descriptor_reads_.read(ready, upiu_header_size);
    const std::uint64_t table = command.utrd.prdt_length * PrdtEntry::size;
    const Picoseconds p = table > 0 ? descriptor_reads_.read(ready, table) : c;
    ready = bus_.next_edge(std::max(c, p) + decode);
    ocs = fetch_command(tag, command);
  }
  if (ocs == Ocs::success) ocs = check_crypto(command);
  recorder_->mark(tag, Stage::fetch, ready);
  if (ocs != Ocs::success) {
    end_without_response(tag, command, ocs, ready);
    return ready;
  }
  if (command.utrd.crypto_enable) keyslots_.acquire(command.utrd.cci);
  command.sent = true;
  to_link->send({command.request, 0, nullptr}, ready);
  return ready;
}

Ocs UfsHostController::check_descriptor(const Command& command) const {
  const Utrd& utrd = command.utrd;
  const bool data = utrd.data_direction != DataDirection::none;
  if (utrd.command_type != CommandType::ufs_storage || utrd.has_reserved_bits() || utrd.ehs_length != 0 ||
      static_cast<unsigned>(utrd.data_direction) == 3 || (data != (utrd.prdt_length > 0)) ||
      utrd.response_offset < upiu_header_size / 4 ||
      (data && utrd.prdt_offset < utrd.response_offset + utrd.response_length))
    return Ocs::invalid_command_table;
  if (std::uint64_t{utrd.response_length} * 4 < upiu_header_size) return Ocs::mismatch_response_size;
  return Ocs::success;
}

Ocs UfsHostController::fetch_command(Tag tag, Command& command) {
  const Utrd& utrd = command.utrd;
  if (!dma(tlm::TLM_READ_COMMAND, utrd.ucd_base, command.request.data(), command.request.size())) return Ocs::fatal_error;
  std::array<std::byte, 16 * PrdtEntry::size> bytes;
  for (std::uint64_t first = 0; first < utrd.prdt_length; first += 16) {
    const std::uint64_t count = std::min<std::uint64_t>(16, utrd.prdt_length - first);
    if (!dma(tlm::TLM_READ_COMMAND, utrd.ucd_base + std::uint64_t{utrd.prdt_offset} * 4 + first * PrdtEntry::size,
             bytes.data(), count * PrdtEntry::size))
      return Ocs::fatal_error;
    for (std::uint64_t i = 0; i < count; ++i) {
      const PrdtEntry entry = PrdtEntry::decode(&bytes[i * PrdtEntry::size]);
      if (!entry.valid()) return Ocs::invalid_prdt;
      command.prdt.push_back(entry);
      command.buffer += entry.byte_count;
    }
  }
  if (tag_of(command.request) != tag) return Ocs::invalid_command_table;
  if (transaction_of(command.request) == Transaction::command) {
    command.expected = CommandUpiu::decode(command.request).expected_length;
    if (utrd.data_direction != DataDirection::none && command.expected > command.buffer)
      return Ocs::mismatch_data_buffer_size;
  }
  return Ocs::success;
}

Ocs UfsHostController::check_crypto(const Command& command) {
  if (!command.utrd.crypto_enable) return Ocs::success;
  KeyslotUse use;
  const bool general_enable = (registers_file_.hw_read(Reg::HCE) & HCE::CGE) != 0;
  if (!general_enable || keyslots_.lookup(command.utrd.cci, use) != KeyslotState::usable ||
      command.expected.n % use.data_unit.n != 0)
    return Ocs::invalid_crypto_configuration;
  return Ocs::success;
}

}  // namespace icesim
