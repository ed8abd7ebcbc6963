// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_die.hpp"

#include "icesim/base/error.hpp"

namespace icesim {

void FlashDie::queue(const FlashOperation& operation) {
  switch (operation.work) {
    case FlashWork::host_read:
      ++readers_[operation.superblock];
      return queues_[host_reads].push(operation);
    case FlashWork::host_program:
      return queues_[host_programs].push(operation);
    case FlashWork::gc_read:
    case FlashWork::gc_program:
      return queues_[collection].push(operation);
    case FlashWork::erase:
      return queues_[erases].push(operation);
  }
}

bool FlashDie::ready(Class c) const {
  if (queues_[c].empty()) return false;
  return c != erases || readers_[queues_[c].front().superblock] == 0;
}

bool FlashDie::start(bool collection_first) {
  static constexpr std::array<Class, classes> usual{host_reads, host_programs, collection, erases};
  static constexpr std::array<Class, classes> pressed{erases, collection, host_reads, host_programs};
  if (busy_) return false;
  for (const Class c : collection_first ? pressed : usual) {
    if (!ready(c)) continue;
    active = queues_[c].front();
    queues_[c].pop();
    busy_ = true;
    return true;
  }
  return false;
}

void FlashDie::unqueue_read() {
  auto& queue = queues_[host_reads];
  --readers_[queue.back().superblock];
  queue.pop_back();
}

void FlashDie::begin(const FlashOperation& operation) {
  if (operation.work == FlashWork::host_read) ++readers_[operation.superblock];
  active = operation;
  busy_ = true;
}

bool FlashDie::waiting() const {
  for (const auto& queue : queues_) {
    if (!queue.empty()) return true;
  }
  return false;
}

void FlashDie::finish() {
  ensure(busy_, "flash: a die ends an operation that it began");
  if (active.work == FlashWork::host_read) --readers_[active.superblock];
  busy_ = false;
  quiet = false;
}

}  // namespace icesim
