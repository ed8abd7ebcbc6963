// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/queues_twin.hpp"

namespace icesim::twin {
namespace {

constexpr std::uint32_t configurations = 0x1c000;
constexpr std::uint32_t operations = 0x1d000;

}  // namespace

bool QueuesTwin::holds(std::uint32_t offset) const {
  const auto count = static_cast<std::uint32_t>(queues_.size());
  return (offset >= configurations && offset < configurations + count * 64) ||
         (offset >= operations && offset < operations + count * 48);
}

std::uint32_t QueuesTwin::read(std::uint32_t offset) const {
  if (offset >= operations) {
    const Queue& queue = queues_[(offset - operations) / 48];
    switch ((offset - operations) % 48) {
      case 0x00:
        return queue.submissions.head * 32;
      case 0x04:
        return queue.submissions.tail * 32;
      case 0x08:
        return queue.held ? 1 : 0;
      case 0x0c:
        return queue.nexus;
      case 0x10:
        return queue.code * 16 + (queue.cleaned ? 2 : 0) + (queue.stands ? 1 : 0);
      case 0x1c:
        return queue.completions.head;
      case 0x20:
        return queue.completions.tail * 32;
      case 0x24:
        return queue.status ? 1 : 0;
      case 0x28:
        return queue.enabled ? 1 : 0;
      default:
        return 0;
    }
  }
  const std::uint32_t number = (offset - configurations) / 64;
  const std::uint32_t place = (offset - configurations) % 64;
  const Queue& queue = queues_[number];
  const Ring& ring = place < 0x20 ? queue.submissions : queue.completions;
  switch (place) {
    case 0x00:
    case 0x20:
      return ring.attributes;
    case 0x04:
    case 0x24:
      return ring.low;
    case 0x08:
    case 0x28:
      return ring.high;
    case 0x0c:
      return operations + number * 48;
    case 0x10:
      return operations + number * 48 + 0x14;
    case 0x2c:
      return operations + number * 48 + 0x1c;
    case 0x30:
      return operations + number * 48 + 0x24;
    default:
      return 0;
  }
}

QueuesTwin::Asked QueuesTwin::write(std::uint32_t offset, std::uint32_t value, bool running) {
  if (offset >= operations) {
    const std::uint32_t number = (offset - operations) / 48;
    Queue& queue = queues_[number];
    Ring& submissions = queue.submissions;
    std::uint32_t entries = 0;
    switch ((offset - operations) % 48) {
      case 0x04:
        if (!running || !submissions.usable()) break;
        // The tail goes round until it is where software wants it.
        while (submissions.tail != value / 32 % submissions.entries()) {
          submissions.step(submissions.tail);
          ++entries;
        }
        break;
      case 0x08:
        queue.held = value % 2 != 0;
        queue.stands = queue.stands && queue.held;
        if (!queue.held || value / 2 % 2 != 0) {
          queue.code = 0;
          queue.cleaned = false;
        }
        return {number, false, 0, value / 2 % 2 != 0};
      case 0x0c:
        queue.nexus = value & 0xffffff;
        break;
      case 0x1c:
        queue.completions.head = value;
        break;
      case 0x24:
        queue.status = queue.status && value % 2 == 0;
        break;
      case 0x28:
        queue.enabled = value % 2 != 0;
        break;
      default:
        break;
    }
    return {number, false, entries};
  }
  const std::uint32_t number = (offset - configurations) / 64;
  const std::uint32_t place = (offset - configurations) % 64;
  Ring& ring = place < 0x20 ? queues_[number].submissions : queues_[number].completions;
  switch (place % 0x20) {
    case 0x00:
      ring.attributes = value & (place == 0 ? 0xf0ffffff : 0x8000ffff);
      ring.head = ring.tail = 0;
      return {number, place == 0, 0};
    case 0x04:
      ring.low = value;
      break;
    case 0x08:
      ring.high = value;
      break;
    default:
      break;
  }
  return {number, false, 0};
}

std::uint64_t QueuesTwin::take(std::uint32_t queue) {
  Ring& ring = queues_[queue].submissions;
  const std::uint64_t address = ring.address(ring.head);
  ring.step(ring.head);
  return address;
}

std::optional<std::uint64_t> QueuesTwin::push(std::uint32_t queue) {
  const std::uint32_t to = queues_[queue].submissions.attributes >> 16 & 0xff;
  if (to >= queues_.size() || !queues_[to].completions.usable()) return std::nullopt;
  Queue& completed = queues_[to];
  const std::uint64_t address = completed.completions.address(completed.completions.tail);
  completed.completions.step(completed.completions.tail);
  completed.status = true;
  rings_ = completed.enabled;
  told_ = to;
  return address;
}

}  // namespace icesim::twin
