// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/controller_pair.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace icesim::twin {
namespace {

template <class... Parts>
std::string text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

std::string text(const Train& train) {
  std::ostringstream out;
  for (const Chunk& chunk : train) out << " " << chunk.end << "@" << chunk.at.n;
  return out.str();
}

bool equal(const Train& a, const Train& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Chunk& x, const Chunk& y) { return x.end == y.end && x.at == y.at; });
}

}  // namespace

void ActionList::at(Picoseconds time, std::function<void()> action) {
  ensure(time > kernel_now(), "an action lies in the future");
  actions_.emplace(std::pair{time, ++count_}, std::move(action));
  wake_.notify(to_sc_time(actions_.begin()->first.first - kernel_now()));
}

void ActionList::step() {
  while (!actions_.empty() && actions_.begin()->first.first <= kernel_now()) {
    const std::function<void()> action = std::move(actions_.begin()->second);
    actions_.erase(actions_.begin());
    action();
  }
  if (!actions_.empty()) wake_.notify(to_sc_time(actions_.begin()->first.first - kernel_now()));
}

void OrderedMaster::access(const RegisterAccess& asked, Picoseconds delay) {
  Read& read = reads_.emplace_back();
  store_le32(read.data.data(), asked.value);
  read.access.set_command(asked.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  read.access.set_address(asked.offset);
  read.access.set_data_ptr(reinterpret_cast<unsigned char*>(read.data.data()));
  read.access.set_data_length(4);
  read.access.set_streaming_width(4);
  read.access.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  if (!asked.write) {
    read.number = answers.size();
    answers.push_back({});
  }
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time time = to_sc_time(delay);
  const tlm::tlm_sync_enum state = socket->nb_transport_fw(read.access, phase, time);
  if (state == tlm::TLM_COMPLETED && !asked.write) answer(read.access, phase, time);
}

tlm::tlm_sync_enum OrderedMaster::answer(tlm::tlm_generic_payload& access, tlm::tlm_phase&, sc_core::sc_time& delay) {
  const auto asked =
      std::find_if(reads_.begin(), reads_.end(), [&](const Read& read) { return &read.access == &access; });
  answers[asked->number] = {load_le32(asked->data.data()), kernel_now() + Picoseconds{delay.value()}};
  return tlm::TLM_COMPLETED;
}

ControllerPair::ControllerPair(const ControllerCase& c)
    : bus(c.bus, c.sync_stages),
      ice(c.ice, c.sync_stages),
      keyslots(c.keyslots),
      engine("engine", c.engine, ice, keyslots),
      failing_engine(engine.engine, c.engine_faults),
      model(std::make_unique<UfsHostController>("model", agenda, c.controller, bus, keyslots, memory_size)),
      twin("twin", {c.controller, c.keyslots, c.engine, c.engine_faults, c.hibern8_enter, c.hibern8_exit}, bus, ice, twin_memory,
           c.link ? c.link->config.lanes : link.connected_lanes(), c.link ? c.link->config.gear : link.max_gear()),
      tags_(c.controller.tags) {
  link.hibern8_enter = c.hibern8_enter;
  link.hibern8_exit = c.hibern8_exit;
  model->connect(recorder);
  model->connect(messages);
  model->memory.bind(memory.socket);
  twin_memory_bus.socket.bind(twin_memory.socket);
  model->crypto.bind(failing_engine);
  model->to_link.bind(link);
  model->link_receive_side.bind(link);
  model->link.bind(link);
  model->interrupt.bind(pin);
  probe.pin.bind(pin);
  twin_probe.pin.bind(twin.registers.interrupt);
  master.socket.bind(model->registers);
  if (!c.link) return;
  wire = std::make_unique<LinkPair>(*c.link, twin);
  link.connect(wire->model, *model);
}

void ControllerPair::write(std::uint32_t offset, std::uint32_t value, Picoseconds delay) {
  last_arrival_ = std::max(last_arrival_, kernel_now() + delay);
  delay = last_arrival_ - kernel_now();
  master.access({true, offset, value}, delay);
  reach_twin({true, offset, value}, delay);
}

void ControllerPair::read(std::uint32_t offset, Picoseconds delay) {
  last_arrival_ = std::max(last_arrival_, kernel_now() + delay);
  delay = last_arrival_ - kernel_now();
  master.access({false, offset, 0}, delay);
  reach_twin({false, offset, 0}, delay);
}

void ControllerPair::reach_twin(const RegisterAccess& access, Picoseconds delay) {
  if (delay.n == 0) {
    twin.access(access);
  } else {
    actions.at(kernel_now() + delay, [this, access] { twin.access(access); });
  }
}

void ControllerPair::link_event(std::uint32_t code, Picoseconds delay) {
  if (code == 0) model->link_lost(kernel_now() + delay);
  if (code != 0) model->data_link_error(code, kernel_now() + delay);
  actions.at(kernel_now() + delay, [this, code, resets = twin.resets()] { twin.link_event(code, resets); });
}

void ControllerPair::receive(const UpiuHeader& header, const Train& frames, Picoseconds last) {
  const std::uint64_t number = twin.announce(header);
  const bool data_in = transaction_of(header) == Transaction::data_in;
  actions.at(data_in && !frames.empty() ? frames.front().at : last, [=] { twin.header_received(number); });
  if (data_in) {
    for (const Chunk& frame : frames) actions.at(frame.at, [=] { twin.data_received(number, frame.end); });
  }
  actions.at(last, [=] { twin.all_received(number); });
  Upiu upiu;
  upiu.header = header;
  upiu.data_length = static_cast<std::uint32_t>(data_segment_length(header).n);
  link.frames.push_back(frames);
  model->receive(upiu, Cycles{link.frames.size() - 1}, last);
}

Picoseconds ControllerPair::send_to_host(const UpiuHeader& header, std::uint64_t length, Picoseconds ready) {
  last_ready_ = std::max(last_ready_, ready);
  wire->send_to_host(header, length, last_ready_);
  actions.at(last_ready_, [this] { wire->ready_to_host(); });
  return link.received.back().last;
}

void ControllerPair::store(std::uint64_t address, const void* from, std::size_t size) {
  if (!memory.contains(address, size)) return;
  memory.write(address, from, size);
  twin_memory.write(address, from, size);
}

std::string ControllerPair::difference() const {
  if (!idle()) return "the twin is not idle when the model is";
  for (const std::string& each : {compare_upius(), compare_link(), compare_registers(), compare_marks(),
                                  compare_tasks(), compare_queues()}) {
    if (!each.empty()) return each;
  }
  return {};
}

std::string ControllerPair::compare_upius() const {
  const std::vector<TransmitQueue::Entry>& entries = twin.transmit.entries;
  for (std::size_t i = 0; i < std::max(entries.size(), link.sent.size()); ++i) {
    if (i >= entries.size()) return text("UPIU ", i, " is missing in the twin");
    if (i >= link.sent.size()) return text("UPIU ", i, " is missing in the model");
    const RecordingLink::Sent& sent = link.sent[i];
    const std::string which =
        text("UPIU ", i, " (transaction ", int(transaction_of(sent.header)), ", tag ", tag_of(sent.header).n, ")");
    if (sent.header != entries[i].header) return which + ": another header in the twin";
    const Picoseconds queued = bus.edge(Cycles{entries[i].queued});
    if (sent.queued != queued) return text(which, " queued at ", sent.queued.n, ", in the twin at ", queued.n);
    if (!equal(sent.ready, entries[i].ready))
      return which + " ready" + text(sent.ready) + ", in the twin" + text(entries[i].ready);
  }
  return {};
}

std::string ControllerPair::compare_tasks() const {
  for (std::uint64_t number = 0; number < TaskListTwin::size; ++number) {
    std::array<std::byte, utmrd::size> descriptor{}, other{};
    memory.read(task_list + number * descriptor.size(), descriptor.data(), descriptor.size());
    twin_memory.read(task_list + number * other.size(), other.data(), other.size());
    if (descriptor != other) return text("task ", number, " has another descriptor in the twin");
  }
  return {};
}

std::string ControllerPair::compare_link() const {
  if (!wire) return {};
  const auto compare = [](const char* way, const std::vector<LinkPassage>& passages, const UniproLinkTwin& clocked) {
    const auto& starts = clocked.transmitter.starts;
    const auto& lasts = clocked.arrival.lasts;
    for (std::size_t i = 0; i < std::max(passages.size(), lasts.size()); ++i) {
      if (i >= lasts.size()) return text("UPIU ", i, " ", way, " does not arrive in the twin");
      if (i >= passages.size()) return text("UPIU ", i, " ", way, " is missing in the model");
      const LinkPassage& passage = passages[i];
      if (passage.start.n != starts[i] || passage.last != lasts[i])
        return text("UPIU ", i, " ", way, " starts in cycle ", passage.start.n, " and arrives at ", passage.last.n,
                    ", in the twin ", starts[i], " and ", lasts[i].n);
    }
    return std::string{};
  };
  std::vector<LinkPassage> passages;
  for (const RecordingLink::Sent& each : link.sent) passages.push_back(each.passage);
  std::string difference = compare("to the device", passages, wire->to_device);
  if (difference.empty()) difference = compare("to the host", link.received, wire->to_host);
  if (!difference.empty()) return difference;
  if (wire->model.statistics(Direction::to_device).afc_frames != wire->to_device.receiver.afc_frames ||
      wire->model.statistics(Direction::to_host).afc_frames != wire->to_host.receiver.afc_frames)
    return "another number of acknowledgements";
  return {};
}

std::string ControllerPair::compare_registers() const {
  const auto& answers = twin.registers.answers;
  for (std::size_t i = 0; i < std::max(answers.size(), master.answers.size()); ++i) {
    if (i >= answers.size()) return text("answer ", i, " is missing in the twin");
    if (i >= master.answers.size()) return text("answer ", i, " is missing in the model");
    const RegistersTwin::Answer& answer = master.answers[i];
    if (answer.value != answers[i].value || answer.at != answers[i].at)
      return text("answer ", i, " is ", answer.value, " at ", answer.at.n, ", in the twin ", answers[i].value, " at ",
                  answers[i].at.n);
  }
  if (probe.changes != twin_probe.changes) {
    const auto [a, b] =
        std::mismatch(probe.changes.begin(), probe.changes.end(), twin_probe.changes.begin(), twin_probe.changes.end());
    const auto show = [](auto it, const auto& all) {
      return it == all.end() ? std::string("no more") : text(it->second, " at ", it->first.n);
    };
    return text("interrupt pin ", show(a, probe.changes), ", in the twin ", show(b, twin_probe.changes));
  }
  for (std::uint32_t offset = 0; offset < RegisterFile::size; offset += 4) {
    const auto reg = static_cast<Reg>(offset);
    const std::uint32_t value = model->register_file().hw_read(reg);
    const std::uint32_t other = twin.registers.registers.hw_read(reg);
    if (value != other) return text("register ", offset, " ends as ", value, ", in the twin as ", other);
  }
  for (std::uint64_t keyslot = 0; keyslot < 256; ++keyslot) {
    KeyslotUse use;
    KeyslotTwin::Key key;
    key.usable = keyslots.lookup(Keyslot{keyslot}, use) == KeyslotState::usable;
    key.generation = use.generation;
    key.data_unit = use.data_unit;
    if (!(key == twin.registers.keyslots.look_up(Keyslot{keyslot}))) return text("keyslot ", keyslot, " differs");
  }
  return {};
}

std::string ControllerPair::compare_marks() const {
  for (std::uint64_t tag = 0; tag < tags_; ++tag) {
    std::byte ocs{}, other{};
    memory.read(list + tag * Utrd::size + Utrd::ocs_offset, &ocs, 1);
    twin_memory.read(list + tag * Utrd::size + Utrd::ocs_offset, &other, 1);
    for (std::size_t stage = 0; stage < stage_count; ++stage) {
      std::vector<Picoseconds> model_times, twin_times;
      for (const auto& mark : recorder.marks) {
        if (mark.tag == Tag{tag} && static_cast<std::size_t>(mark.stage) == stage) model_times.push_back(mark.at);
      }
      for (const auto& mark : twin.marks) {
        if (mark.tag == Tag{tag} && static_cast<std::size_t>(mark.stage) == stage) twin_times.push_back(mark.at);
      }
      std::sort(model_times.begin(), model_times.end());
      std::sort(twin_times.begin(), twin_times.end());
      for (std::size_t i = 0; i < std::max(model_times.size(), twin_times.size()); ++i) {
        const std::string a = i < model_times.size() ? text(model_times[i].n) : "never";
        const std::string b = i < twin_times.size() ? text(twin_times[i].n) : "never";
        if (a != b)
          return text("tag ", tag, " passes stage ", stages[stage].name, " for the ", i + 1, ". time at ", a,
                      ", in the twin at ", b);
      }
    }
    if (ocs != other) return text("tag ", tag, " ends with OCS ", int(ocs), ", in the twin ", int(other));
  }
  if (model->statistics().ocs != twin.ended) return "other numbers of statuses";
  if (model->statistics().dropped_upius != twin.dropped) return "another number of dropped UPIUs";
  return {};
}

}  // namespace icesim::twin
