// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/fetch/fetch_twin.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim::twin {

FetchTwin::FetchTwin(const sc_core::sc_module_name& name, const UfsHostControllerConfig& config, const TwinClock& bus,
                     const RegisterFile& registers, const KeyslotTwin& keyslots, QueuesTwin& queues,
                     const SystemMemory& memory, CommandTable& commands, TransmitQueue& transmit)
    : sc_module(name),
      config_(config),
      bus_(bus.domain()),
      registers_(registers),
      keyslots_(keyslots),
      queues_(queues),
      memory_(memory),
      commands_(commands),
      transmit_(transmit),
      channel_("descriptor_reads", config.dma, bus),
      units_(config.prefetch_depth) {}

std::optional<Failure> FetchTwin::advance(std::uint64_t cycle) {
  std::optional<Failure> failed;
  fetched_.reset();
  taken.clear();
  fetched_shorter_.reset();
  for (std::size_t i = 0; i < units_.size(); ++i) {
    Unit& unit = units_[i];
    if (unit.state != State::checks_utrd && unit.state != State::checks_body) continue;
    if (--unit.count > 0) continue;
    const std::optional<Failure> failure = check(i, cycle);
    ensure(!failure || !failed, "one command leaves the fetch engine at a time");
    if (failure) failed = failure;
  }
  if (channel_.completes()) {
    const Read& read = reads_[channel_.completed().job];
    Unit& unit = units_[read.unit];
    const bool long_table = read.part == Part::prdt && config_.prdt != PrdtFormat::standard;
    if (long_table && !unit.shorter && channel_.completed().end >= unit.utrd.prdt_length * PrdtEntry::size)
      unit.shorter = cycle;
    if (channel_.completed().end == read.bytes) read_done(read);
  }
  if (fetched_) take_pending(cycle);
  command_ready_.write(fetched_ && !failed);
  return failed;
}

void FetchTwin::ring(const QueuesTwin::Asked& asked, Picoseconds now) {
  const auto is_of_queue = [&](const Pending& each) { return each.queue && each.number == asked.queue; };
  if (asked.empty) pending_.erase(std::remove_if(pending_.begin(), pending_.end(), is_of_queue), pending_.end());
  for (std::uint32_t i = 0; i < asked.entries; ++i)
    pending_.push_back({static_cast<std::uint8_t>(asked.queue), true, now});
}

void FetchTwin::forget_all() {
  pending_.clear();
  for (TableEntry& entry : commands_) entry.active = entry.sent = false;
}

void FetchTwin::let_queues_stand() {
  for (std::uint32_t queue = 0; queue < queues_.size(); ++queue) {
    const bool works = std::any_of(units_.begin(), units_.end(), [queue](const Unit& unit) {
      return unit.state != State::idle && unit.queue == queue;
    });
    if (queues_.held(queue) && !works) queues_.stand(queue);
  }
}

void FetchTwin::forget(Tag tag) {
  const auto is_tag = [tag](const Pending& each) { return !each.queue && each.number == tag.n; };
  pending_.erase(std::remove_if(pending_.begin(), pending_.end(), is_tag), pending_.end());
  commands_[tag.n].active = false;
  commands_[tag.n].sent = false;
}

void FetchTwin::show() {
  std::uint32_t pending = 0;
  for (const Pending& each : pending_) pending |= std::uint32_t{1} << each.number;
  std::uint32_t busy = 0;
  for (const Unit& unit : units_) busy += unit.state == State::idle ? 0 : 1;
  pending_mask_.write(pending);
  busy_units_.write(busy);
}

bool FetchTwin::idle() const {
  const auto is_idle = [](const Unit& unit) { return unit.state == State::idle; };
  return pending_.empty() && std::all_of(units_.begin(), units_.end(), is_idle);
}

void FetchTwin::trace(sc_core::sc_trace_file* file) const {
  sc_core::sc_trace(file, pending_mask_, pending_mask_.name());
  sc_core::sc_trace(file, busy_units_, busy_units_.name());
  sc_core::sc_trace(file, command_ready_, command_ready_.name());
  channel_.trace(file);
}

bool FetchTwin::can_choose() const {
  return std::any_of(pending_.begin(), pending_.end(), [this](const Pending& each) { return !held(each); });
}

FetchTwin::Pending FetchTwin::choose() {
  auto chosen = std::find_if(pending_.begin(), pending_.end(), [this](const Pending& each) { return !held(each); });
  if (config_.arbitration == Arbitration::round_robin) {
    // A pointer goes round the 32 tags or queues, from the one behind the last that was taken.
    std::uint8_t pointer = last_taken_;
    do {
      pointer = static_cast<std::uint8_t>((pointer + 1) % 32);
      chosen = std::find_if(pending_.begin(), pending_.end(),
                            [&](const Pending& each) { return each.number == pointer && !held(each); });
    } while (chosen == pending_.end());
  }
  const Pending taken_now = *chosen;
  last_taken_ = taken_now.number;
  pending_.erase(chosen);
  return taken_now;
}

