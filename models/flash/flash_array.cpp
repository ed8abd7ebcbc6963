// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_array.hpp"

#include <algorithm>

namespace icesim {
namespace {

std::unique_ptr<FlashPageTimes> page_times(const FlashArrayConfig& config) {
  if (!config.wordline.pages_differ()) return nullptr;
  return std::make_unique<FlashPageTimes>(config.wordline, config.pages_per_program, config.read_time, config.program_time);
}

}  // namespace

FlashArray::FlashArray(const sc_core::sc_module_name& name, Agenda& agenda, const FlashArrayConfig& config,
                       const ClockDomain& nand)
    : sc_module(name),
      geometry_(config),
      clock_(nand),
      read_time_(config.read_time),
      program_time_(config.program_time),
      erase_time_(config.erase_time),
      boosted_read_time_(config.booster.read_time),
      boosted_program_time_(config.booster.program_time),
      idle_time_(config.booster.idle_time),
      bytes_per_cycle_(config.channel_bytes_per_cycle.n),
      caches_(config.cache_program.on),
      cache_busy_time_(config.cache_program.busy_time),
      page_times_(page_times(config)),
      wake_(agenda, run_step<FlashArray, &FlashArray::step>, this),
      dies_(geometry_),
      translation_(config, geometry_, dies_, statistics_),
      content_(geometry_.blocks),
      bus_free_(geometry_.channels) {
  in.bind(*this);
  bus_requests_.reserve(geometry_.dies);
  connect_booster(config.booster.endurance);
  if (config.suspension.most > 0) suspension_ = std::make_unique<FlashSuspensionConfig>(config.suspension);
  statistics_.suspends = suspension_ != nullptr;
  statistics_.caches = caches_;
  if (config.retry.happens()) retries_ = std::make_unique<FlashRetries>(config.retry);
  statistics_.retries = retries_ != nullptr;
}

void FlashArray::read(std::uint32_t command, Lba first, std::uint32_t count, Picoseconds at) {
  check_range(first, count);
  const Event request{Kind::read, command, static_cast<std::uint32_t>(first.n), count};
  if (!take_early(request, at)) accept(request, at);
}

void FlashArray::write(Lba first, std::uint32_t count, Picoseconds at) {
  check_range(first, count);
  if (seldom(unsynced_ != nullptr)) {
    for (Lba block = first; block < std::min(first + Lba{count}, bare_); block += Lba{1}) unsynced_->stored(block);
  }
  accept({Kind::write, 0, static_cast<std::uint32_t>(first.n), count}, at);
}

void FlashArray::flush(std::uint32_t command, Picoseconds at) { accept({Kind::flush, command, 0, 0}, at); }

void FlashArray::trim(Lba first, std::uint64_t count, Picoseconds at) {
  check_range(first, count);
  if (unsynced_) unsynced_->trimmed(first, count);
  content_.forget(first, count);
  accept({Kind::trim, 0, static_cast<std::uint32_t>(first.n), static_cast<std::uint32_t>(count)}, at);
}

void FlashArray::check_range(Lba first, std::uint64_t count) const {
  ensure(count <= geometry_.blocks && first.n <= geometry_.blocks - count, "flash: blocks lie below the capacity");
}

void FlashArray::accept(const Event& event, Picoseconds at) {
  ensure(at > now(), "flash: a request is told before it happens");
  enqueue(event, at);
}

/// Queues what is taken on an edge to come; its own time may have passed.
void FlashArray::enqueue(const Event& event, Picoseconds at) {
  // Requests of one edge keep the order of their own times: a write behind a trim is not trimmed.
  const Cycles edge = clock_.next(at);
  const std::uint64_t lateness = edge.n == 0 ? 0 : (at - clock_.edge(edge - Cycles{1})).n;
  const std::uint64_t offset = std::min<std::uint64_t>(lateness, (1u << 24) - 1);
  const std::uint64_t what = event.kind == Kind::trim || event.kind == Kind::write ? event.first : event.die_or_command;
  const Picoseconds taken = clock_.edge(edge + clock_.sync_stages());
  if (taken <= early_.taken) take_back();
  inbox_.push(taken, std::uint64_t{1} << 63 | offset << 35 | static_cast<std::uint64_t>(event.kind) << 32 | what,
              event);
}

void FlashArray::after(std::uint32_t die, Kind kind, Cycles edge) {
  inbox_.push(clock_.edge(edge), die, {kind, die, dies_[die].interrupted, 0});
}

void FlashArray::step() {
  cycle_ = clock_.next(now());
  // 1. What has ended, and what comes in.
  const bool boosts = translation_.booster() != nullptr;
  for (Event event{}; inbox_.pop(event);) {
    if (boosts && event.kind >= Kind::trim && event.kind <= Kind::read) last_request_ = now();
    switch (event.kind) {
      case Kind::sensed:
        if (event.first == dies_[event.die_or_command].started_as) bus_requests_.push_back(event.die_or_command);
        break;
      case Kind::done:
        if (event.first == dies_[event.die_or_command].interrupted) end_operation(event.die_or_command);
        break;
      case Kind::suspended:
        dies_[event.die_or_command].leave_active();
        dies_.touched.push_back(event.die_or_command);
        break;
      case Kind::cells:
        dies_.touched.push_back(event.die_or_command);
        break;
      case Kind::rest:
        looks_for_rest_ = false;
        break;
      case Kind::booster:
        set_booster(event);
        break;
      case Kind::trim:
        for (std::uint32_t i = 0; i < event.count; ++i) translation_.trim(event.first + i);
        break;
      case Kind::write:
        translation_.write(event.first, event.count);
        for (std::uint32_t i = 0; unsynced_ && i < event.count; ++i)
          unsynced_->accepted(Lba{event.first + i}, translation_.hot(event.first + i));
        break;
      case Kind::flush:
        translation_.flush(event.die_or_command);
        break;
      case Kind::read:
        read_blocks(event);
        break;
    }
  }
  // 2. What waited for it.
  if (boosts) look_for_rest();
  translation_.settle();
  for (std::uint32_t command = 0; translation_.next_flushed(command);)
    client->flash_flushed(command, clock_.edge(cycle_ + Cycles{1}));
  // 3. Idle dies start.
  if (dies_.touched.size() > 1) std::sort(dies_.touched.begin(), dies_.touched.end());
  for (const std::uint32_t die : dies_.touched) start(die);
  dies_.touched.clear();
  // 4. Buses are granted.
  if (bus_requests_.size() > 1) std::sort(bus_requests_.begin(), bus_requests_.end());
  for (const std::uint32_t die : bus_requests_) use_bus(die);
  bus_requests_.clear();
}

void FlashArray::sense(std::uint32_t die, Cycles start) {
  FlashDie& d = dies_[die];
  d.started = start;
  d.bus_cycles = Cycles{0};
  Picoseconds time = read_time(d.active);
  if (seldom(retries_ != nullptr)) time = with_retries(die, time);
  inbox_.push(clock_.edge(later(start, time)), die, {Kind::sensed, die, ++d.started_as, 0});
}

void FlashArray::start(std::uint32_t die) {
  FlashDie& d = dies_[die];
  if (d.quiet) {
    // Now something waits for the die.
    if (d.ends > cycle_) {
      d.quiet = false;
      return after(die, Kind::done, d.ends);
    }
    d.finish();
  }
  if (seldom(caches_) && d.begin_loaded(cycle_)) program_cells(die, d.cells_from);
  if (seldom(suspension_ != nullptr)) suspend(die);
  if (seldom(caches_)) load(die);
  if (!d.start(translation_.collect_first(die))) return;
  d.started = cycle_;
  d.bus_cycles = Cycles{0};
  if (seldom(d.resumes())) return resume(die);
  switch (d.active.work) {
    case FlashWork::host_read:
    case FlashWork::gc_read:
    case FlashWork::migration_read:
      return sense(die, cycle_);
    case FlashWork::host_program:
    case FlashWork::gc_program:
    case FlashWork::migration_program:
      return bus_requests_.push_back(die);
    case FlashWork::erase: {
      const Cycles done = later(cycle_, erase_time_);
      if (suspension_) use_cells(die, cycle_, done);
      return after(die, Kind::done, done);
    }
  }
}

void FlashArray::use_bus(std::uint32_t die) {
  FlashDie& d = dies_[die];
  if (seldom(caches_) && d.wants_data()) return load_on_bus(die);
  const FlashOperation& operation = d.active;
  const bool is_program = programs(operation.work);
  Cycles& bus_free = bus_free_[geometry_.channel(die)];
  d.bus_cycles = bus_cycles(is_program ? geometry_.unit(operation.boosted) : operation.blocks);
  bus_free = std::max(bus_free, cycle_) + d.bus_cycles;
  if (is_program) return program_cells(die, bus_free);
  if (seldom(retries_ != nullptr)) {
    retries_->count(d.retries, statistics_.retry);
    ++d.reads;
  }
  if (operation.work == FlashWork::host_read) {
    ++statistics_.reads;
    count_busy(die, bus_free);
    d.quiet = !d.waiting();
    d.ends = bus_free;
  }
  if (!d.quiet) after(die, Kind::done, bus_free);
  if (operation.work == FlashWork::host_read)
    client->flash_read(operation.command, Lba{operation.first}, operation.blocks, clock_.edge(bus_free));
}

/// Programs what is across on edge `from`, an edge to come.
void FlashArray::program_cells(std::uint32_t die, Cycles from) {
  FlashDie& d = dies_[die];
  const Cycles done = later(from, program_time(d.active));
  after(die, Kind::done, done);
  if (seldom(caches_)) {
    d.ends = done;
    d.register_free = later(from, cache_busy_time_);
    if (cycle_ < d.register_free && d.register_free < done) after(die, Kind::cells, d.register_free);
  }
  if (suspension_) return use_cells(die, from, done);
  if (d.active.work == FlashWork::host_program) client->flash_programmed(d.active.blocks, clock_.edge(done));
}

void FlashArray::end_operation(std::uint32_t die) {
  FlashDie& d = dies_[die];
  const FlashOperation operation = d.active;
  d.finish();
  dies_.touched.push_back(die);
  if (operation.work == FlashWork::host_read) return;
  count_busy(die, cycle_);
  if (suspension_ && operation.work == FlashWork::host_program)
    client->flash_programmed(operation.blocks, clock_.edge(cycle_ + Cycles{1}));
  translation_.finished(die, operation);
  if (unsynced_ && operation.work == FlashWork::host_program) unsynced_->programmed(operation.hot, operation.first, operation.blocks);
}

void FlashArray::count_busy(std::uint32_t die, Cycles end) {
  const FlashDie& d = dies_[die];
  statistics_.die_busy += clock_.edge(end) - clock_.edge(d.started);
  statistics_.channel_busy += clock_.edge(end) - clock_.edge(end - d.bus_cycles);
  if (seldom(tap_ != nullptr)) tap_->busy(die, d.active, clock_.edge(d.started), clock_.edge(end));
}

}  // namespace icesim
