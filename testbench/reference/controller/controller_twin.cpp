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
      hibern8_(configs.controller.auto_hibern8, configs.hibern8_enter, configs.hibern8_exit),
      commands_(configs.controller.tags),
      fetch_("fetch", configs.controller, bus_clock_, registers.registers, registers.keyslots, registers.queues, memory, commands_,
             transmit),
      tasks_("tasks", configs.controller, bus_clock_, registers.registers, memory, transmit),
      data_reads_("data_reads", configs.controller.dma, bus_clock_),
      completion_("completion", configs.controller.dma, bus_clock_),
      engine_("engine", configs.engine, ice_clock_),
      to_engine_("to_engine", ice_clock_),
      from_link_("from_link", ice_clock_) {
  registers.set_hibern8(configs.hibern8_enter, configs.hibern8_exit);
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
  CompletionTwin::Written written = completion_.advance();
  for (const std::uint64_t upiu : written.data) {
    if (upius_[upiu].whole) mark(upius_[upiu].tag, Stage::memory, time);
  }
  // 2. Hardware: commands end, fetch units advance, timers run out.
  // Of commands that end on one edge, that with the lowest tag is the first.
  std::sort(written.status.begin(), written.status.end(),
            [this](std::uint64_t a, std::uint64_t b) { return endings_[a].tag < endings_[b].tag; });
  for (const std::uint64_t each : written.status) {
    endings_[each].task ? complete_task(endings_[each]) : complete(endings_[each]);
  }
  if (const std::optional<Failure> failure = fetch_.advance(cycle)) fail(*failure);
  if (const std::optional<Tag> tag = fetch_.fetched()) {
    const std::optional<std::uint64_t> shorter = fetch_.fetched_shorter();
    mark(*tag, Stage::fetch, shorter ? bus_.edge(Cycles{*shorter}) : time);
    if (shorter) mark(*tag, Stage::descriptors, time);
  }
  mark_taken();
  fetch_.let_queues_stand();
  if (const std::optional<TaskListTwin::Refused> refused = tasks_.advance(cycle)) {
    endings_.push_back({Tag{refused->which.number}, refused->which.life, refused->ocs, true});
    completion_.failure(endings_.size() - 1, upiu_header_size);
  }
  registers.timers(time);
  if (hibern8_.advance(time, registers.registers.hw_read(Reg::AHIT))) link_woke(time);
  registers.link_sleeps = transmit.asleep = !hibern8_.awake();
  // 3. The link: headers, then data that has come out of the engine.
  for (; link_events_.available(); link_events_.pop())
    if (link_events_.front().resets == resets_) registers.link_event(link_events_.front().code);
  for (; headers_.available(); headers_.pop()) link_phase(headers_.front(), cycle);
  for (; engine_to_memory_.available(); engine_to_memory_.pop())
    completion_.provide(upius_[engine_to_memory_.front().upiu].place, engine_to_memory_.front().end);
  // 4. Software.
  software_phase(cycle);
  hibern8_.settle(time, rests());
  // 5. What can be seen outside.
  fetch_.show();
  transmit.show();
  registers.finish();
}

/// What was complete while the link slept leaves when it is back: now, or, where the controller is disabled, when it would be.
void ControllerTwin::link_woke(Picoseconds at) {
  transmit.asleep = false;
  for (const TransmitQueue::Held& each : transmit.held) {
    transmit.complete(each.place, each.tag, at);
    if (at > each.complete) mark(each.tag, Stage::power, at);
  }
  transmit.held.clear();
  registers.link_woke(kernel_now());
}

