// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/controller_twin.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim::twin {

ControllerTwin::ControllerTwin(const sc_core::sc_module_name& name, const Configs& configs, const ClockDomain& bus,
                               const ClockDomain& ice, SystemMemory& memory, std::uint64_t lanes, std::uint64_t gear)
    : sc_module(name),
      registers("registers", configs.controller, configs.keyslots, bus, lanes, gear),
      config_(configs.controller),
      engine_faults_(configs.engine_faults),
      bus_(bus),
      ice_(ice),
      memory_(memory),
      bus_clock_("bus_clock", bus),
      ice_clock_("ice_clock", ice),
      accesses_("accesses", bus_clock_),
      headers_("headers", bus_clock_),
      link_events_("link_events", bus_clock_),
      engine_to_memory_("engine_to_memory", bus_clock_),
      commands_(configs.controller.tags),
      fetch_("fetch", configs.controller, bus_clock_, registers.registers, registers.keyslots, memory, commands_,
             transmit),
      tasks_("tasks", configs.controller, bus_clock_, registers.registers, memory, transmit),
      data_reads_("data_reads", configs.controller.dma, bus_clock_),
      completion_("completion", configs.controller.dma, bus_clock_),
      engine_("engine", configs.engine, ice_clock_),
      to_engine_("to_engine", ice_clock_),
      from_link_("from_link", ice_clock_) {
  to_engine_.in(streams_[0].sent);
  from_link_.in(streams_[1].sent);
  engine_.arrived[0](to_engine_.out);
  engine_.arrived[1](from_link_.out);
  for (std::size_t direction = 0; direction < 2; ++direction) engine_.left[direction](streams_[direction].left);
  SC_HAS_PROCESS(ControllerTwin);
  SC_METHOD(bus_edge);
  sensitive << bus_clock_.edge();
  dont_initialize();
  SC_METHOD(ice_edge);
  sensitive << ice_clock_.edge();
  dont_initialize();
}

void ControllerTwin::bus_edge() {
  const std::uint64_t cycle = bus_clock_.cycle();
  const Picoseconds time = kernel_now();
  registers.answer(cycle);
  // 1. Memory has taken or given beats.
  if (data_reads_.completes()) {
    const std::uint64_t number = reading_[data_reads_.completed().job];
    const std::uint64_t end = data_reads_.completed().end;
    const Received& upiu = upius_[number];
    send_to_engine(Direction::to_device, number, end);
    if (end == upiu.piece.count.n) ++read_;
    if (end == upiu.piece.count.n && upiu.whole) mark(upiu.tag, Stage::memory, time);
  }
  const CompletionTwin::Written written = completion_.advance();
  for (const std::uint64_t upiu : written.data) {
    if (upius_[upiu].whole) mark(upius_[upiu].tag, Stage::memory, time);
  }
  // 2. Hardware: commands end, fetch units advance, timers run out.
  for (const std::uint64_t each : written.status) {
    endings_[each].task ? complete_task(endings_[each]) : complete(endings_[each]);
  }
  if (const std::optional<Failure> failure = fetch_.advance(cycle)) fail(*failure);
  if (const std::optional<Tag> tag = fetch_.fetched()) mark(*tag, Stage::fetch, time);
  if (const std::optional<TaskListTwin::Refused> refused = tasks_.advance(cycle)) {
    endings_.push_back({Tag{refused->which.number}, refused->which.life, refused->ocs, true});
    completion_.failure(endings_.size() - 1, upiu_header_size);
  }
  registers.timers(time);
  // 3. The link: headers, then data that has come out of the engine.
  for (; link_events_.available(); link_events_.pop()) registers.link_event(link_events_.front());
  for (; headers_.available(); headers_.pop()) link_phase(headers_.front(), cycle);
  for (; engine_to_memory_.available(); engine_to_memory_.pop())
    completion_.provide(upius_[engine_to_memory_.front().upiu].place, engine_to_memory_.front().end);
  // 4. Software.
  software_phase(cycle);
  // 5. What can be seen outside.
  fetch_.show();
  transmit.show();
  registers.finish();
}

void ControllerTwin::ice_edge() {
  for (Stream& stream : streams_) {
    for (; !stream.chunks.empty() && stream.chunks.front().count <= stream.left.read(); stream.chunks.pop_front())
      left_engine(stream.chunks.front());
  }
  transmit.show();
}

