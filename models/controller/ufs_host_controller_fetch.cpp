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
                       (registers_file_.hw_read(Reg::HCE) & HCE::HCE) != 0 && !queued();
  for (; tags != 0; tags &= tags - 1) {
    const auto tag = static_cast<std::uint32_t>(__builtin_ctz(tags));
    if (!running || tag >= doorbell_tags()) {
      registers_file_.hw_clear_bits(Reg::UTRLDBR, std::uint32_t{1} << tag);
      continue;
    }
    recorder_->mark(Tag{tag}, Stage::dispatch, now());
    pending_.push_back({static_cast<std::uint8_t>(tag), now()});
  }
  if (seldom(tap_ != nullptr)) tap_->doorbell(registers_file_.hw_read(Reg::UTRLDBR), now());
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
    const auto chosen = choose_pending();
    if (chosen == pending_.end()) return;
    const Pending next = *chosen;
    pending_.erase(chosen);
    last_fetched_ = next.source % 32;
    Tag tag{next.source};
    *unit = seldom(next.of_queue()) ? fetch_entry(next, tag) : fetch(tag, list_address(tag), Pending::no_queue);
    if (seldom(tap_ != nullptr) && has_tag(tag)) tap_->fetch(static_cast<std::size_t>(unit - unit_free_.begin()), tag, now(), *unit);
  }
}

/// What is fetched next; the end when all that is pending is in queues that software has stopped.
std::vector<Pending>::iterator UfsHostController::choose_pending() {
  const auto held = [this](const Pending& each) { return each.of_queue() && queues_.held(each.queue()); };
  if (config_.arbitration == Arbitration::fifo) return std::find_if_not(pending_.begin(), pending_.end(), held);
  const auto distance = [&](const Pending& each) {
    return held(each) ? 32u : (each.source + 63u - last_fetched_) % 32u;
  };
  const auto nearest = std::min_element(pending_.begin(), pending_.end(), [&](const Pending& a, const Pending& b) {
    return distance(a) < distance(b);
  });
  return held(*nearest) ? pending_.end() : nearest;
}

/// Fetches a command and sends it; returns R, when the fetch unit is free again.
Picoseconds UfsHostController::fetch(Tag tag, std::uint64_t descriptor, std::uint8_t queue) {
  Command& command = commands_[tag.n];
  command.queue = queue;
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
  Stage last = Stage::fetch;
  std::array<std::byte, Utrd::size> bytes{};
  Picoseconds ready = bus_.next_edge(descriptor_reads_.read(std::max(now(), utrd_checked_), Utrd::size) + decode);
  utrd_checked_ = ready;
  Ocs ocs = dma(tlm::TLM_READ_COMMAND, descriptor, bytes.data(), bytes.size()) ? Ocs::success : Ocs::fatal_error;
  command.utrd = Utrd::decode(bytes.data());
  if (ocs == Ocs::success) ocs = check_descriptor(command.utrd);
  if (seldom(queue != Pending::no_queue) && command.utrd.command_type == CommandType::nullified) {
    command.active = false;
    return ready;
  }
  if (ocs == Ocs::success) {
    const Picoseconds c = descriptor_reads_.read(ready, upiu_header_size);
    const std::uint64_t entries = command.utrd.prdt_length;
    Picoseconds p = c;
    if (entries > 0 && config_.prdt == PrdtFormat::standard) {
      p = descriptor_reads_.read(ready, entries * PrdtEntry::size);
    } else if (entries > 0) {
      Picoseconds without{};
      p = read_long_table(ready, entries, without);
      if (has_tag(tag)) recorder_->mark(tag, Stage::fetch, bus_.next_edge(std::max(c, without) + decode));
      last = Stage::descriptors;
    }
    ready = bus_.next_edge(std::max(c, p) + decode);
    ocs = fetch_command(tag, command);
  }
  if (ocs == Ocs::success) ocs = check_crypto(command);
  if (has_tag(tag)) recorder_->mark(tag, last, ready);
  if (ocs != Ocs::success) {
    end_without_response(tag, command, ocs, ready);
    return ready;
  }
  if (command.utrd.crypto_enable && !has_own_key()) keyslots_.acquire(command.utrd.cci);
  command.sent = true;
  command.leaves = std::max(ready, hibern8_.awake());
  if (seldom(command.leaves > ready) && has_tag(tag)) recorder_->mark(tag, Stage::power, command.leaves);
  to_link->send({command.request, 0, nullptr}, command.leaves);
  return ready;
}

Ocs UfsHostController::check_descriptor(const Utrd& utrd) const {
  const bool data = utrd.data_direction != DataDirection::none;
  if (utrd.command_type != CommandType::ufs_storage || utrd.has_reserved_bits() || utrd.ehs_length != 0 ||
      static_cast<unsigned>(utrd.data_direction) == 3 || (data != (utrd.prdt_length > 0)) ||
      utrd.response_offset < upiu_header_size / 4 ||
      (data && utrd.prdt_offset < utrd.response_offset + utrd.response_length))
    return Ocs::invalid_command_table;
  if (std::uint64_t{utrd.response_length} * 4 < upiu_header_size) return Ocs::mismatch_response_size;
  return Ocs::success;
}

Ocs UfsHostController::fetch_table(Command& command) {
  const Utrd& utrd = command.utrd;
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
  return Ocs::success;
}

Ocs UfsHostController::fetch_command(Tag tag, Command& command) {
  const Utrd& utrd = command.utrd;
  if (!dma(tlm::TLM_READ_COMMAND, utrd.ucd_base, command.request.data(), command.request.size())) return Ocs::fatal_error;
  if (const Ocs ocs = seldom(command.pages != nullptr) ? fetch_long_table(command) : fetch_table(command); ocs != Ocs::success) return ocs;
  if (tag_of(command.request) != tag || !has_tag(tag)) return Ocs::invalid_command_table;
  if (transaction_of(command.request) == Transaction::command) {
    command.expected = CommandUpiu::decode(command.request).expected_length;
    if (utrd.data_direction != DataDirection::none && command.expected > command.buffer)
      return Ocs::mismatch_data_buffer_size;
  }
  return Ocs::success;
}

Ocs UfsHostController::check_crypto(Command& command) {
  if (seldom(command.pages != nullptr)) return take_page_keys(command);
  if (!command.utrd.crypto_enable) return Ocs::success;
  KeyslotUse use;
  const bool general_enable = (registers_file_.hw_read(Reg::HCE) & HCE::CGE) != 0;
  if (!general_enable || keyslots_.lookup(command.utrd.cci, use) != KeyslotState::usable ||
      command.expected.n % use.data_unit.n != 0)
    return Ocs::invalid_crypto_configuration;
  return Ocs::success;
}

}  // namespace icesim
