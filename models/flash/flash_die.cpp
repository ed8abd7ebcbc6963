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
    case FlashWork::migration_read:
    case FlashWork::migration_program:
      return queues_[migration].push(operation);
  }
}

bool FlashDie::ready(Class c) const {
  if (queues_[c].empty()) return false;
  return c != erases || readers_[queues_[c].front().superblock] == 0;
}

/// What has its turn where the host's programs would have theirs.
FlashDie::Class FlashDie::instead_of(Class c) const {
  if (c != host_programs || hosts_turn_) return c;
  if (ready(erases)) return erases;
  return ready(migration) ? migration : c;
}

/// What an idle die takes next, or `classes`.
FlashDie::Class FlashDie::next(bool collection_first) const {
  static constexpr std::array<Class, 5> usual{host_reads, host_programs, collection, erases, migration};
  static constexpr std::array<Class, 5> pressed{erases, collection, host_reads, host_programs, migration};
  for (const Class wanted : collection_first ? pressed : usual) {
    const Class c = migrates_in_turn ? instead_of(wanted) : wanted;
    if (ready(c)) return c;
  }
  return classes;
}

void FlashDie::take(Class c, FlashOperation& into) {
  into = queues_[c].front();
  queues_[c].pop();
  if (into.work != FlashWork::host_read && into.work != FlashWork::migration_read)
    hosts_turn_ = into.work != FlashWork::host_program;
}

bool FlashDie::start(bool collection_first) {
  if (busy_) return false;
  resumes_ = suspended_ && (collection_first || !ready(host_reads));
  if (resumes_) {
    active = paused_;
    suspended_ = false;
    return busy_ = true;
  }
  const Class c = next(collection_first);
  if (c == classes) return false;
  take(c, active);
  return busy_ = true;
}

bool FlashDie::load(Cycles now, bool collection_first) {
  if (!busy_ || suspended_ || loads_ || !programs(active.work) || now < register_free) return false;
  const Class c = next(collection_first);
  if (c == classes) return false;
  const FlashOperation& operation = queues_[c].front();
  if (!programs(operation.work) || operation.superblock != active.superblock) return false;
  take(c, loaded);
  return loads_ = true;
}

bool FlashDie::begin_loaded(Cycles now) {
  if (!loads_ || busy_) return false;
  active = loaded;
  started = now;
  bus_cycles = loaded_bus_cycles_;
  cells_from = across_ > now ? across_ : now;
  across_ = never;
  loads_ = false;
  return busy_ = true;
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

void FlashDie::suspend(Cycles now) {
  paused_ = active;
  suspended_ = true;
  left_ = ends - now;
  cells_from = never;
  ++suspensions_;
  ++interrupted;
}

bool FlashDie::waiting() const {
  if (suspended_) return true;
  for (const auto& queue : queues_) {
    if (!queue.empty()) return true;
  }
  return false;
}

void FlashDie::finish() {
  ensure(busy_, "flash: a die ends an operation that it began");
  if (active.work == FlashWork::host_read) {
    --readers_[active.superblock];
  } else {
    suspensions_ = 0;
    cells_from = register_free = never;
  }
  busy_ = false;
  quiet = false;
}

}  // namespace icesim
