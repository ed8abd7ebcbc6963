// SPDX-License-Identifier: Apache-2.0
#include "models/guest/guest_queues.hpp"

namespace icesim {

std::uint64_t GuestQueues::Ring::next() {
  const std::uint64_t address = base + at * queue_entry_size;
  at = (at + 1) % ring_entries(attributes);
  return address;
}

void GuestQueues::Ring::set_base(std::uint32_t half, unsigned shift) {
  base = (base & ~(std::uint64_t{0xffff'ffff} << shift)) | std::uint64_t{half} << shift;
}

const std::vector<std::uint64_t>& GuestQueues::written(std::uint32_t offset, std::uint32_t value) {
  submitted_.clear();
  for (std::uint32_t number = 0; number < queues_.size(); ++number) {
    Ring& submissions = queues_[number].submissions;
    Ring& completions = queues_[number].completions;
    const auto is = [&](QueueReg reg) { return offset == layout_.offset(number, reg); };
    if (is(QueueReg::SQTP)) {
      while (submissions.behind(value)) submitted_.push_back(submissions.next());
    }
    if (is(QueueReg::SQLBA)) submissions.set_base(value, 0);
    if (is(QueueReg::SQUBA)) submissions.set_base(value, 32);
    if (is(QueueReg::SQATTR)) submissions.set_attributes(value);
    if (is(QueueReg::CQLBA)) completions.set_base(value, 0);
    if (is(QueueReg::CQUBA)) completions.set_base(value, 32);
    if (is(QueueReg::CQATTR)) completions.set_attributes(value);
  }
  return submitted_;
}

const std::vector<Tag>& GuestQueues::read(std::uint32_t offset, std::uint32_t value) {
  ended_.clear();
  for (std::uint32_t number = 0; number < queues_.size(); ++number) {
    Ring& completions = queues_[number].completions;
    if (offset != layout_.offset(number, QueueReg::CQTP)) continue;
    while (completions.behind(value)) {
      const std::byte* const entry = memory_.find(completions.next(), queue_entry_size);
      if (entry != nullptr) ended_.push_back(CompletionEntry::decode(entry).tag);
    }
  }
  return ended_;
}

}  // namespace icesim