bool ControllerTwin::rests() const {
  const RegisterFile& file = registers.registers;
  return (file.hw_read(Reg::HCS) & HCS::UCRDY) != 0 && file.hw_read(Reg::UTRLDBR) == 0 && file.hw_read(Reg::UTMRLDBR) == 0 &&
         fetch_.idle() && !tasks_.reads() && !registers.hibernated &&
         std::none_of(commands_.begin(), commands_.end(), [](const TableEntry& each) { return each.active; });
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
    const RegisterAccess& access = accesses_.front();
    const auto reg = static_cast<Reg>(access.offset);
    const bool works = reg == Reg::UTRLDBR || reg == Reg::UTMRLDBR || reg == Reg::UICCMD || reg == Reg::AHIT ||
                       registers.queues.holds(access.offset);
    if (access.write && works && hibern8_.want(kernel_now())) link_woke(kernel_now());
    registers.link_sleeps = transmit.asleep = !hibern8_.awake();
    const RegistersTwin::ListWork work = registers.access(access, kernel_now());
    for (std::uint32_t tag = 0; tag < std::min<std::uint64_t>(32, config_.tags); ++tag) {
      if ((work.forget >> tag & 1) != 0) fetch_.forget(Tag{tag});
      if ((work.ring >> tag & 1) == 0) continue;
      mark(Tag{tag}, Stage::dispatch, kernel_now());
      fetch_.ring(Tag{tag});
    }
    if (work.reset) {
      fetch_.forget_all();
      ++resets_;
      const Picoseconds back = hibern8_.back(bus_, kernel_now());
      hibern8_.reset();
      link_woke(back);
    }
    fetch_.ring(work.queue, kernel_now());
    fetch_.let_queues_stand();
    if (work.queue.clean_up) clean_up(work.queue.queue);
    fetch_.take_rung(cycle);
    mark_taken();
    tasks_.forget(work.forget_tasks);
    tasks_.ring(work.ring_tasks);
  }
}

void ControllerTwin::fail(const Failure& failure) {
  TableEntry& entry = commands_[failure.tag.n];
  if (!entry.active || entry.life != failure.life) return;
  entry.ended = true;
  entry.response_bytes = 0;
  const bool placed = failure.ocs != Ocs::invalid_command_table && failure.ocs != Ocs::fatal_error;
  if (placed && entry.utrd.response_length * 4u >= upiu_header_size) entry.response_bytes = upiu_header_size;
  endings_.push_back({failure.tag, failure.life, failure.ocs});
  completion_.failure(endings_.size() - 1, upiu_header_size, status_bytes(failure.tag));
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
  if (entry.queue) return complete_in_queue(ending.tag, ocs);
  const auto code = static_cast<std::uint8_t>(ocs);
  const std::uint64_t list =
      std::uint64_t{registers.registers.hw_read(Reg::UTRLBAU)} << 32 | registers.registers.hw_read(Reg::UTRLBA);
  const std::uint64_t place = list + ending.tag.n * Utrd::size + Utrd::ocs_offset;
  if (memory_.contains(place, 1)) memory_.write(place, &code, 1);
  fetch_.forget(ending.tag);
  registers.complete(ending.tag, entry.utrd.interrupt || ocs != Ocs::success);
  if (entry.engine_failed) registers.engine_failed();
}

/// Takes a command back that is at the device: nothing more of it is received.
void ControllerTwin::clean_up(std::uint32_t queue) {
  QueuesTwin& queues = registers.queues;
  const std::uint32_t tag = queues.nexus(queue) % 256;
  if (!queues.open(queue)) return queues.clean(queue, 3);
  if (!queues.stands(queue)) return queues.clean(queue, 2);
  if (tag >= config_.tags) return queues.clean(queue, 1);
  const TableEntry& entry = commands_[tag];
  const bool there = entry.active && entry.sent && !entry.ended && entry.queue == queue;
  if (!there || std::to_integer<std::uint32_t>(entry.command[2]) != queues.nexus(queue) / 256)
    return queues.clean(queue, 1);
  fail({Tag{tag}, entry.life, Ocs::aborted});
}

void ControllerTwin::complete_in_queue(Tag tag, Ocs ocs) {
  TableEntry& entry = commands_[tag.n];
  entry.active = entry.sent = false;
  if (ocs == Ocs::aborted) registers.queues.clean(*entry.queue, 0);
  if (entry.engine_failed) registers.engine_failed();
  const std::optional<std::uint64_t> place = registers.queues.push(*entry.queue);
  if (!place) return;
  registers.complete_entry(kernel_now());
  std::array<std::byte, 32> bytes{};
  const Utrd& utrd = entry.utrd;
  store_le64(bytes.data(), utrd.ucd_base / 128 * 128 + *entry.queue);
  store_le32(bytes.data() + 8, utrd.response_offset * 65536u + utrd.response_length);
  store_le32(bytes.data() + 12, utrd.prdt_offset * 65536u + utrd.prdt_length);
  store_u8(bytes.data() + 16, static_cast<std::uint8_t>(ocs));
  bytes[20] = entry.command[3];
  bytes[21] = entry.command[2];
  if (memory_.contains(*place, bytes.size())) memory_.write(*place, bytes.data(), bytes.size());
}

void ControllerTwin::mark_taken() {
  for (const auto& [tag, rung] : fetch_.taken) mark(tag, Stage::dispatch, rung);
  fetch_.taken.clear();
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
