// SPDX-License-Identifier: Apache-2.0
#include "models/controller/ufs_host_controller.hpp"

#include "icesim/spec/bytes.hpp"

#include <algorithm>

namespace icesim {
namespace {

std::uint8_t lun_of(const UpiuHeader& header) { return std::to_integer<std::uint8_t>(header[2]); }

}  // namespace

void UfsHostController::write_queue(std::uint32_t offset, std::uint32_t value) {
  const bool running = queued() && (registers_file_.hw_read(Reg::HCE) & HCE::HCE) != 0;
  const QueueFile::Work work = queues_.write(offset, value, running);
  const auto source = static_cast<std::uint8_t>(Pending::first_queue + work.queue);
  if (work.empty) drop_pending(source);
  pending_.insert(pending_.end(), work.entries, {source, now()});
  if (work.stop) stop_queue(work.queue);
  if (work.clean_up) clean_up(work.queue);
  fetch_pending();
}

/// Tells software that a queue has stopped, once what was taken from it is ready.
void UfsHostController::stop_queue(std::uint32_t queue) {
  if (!queues_.held(queue)) return;
  if (entries_ready_[queue] <= now()) return queues_.stop(queue);
  inbox_.push(entries_ready_[queue], order(Rank::hardware, order_of_power + 2), {Event::Kind::queue_stopped, queue, 0, nullptr});
}

void UfsHostController::clean_up(std::uint32_t queue) {
  const std::uint32_t nexus = queue_file().word(queue, QueueReg::SQCTI);
  const Tag tag{SQCTI::TASK_TAG.of(nexus)};
  if (!queues_.enabled(queue)) return queues_.cleaned_up(queue, CleanUp::not_enabled);
  if (!queues_.stopped(queue)) return queues_.cleaned_up(queue, CleanUp::not_stopped);
  const bool found = has_tag(tag) && commands_[tag.n].active && commands_[tag.n].sent && !commands_[tag.n].finished &&
                     commands_[tag.n].queue == queue && lun_of(commands_[tag.n].request) == SQCTI::LUN.of(nexus);
  if (!found) return queues_.cleaned_up(queue, CleanUp::not_found);
  end_without_response(tag, commands_[tag.n], Ocs::aborted, now());
}

void UfsHostController::reset_queues() {
  queues_.reset();
  pending_.clear();
  for (Command& command : commands_) release(command);
  for (const Reg reg : {Reg::CONFIG, Reg::MCQCONFIG, Reg::ESILBA, Reg::ESIUBA}) registers_file_.hw_set(reg, 0);
}

/// Fetches the next entry of a queue; returns as fetch() does, and the tag of its command.
Picoseconds UfsHostController::fetch_entry(const Pending& pending, Tag& tag) {
  const std::uint8_t queue = pending.queue();
  const std::uint64_t entry = queues_.take(queue);
  tag = place_of(entry);
  commands_[tag.n].request = {};
  if (has_tag(tag)) recorder_->mark(tag, Stage::dispatch, pending.rung);
  const Picoseconds ready = fetch(tag, entry, queue);
  entries_ready_[queue] = std::max(entries_ready_[queue], ready);
  return ready;
}

/// The tag of the command of an entry, or a place behind the tags for one that has none.
Tag UfsHostController::place_of(std::uint64_t entry) {
  std::array<std::byte, Utrd::size> bytes{};
  if (dma(tlm::TLM_READ_COMMAND, entry, bytes.data(), bytes.size())) {
    const Utrd utrd = Utrd::decode(bytes.data());
    UpiuHeader request{};
    if (check_descriptor(utrd) == Ocs::success &&
        dma(tlm::TLM_READ_COMMAND, utrd.ucd_base, request.data(), request.size())) {
      const Tag tag = tag_of(request);
      if (has_tag(tag) && !commands_[tag.n].active) return tag;
    }
  }
  const auto behind = commands_.begin() + static_cast<std::ptrdiff_t>(config_.tags);
  const auto free = std::find_if(behind, commands_.end(), [](const Command& each) { return !each.active; });
  const Tag place{static_cast<std::uint64_t>(free - commands_.begin())};
  if (free == commands_.end()) commands_.emplace_back().make_room(config_.prdt);
  return place;
}

void UfsHostController::complete_in_queue(Tag tag, Command& command) {
  const std::uint8_t queue = command.queue;
  release(command);
  // Nothing else ends a command as aborted.
  if (command.ocs == Ocs::aborted) queues_.cleaned_up(queue, CleanUp::success);
  if (seldom(tap_ != nullptr) && has_tag(tag)) tap_->completion(tag, command.ocs, now());
  if (command.engine_failed) {
    registers_file_.hw_set_bits(Reg::HCS, HCS::HEI);
    set_status(IS::CEFES);
  }
  const std::optional<std::uint32_t> to = queues_.completion_queue(queue);
  if (!to) return;
  CompletionEntry entry;
  entry.ucd_base = command.utrd.ucd_base & ~std::uint64_t{ucd::alignment - 1};
  entry.queue = queue;
  entry.response_length = command.utrd.response_length;
  entry.response_offset = command.utrd.response_offset;
  entry.prdt_length = command.utrd.prdt_length;
  entry.prdt_offset = command.utrd.prdt_offset;
  entry.ocs = command.ocs;
  entry.tag = tag_of(command.request);
  entry.lun = lun_of(command.request);
  std::array<std::byte, queue_entry_size> bytes{};
  entry.encode(bytes.data());
  dma(tlm::TLM_WRITE_COMMAND, queues_.push(*to), bytes.data(), bytes.size());
  if (queues_.notifies(*to)) tell(*to);
}

/// Tells software of an entry of a completion queue, by its own interrupt or the pin.
void UfsHostController::tell(std::uint32_t queue) {
  if (!config_.esi || (registers_file_.hw_read(Reg::CONFIG) & CONFIG::ESIE) == 0) return set_status(IS::CQES);
  ++statistics_.messages;
  const std::uint64_t address = std::uint64_t{registers_file_.hw_read(Reg::ESIUBA)} << 32 | registers_file_.hw_read(Reg::ESILBA);
  if (messages_ != nullptr) return messages_->message(address, queue);
  std::array<std::byte, 4> data{};
  store_le32(data.data(), queue);
  dma(tlm::TLM_WRITE_COMMAND, address, data.data(), data.size());
}

}  // namespace icesim
