// SPDX-License-Identifier: Apache-2.0
#include "models/device/ufs_device.hpp"

#include <algorithm>

namespace icesim {

void UfsDevice::wait_for_turn(const TaskOrder::Task& task) {
  order_->add(task);
  take_next();
}

/// What has arrived waits here until the firmware is idle, so that what comes later may go first.
void UfsDevice::take_next() {
  TaskOrder::Task task;
  while (now() >= firmware_free_ && order_->next(task, [this](const TaskOrder::Task& each) { return held(each); })) {
    const Command* const command = task.is_command ? &pool_[task.index] : nullptr;
    if (command != nullptr && (command->sequence != task.sequence || command->state != State::firmware)) continue;
    // Between two edges the firmware may have become idle; later than that it has waited for something else.
    const Picoseconds ready = std::max(task.arrived, firmware_free_);
    const Picoseconds start = ready + clock_.edge(Cycles{1}) > now() ? ready : now();
    const Picoseconds occupancy = command != nullptr ? firmware_occupancy(command->plan) : config_.command_occupancy;
    firmware_free_ = start + occupancy;
    stats_.firmware_busy += occupancy;
    const Picoseconds done = std::max(clock_.edge(clock_.next(firmware_free_ + task.latency)), next_cycle());
    if (command != nullptr) {
      push(Event::firmware, done, static_cast<Index>(command->request.tag.n), task.sequence);
    } else {
      push_managed(done, task.sequence, task.index);
    }
  }
  if (now() >= firmware_free_ || order_->tasks().empty() || idle_at_ > now()) return;  // one that comes earlier looks again
  idle_at_ = clock_.edge(clock_.next(firmware_free_));
  push(Event::idle, idle_at_, none, 0);
}

/// Whether a command must wait for older ones of its unit: an ORDERED one for all, any other for an ORDERED one.
bool UfsDevice::held(const TaskOrder::Task& task) const {
  if (!task.is_command) return false;
  const Command& mine = pool_[task.index];
  if (mine.sequence != task.sequence || mine.state != State::firmware) return false;  // it is over
  const auto is_ordered = [](const Command& each) { return each.request.attribute() == CommandUpiu::ordered; };
  return std::any_of(pool_.begin(), pool_.end(), [&](const Command& each) {
    const bool outstanding = each.state != State::free && each.state != State::draining;
    const bool older = outstanding && each.request.lun == mine.request.lun && each.sequence < task.sequence;
    return older && (is_ordered(mine) || is_ordered(each));
  });
}

}  // namespace icesim