void ControllerTwin::left_engine(const Chunk& chunk) {
  const Received& upiu = upius_[chunk.upiu];
  if (chunk.end == upiu.piece.count.n && upiu.whole) mark(upiu.tag, Stage::crypto, kernel_now());
  if (upiu.verdict == Verdict::take_data) {
    engine_to_memory_.push(chunk);
  } else {
    transmit.entries[upiu.place].ready.push_back({chunk.end + upiu_header_size, kernel_now()});
  }
}

void ControllerTwin::send_to_engine(Direction direction, std::uint64_t upiu, std::uint64_t end) {
  Stream& stream = streams_[static_cast<std::size_t>(direction)];
  const std::uint64_t count = upius_[upiu].begin + end;
  stream.chunks.push_back({upiu, end, count});
  stream.sent.write(count);
}

void ControllerTwin::software_phase(std::uint64_t cycle) {
  for (; accesses_.available(); accesses_.pop()) {
    const RegistersTwin::ListWork work = registers.access(accesses_.front(), kernel_now());
    for (std::uint32_t tag = 0; tag < config_.tags; ++tag) {
      if ((work.forget >> tag & 1) != 0) fetch_.forget(Tag{tag});
      if ((work.ring >> tag & 1) == 0) continue;
      mark(Tag{tag}, Stage::dispatch, kernel_now());
      fetch_.ring(Tag{tag});
    }
    fetch_.take_rung(cycle);
    tasks_.forget(work.forget_tasks);
    tasks_.ring(work.ring_tasks);
  }
}

void ControllerTwin::fail(const Failure& failure) {
  TableEntry& entry = commands_[failure.tag.n];
  if (!entry.active || entry.life != failure.life) return;
  entry.response_bytes = 0;
  const bool placed = failure.ocs != Ocs::invalid_command_table && failure.ocs != Ocs::fatal_error;
  if (placed && entry.utrd.response_length * 4u >= upiu_header_size) entry.response_bytes = upiu_header_size;
  endings_.push_back({failure.tag, failure.life, failure.ocs});
  completion_.failure(endings_.size() - 1, upiu_header_size);
}

/// The OCS of a command is visible.
void ControllerTwin::complete(const Ending& ending) {
  mark(ending.tag, Stage::response, kernel_now());
  const TableEntry entry = commands_[ending.tag.n];
  if (!entry.active || entry.life != ending.life) return;
  Ocs ocs = ending.ocs;
  const std::uint64_t response = entry.utrd.ucd_base + entry.utrd.response_offset * 4u;
  if (entry.response_bytes > 0 && !memory_.contains(response, entry.response_bytes)) ocs = Ocs::fatal_error;
  ++ended[static_cast<std::size_t>(ocs)];
  const auto code = static_cast<std::uint8_t>(ocs);
  const std::uint64_t list =
      std::uint64_t{registers.registers.hw_read(Reg::UTRLBAU)} << 32 | registers.registers.hw_read(Reg::UTRLBA);
  const std::uint64_t place = list + ending.tag.n * Utrd::size + Utrd::ocs_offset;
  if (memory_.contains(place, 1)) memory_.write(place, &code, 1);
  fetch_.forget(ending.tag);
  registers.complete(ending.tag, entry.utrd.interrupt || ocs != Ocs::success);
  if (entry.engine_failed) registers.engine_failed();
}

void ControllerTwin::complete_task(const Ending& ending) {
  const auto number = static_cast<std::uint32_t>(ending.tag.n);
  if (!tasks_.under_way({number, ending.life})) return;
  Ocs ocs = ending.ocs;
  const std::uint64_t descriptor = tasks_.address(number);
  const UpiuHeader& response = tasks_.response(number);
  if (memory_.contains(descriptor + 48, response.size())) {
    memory_.write(descriptor + 48, response.data(), response.size());
  } else {
    ocs = Ocs::fatal_error;
  }
  const auto code = static_cast<std::uint8_t>(ocs);
  if (memory_.contains(descriptor + 8, 1)) memory_.write(descriptor + 8, &code, 1);
  tasks_.forget(1u << number);
  registers.complete_task(number, tasks_.interrupts(number) || ocs != Ocs::success);
}

bool ControllerTwin::idle() const {
  return fetch_.idle() && tasks_.idle() && read_ == reading_.size() && completion_.idle() &&
         streams_[0].chunks.empty() && streams_[1].chunks.empty() && registers.idle();
}

void ControllerTwin::trace(sc_core::sc_trace_file* file) const {
  bus_clock_.trace(file);
  ice_clock_.trace(file);
  registers.trace(file);
  fetch_.trace(file);
  tasks_.trace(file);
  data_reads_.trace(file);
  completion_.trace(file);
  engine_.trace(file);
}

}  // namespace icesim::twin
