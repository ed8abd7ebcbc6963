// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/task_list_twin.hpp"

#include "icesim/spec/bytes.hpp"

namespace icesim::twin {
namespace {

constexpr std::size_t fetched_bytes = 16 + upiu_header_size;

}  // namespace

TaskListTwin::TaskListTwin(const sc_core::sc_module_name& name, const UfsHostControllerConfig& config,
                           const TwinClock& bus, const RegisterFile& registers, const SystemMemory& memory,
                           TransmitQueue& transmit)
    : sc_module(name),
      config_(config),
      bus_(bus.domain()),
      registers_(registers),
      memory_(memory),
      transmit_(transmit),
      channel_("task_reads", config.dma, bus) {}

std::uint64_t TaskListTwin::address(std::uint32_t number) const {
  return (std::uint64_t{registers_.hw_read(Reg::UTMRLBAU)} << 32 | registers_.hw_read(Reg::UTMRLBA)) + number * 80u;
}

std::optional<TaskListTwin::Refused> TaskListTwin::advance(std::uint64_t cycle) {
  std::optional<Refused> refused;
  if (state_ == State::checks && --count_ == 0) {
    state_ = State::idle;
    const Which done = taken_;
    const Ocs ocs = read_request();
    if (under_way(done) && ocs != Ocs::success) refused = Refused{done, ocs};
    if (under_way(done) && ocs == Ocs::success) {
      Task& task = tasks_[done.number];
      task.waits = true;
      const std::size_t place = transmit_.add(task.request, cycle, upiu_header_size);
      transmit_.complete(place, Tag{~std::uint64_t{0}}, bus_.edge(Cycles{cycle}));
    }
    take_next();
  }
  if (channel_.completes() && channel_.completed().end == fetched_bytes) {
    state_ = State::checks;
    count_ = config_.decode_cycles.n;
  }
  return refused;
}

/// The bytes have been there since the read ended; they are looked at when all is known.
Ocs TaskListTwin::read_request() {
  if (!memory_.contains(descriptor_, fetched_bytes)) return Ocs::fatal_error;
  std::array<std::byte, fetched_bytes> bytes{};
  memory_.read(descriptor_, bytes.data(), bytes.size());
  UpiuHeader request;
  std::copy(bytes.begin() + 16, bytes.end(), request.begin());
  const bool sound = std::to_integer<int>(request[0] & std::byte{0x3f}) == 0x04 && request[8] == std::byte{0} &&
                     request[10] == std::byte{0} && request[11] == std::byte{0};
  if (under_way(taken_)) {
    Task& task = tasks_[taken_.number];
    task.interrupt = std::to_integer<int>(bytes[3] & std::byte{1}) != 0;
    task.request = request;
    task.response = {};
  }
  return sound ? Ocs::success : Ocs::invalid_command_table;
}

void TaskListTwin::take_next() {
  for (std::uint32_t number = 0; number < size && state_ == State::idle; ++number) {
    if ((wanted_ >> number & 1) == 0) continue;
    wanted_ &= ~(1u << number);
    Task& task = tasks_[number];
    const std::uint32_t life = task.life + 1;
    task = {};
    task.active = true;
    task.life = life;
    taken_ = {number, life};
    descriptor_ = address(number);
    state_ = State::reads;
    channel_.ask(fetched_bytes);
  }
  pending_.write(wanted_);
}

void TaskListTwin::ring(std::uint32_t numbers) {
  wanted_ |= numbers;
  take_next();
}

void TaskListTwin::forget(std::uint32_t numbers) {
  wanted_ &= ~numbers;
  pending_.write(wanted_);
  for (std::uint32_t number = 0; number < size; ++number) {
    if ((numbers >> number & 1) == 0) continue;
    tasks_[number].active = false;
    tasks_[number].waits = false;
  }
}

std::optional<TaskListTwin::Which> TaskListTwin::answered(const UpiuHeader& header) {
  for (std::uint32_t number = 0; number < size; ++number) {
    Task& task = tasks_[number];
    if (!task.waits || task.request[3] != header[3]) continue;
    task.waits = false;
    task.response = header;
    return Which{number, task.life};
  }
  return std::nullopt;
}

void TaskListTwin::trace(sc_core::sc_trace_file* file) const {
  sc_core::sc_trace(file, pending_, pending_.name());
  channel_.trace(file);
}

}  // namespace icesim::twin
