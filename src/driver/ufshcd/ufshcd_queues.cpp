// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/seldom.hpp"
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "icesim/driver/ufshcd/ufshcd.hpp"

namespace icesim {

void Ufshcd::use_queues(std::uint32_t count, std::uint32_t cores, const QueueLayout& layout, bool own_interrupts) {
  ensure(count <= queues_.size() && ring_entries() * queue_entry_size <= memory_map::queue_size,
         "there is room for the rings");
  num_queues_ = count;
  num_cores_ = cores;
  queue_layout_ = layout;
  own_interrupts_ = own_interrupts;
  queues_ = {};
  for (Core core = cores; core-- > 0;) queues_[queue_of(core)].core = core;
  path_.count_commands([this] { return blocks_ == nullptr ? std::size_t{0} : blocks_->commands_out(); });
}

/// Copies a descriptor into the ring and tells the controller of the new tail.
void Ufshcd::submit(const std::byte* descriptor, std::uint32_t queue) {
  std::uint32_t& tail = queues_[queue].submitted;
  host_.write_memory(memory_map::submission_queue(queue) + tail * queue_entry_size, descriptor, Utrd::size);
  tail = (tail + 1) % ring_entries();
  write(queue_reg(queue, QueueReg::SQTP), static_cast<std::uint32_t>(tail * queue_entry_size));
}

std::uint64_t Ufshcd::descriptor_address(const Request& request) const {
  if (num_queues_ == 0) return memory_map::descriptor(request.tag);
  const std::uint32_t queue = queue_of(request.core);
  const std::uint32_t last = (queues_[queue].submitted + ring_entries() - 1) % ring_entries();
  return memory_map::submission_queue(queue) + last * queue_entry_size;
}

void Ufshcd::forget_queues() {
  for (Queue& each : queues_) each = {0, 0, 0, false, each.core};
}

HostClient::Handler Ufshcd::message(std::uint32_t queue) {
  ensure(queue < num_queues_, "queues that the driver uses have interrupts");
  ++statistics_.interrupts;
  return {queues_[queue].core, Step::compute(Work::Kind::message, queue, costs_.interrupt_entry)};
}

/// Goes on with a queue, or behind the last one with IS.
Step Ufshcd::look_at(std::uint32_t queue) {
  if (queue < num_queues_) return read(Work::Kind::read_queue_status, queue, queue_reg(queue, QueueReg::CQIS));
  return read(Work::Kind::read_status, 0, Reg::IS);
}

Step Ufshcd::look_at_tail(std::uint32_t queue) {
  queues_[queue].looks = true;
  return read(Work::Kind::read_queue_tail, queue, queue_reg(queue, QueueReg::CQTP));
}

/// The handler is through with a queue.
Step Ufshcd::leave(std::uint32_t queue) { return own_interrupts_ ? Step::done() : look_at(queue + 1); }

Step Ufshcd::queue_step(Work work, std::uint32_t value) {
  const std::uint32_t queue = work.index;
  switch (work.kind) {
    case Work::Kind::message:
      write(queue_reg(queue, QueueReg::CQIS), CQIS::TEPS);
      return look_at_tail(queue);
    case Work::Kind::read_queue_status:
      if (value != 0) write(queue_reg(queue, QueueReg::CQIS), value);
      if ((value & CQIS::TEPS) == 0) return look_at(queue + 1);
      return look_at_tail(queue);
    case Work::Kind::read_queue_tail:
      if (seldom(!queues_[queue].looks)) return leave(queue);  // there was a reset
      queues_[queue].looks = false;
      queues_[queue].pushed = static_cast<std::uint32_t>(value / queue_entry_size);
      if (queues_[queue].pushed == queues_[queue].completed) return leave(queue);
      return next_entry(queue);
    case Work::Kind::complete_entry:
      if (seldom(queues_[queue].completed == queues_[queue].pushed)) return leave(queue);  // there was a reset
      complete_entry(queue);
      return next_entry(queue);
    default:
      throw_bug("this work is not the interrupt handler's");
  }
}

/// Completes the entries up to the tail, one by one, and tells the controller how far it has read. Those that have been
/// completed are passed over: a controller that has been reset says that its tail is 0.
Step Ufshcd::next_entry(std::uint32_t queue) {
  Queue& q = queues_[queue];
  while (q.completed != q.pushed && seldom(entry_at(queue).ucd_base == 0)) q.completed = (q.completed + 1) % ring_entries();
  if (q.completed != q.pushed) {
    const bool by_tag = seldom(splits_ || prdt_ == PrdtFormat::fmp);
    return Step::compute(Work::Kind::complete_entry, queue, by_tag ? handler_cost(tag_of(entry_at(queue))) : costs_.complete);
  }
  write(queue_reg(queue, QueueReg::CQHP), static_cast<std::uint32_t>(q.completed * queue_entry_size));
  return leave(queue);
}

/// The entry at the head of a completion queue.
CompletionEntry Ufshcd::entry_at(std::uint32_t queue) const {
  std::array<std::byte, queue_entry_size> bytes{};
  host_.read_memory(memory_map::completion_queue(queue) + queues_[queue].completed * queue_entry_size, bytes.data(),
                    bytes.size());
  return CompletionEntry::decode(bytes.data());
}

void Ufshcd::complete_entry(std::uint32_t queue) {
  const CompletionEntry entry = entry_at(queue);
  constexpr std::array<std::byte, 8> completed{};
  host_.write_memory(memory_map::completion_queue(queue) + queues_[queue].completed * queue_entry_size, completed.data(),
                     completed.size());
  std::uint32_t& head = queues_[queue].completed;
  head = (head + 1) % ring_entries();
  complete(tag_of(entry), static_cast<Ocs>(static_cast<unsigned>(entry.ocs) & 0xfu),
           own_interrupts_ ? CompletionContext::interrupt : context());
}

}  // namespace icesim