/// As can_be_carried_out(), the twin looks at what the unit will read: the tag is in the command UPIU.
Tag FetchTwin::tag_of_entry(Unit unit) {
  take_utrd(unit);
  if (check_utrd(unit) == Ocs::success) {
    take_command(unit);
    const Tag tag = tag_of(unit.command);
    if (!unit.bus_error && tag.n < config_.tags && !commands_[tag.n].active) return tag;
  }
  commands_.push_back({});
  return Tag{commands_.size() - 1};
}

void FetchTwin::take_pending(std::uint64_t cycle) {
  for (std::size_t i = 0; i < units_.size() && can_choose(); ++i) {
    Unit& unit = units_[i];
    if (unit.state != State::idle) continue;
    unit = {};
    const Pending next = choose();
    unit.state = State::waits;
    if (next.queue) {
      unit.queue = next.number;
      unit.descriptor = queues_.take(next.number);
      unit.tag = tag_of_entry(unit);
      if (unit.tag.n < config_.tags) taken.emplace_back(unit.tag, next.rung);
    } else {
      unit.tag = Tag{next.number};
      unit.descriptor = (std::uint64_t{registers_.hw_read(Reg::UTRLBAU)} << 32 | registers_.hw_read(Reg::UTRLBA)) +
                        unit.tag.n * Utrd::size;
    }
    if (can_be_carried_out(unit)) unit.place = transmit_.add({}, cycle, upiu_header_size);
    TableEntry& entry = commands_[unit.tag.n];
    unit.life = entry.life + 1;
    entry = {};
    entry.active = true;
    entry.queue = unit.queue;
    entry.life = unit.life;
    waiting_.push_back(i);
  }
  start_next_utrd();
}

void FetchTwin::start_next_utrd() {
  if (utrd_stage_busy_ || waiting_.empty()) return;
  const std::size_t index = waiting_.front();
  waiting_.pop_front();
  utrd_stage_busy_ = true;
  units_[index].state = State::reads_utrd;
  ask(index, Part::utrd, Utrd::size);
}

void FetchTwin::ask(std::size_t unit, Part part, std::uint64_t bytes) {
  reads_.push_back({unit, part, bytes});
  channel_.ask(bytes);
}

void FetchTwin::read_done(const Read& read) {
  Unit& unit = units_[read.unit];
  switch (read.part) {
    case Part::utrd:
      take_utrd(unit);
      unit.state = State::checks_utrd;
      unit.count = config_.decode_cycles.n;
      return;
    case Part::command:
      take_command(unit);
      break;
    case Part::prdt:
      break;  // its entries are looked at in check_body, in their order
  }
  if (--unit.outstanding > 0) return;
  unit.state = State::checks_body;
  unit.count = config_.decode_cycles.n;
}

std::optional<Failure> FetchTwin::check(std::size_t index, std::uint64_t cycle) {
  Unit& unit = units_[index];
  if (unit.state == State::checks_body) return leave(unit, check_body(unit), cycle);
  const Ocs ocs = check_utrd(unit);
  if (ocs == Ocs::success) {
    unit.state = State::reads_body;
    unit.outstanding = 1;
    ask(index, Part::command, upiu_header_size);
    if (unit.utrd.prdt_length > 0) {
      ++unit.outstanding;
      ask(index, Part::prdt, unit.utrd.prdt_length * entry_size(config_.prdt));
    }
  }
  utrd_stage_busy_ = false;
  start_next_utrd();
  if (ocs == Ocs::success) return std::nullopt;
  if (unit.queue && unit.utrd.command_type == CommandType::nullified) {
    // Software has taken it back.
    unit.state = State::idle;
    fetched_ = unit.tag;
    commands_[unit.tag.n].active = false;
    return std::nullopt;
  }
  return leave(unit, ocs, cycle);
}

std::optional<Failure> FetchTwin::leave(Unit& unit, Ocs ocs, std::uint64_t cycle) {
  unit.state = State::idle;
  fetched_ = unit.tag;
  if (unit.shorter) fetched_shorter_ = *unit.shorter + config_.decode_cycles.n;
  TableEntry& entry = commands_[unit.tag.n];
  const bool wanted = entry.active && entry.life == unit.life;
  if (wanted) {
    entry.utrd = unit.utrd;
    entry.command = unit.command;
    entry.own_key = unit.own_key;
    entry.buffer = unit.buffer;
    entry.expected = unit.expected;
  }
  ensure(unit.place.has_value() == (ocs == Ocs::success), "what a command is fetched from does not change meanwhile");
  if (ocs != Ocs::success) return Failure{unit.tag, unit.life, ocs};
  transmit_.entries[*unit.place].header = unit.command;
  transmit_.complete(*unit.place, unit.tag, bus_.edge(Cycles{cycle}));
  entry.sent |= wanted;
  return std::nullopt;
}

}  // namespace icesim::twin
