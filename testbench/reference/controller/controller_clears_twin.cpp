// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/controller_conductor.hpp"

namespace icesim::twin {

bool Conductor::clear(const SoftwareStep& step) {
  // The tag of the step, and perhaps more.
  const std::uint32_t mask =
      std::uint32_t{1} << step.tag % 32 | (step.with_next ? static_cast<std::uint32_t>(step.value) : 0u);
  const Picoseconds delay = eighths(step.delay);
  if (case_.queued && !step.with_next) return clean_up(step);
  if (case_.queued) {
    // Neither does anything while queues are in the doorbell's place.
    pair_.write(step.value % 2 == 0 ? Reg::UTRLCLR : Reg::UTRLDBR, mask, delay);
    return true;
  }
  for (std::uint64_t tag = 0; tag < tags_.size(); ++tag) {
    if ((mask >> tag & 1) != 0 && kernel_now() <= tags_[tag].busy) return false;
  }
  pair_.write(Reg::UTRLCLR, ~mask, delay);
  for (std::uint64_t tag = 0; tag < tags_.size(); ++tag) {
    if ((mask >> tag & 1) != 0) tags_[tag].hold = pair_.effect() + cycles(1);
  }
  return true;
}

bool Conductor::reset() {
  for (std::uint64_t tag = 0; tag < tags_.size(); ++tag) {
    if (rung_ != 0 || kernel_now() <= tags_[tag].busy) return false;
  }
  if (kernel_now() <= link_busy_ + cycles(8)) return false;
  for (const Task& each : tasks_) {
    if (kernel_now() <= each.busy) return false;
  }
  pair_.write(Reg::HCE, 0, cycles(1));
  forget_queues();
  for (Running& each : tags_) each.hold = pair_.effect() + cycles(1);
  for (Task& each : tasks_) hold_task(each);
  pair_.write(Reg::HCE, HCE::HCE | HCE::CGE, cycles(9));
  const Picoseconds again = pair_.effect() + case_.controller.enable_time + cycles(1) - kernel_now();
  write_list(again);
  return true;
}

/// Clears the request of the step, and perhaps more.
bool Conductor::clear_task(const SoftwareStep& step) {
  const auto mask = static_cast<std::uint32_t>(1u << step.value % 8 | (step.with_next ? step.value / 8 % 256 : 0));
  for (std::uint64_t number = 0; number < tasks_.size(); ++number) {
    if ((mask >> number & 1) != 0 && kernel_now() <= tasks_[number].busy) return false;
  }
  pair_.write(Reg::UTMRLCLR, ~mask, eighths(step.delay));
  for (std::uint64_t number = 0; number < tasks_.size(); ++number) {
    if ((mask >> number & 1) != 0) hold_task(tasks_[number]);
  }
  return true;
}

/// The device says nothing while a request is being cleared, and software waits for the end of its fetch.
void Conductor::hold_task(Task& task) {
  task.hold = pair_.effect() + cycles(1);
  const DmaConfig& dma = case_.controller.dma;
  task.busy =
      task.hold + cycles(TaskListTwin::size * (dma.read_latency + case_.controller.decode_cycles + Cycles{64}).n);
}

}  // namespace icesim::twin
