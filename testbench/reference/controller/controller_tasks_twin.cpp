// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/bytes.hpp"
#include "testbench/reference/controller/controller_conductor.hpp"

namespace icesim::twin {

bool Conductor::task_running(std::uint64_t number) const {
  const Task& task = tasks_[number];
  return (pair_.hardware(Reg::UTMRLDBR) >> number & 1) != 0 || task.commanded || kernel_now() <= task.busy;
}

/// Places a task management request and rings its doorbell.
bool Conductor::task(const SoftwareStep& step) {
  const std::uint64_t number = step.value % TaskListTwin::size;
  if (task_running(number)) return false;
  TaskRequest request;
  request.function = TaskFunction::query_task;
  request.tag = Tag{number + TaskListTwin::size * (step.value / 8 % 4)};  // its place in the list, or more
  request.task = Tag{step.tag};
  UpiuHeader upiu = request.encode();
  if (step.defect == Defect::bad_entry) upiu[0] = std::byte{0x01};
  if (step.defect == Defect::wrong_tag) upiu[8] = std::byte{1};
  if (step.defect == Defect::buffer_too_small) upiu[11] = std::byte{4};
  std::array<std::byte, utmrd::size> bytes{};
  store_le32(bytes.data(), step.interrupt ? utmrd::interrupt : 0);
  store_u8(&bytes[utmrd::ocs_offset], static_cast<std::uint8_t>(Ocs::invalid));
  std::copy(upiu.begin(), upiu.end(), bytes.begin() + utmrd::request_offset);
  pair_.store(ControllerPair::task_list + number * utmrd::size, bytes.data(), bytes.size());
  tasks_[number] = {};
  tasks_[number].step = &step;
  tasks_[number].tag = request.tag;
  pair_.write(Reg::UTMRLDBR, 1u << number, eighths(step.delay));
  tasks_[number].busy = pair_.effect();
  return true;
}

void Conductor::on_task_sent(const RecordingLink::Sent& sent) {
  for (std::uint64_t number = 0; number < tasks_.size(); ++number) {
    Task& task = tasks_[number];
    if (task.step == nullptr || task.tag != tag_of(sent.header)) continue;
    task.commanded = true;
    task.busy = std::max(task.busy, sent.passage.last);
    pair_.actions.at(sent.passage.last + cycles(1) + eighths(task.step->gap), [this, number] { answer_task(number); });
  }
}

/// Before its answer there may be one that nobody waits for.
void Conductor::answer_task(std::uint64_t number) {
  Task& task = tasks_[number];
  if (kernel_now() <= task.hold) {
    pair_.actions.at(task.hold + Picoseconds{1}, [this, number] { answer_task(number); });
    return;
  }
  TaskResult result;
  result.tag = task.tag;
  result.result = static_cast<TaskResponse>(task.step->dun % 9);
  DeviceStep how;
  how.lead = 1 + task.step->dun % 50;
  if (task.step->dun % 4 == 0) {
    result.tag = Tag{task.tag.n + 64};
    send(task.busy, result.encode(), how, 0);
    result.tag = task.tag;
  }
  UpiuHeader header = result.encode();
  const std::uint64_t segment = task.step->dun % 7 == 0 ? 4 : 0;
  header[11] = static_cast<std::byte>(segment);
  send(task.busy, header, how, segment);
  task.commanded = false;
}

}  // namespace icesim::twin
