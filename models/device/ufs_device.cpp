// SPDX-License-Identifier: Apache-2.0
#include "models/device/ufs_device.hpp"

#include "icesim/base/seldom.hpp"

#include <algorithm>
#include <string>

namespace icesim {

namespace {

// Content of an order key: what is left of 64 bits beside the kind of event.
constexpr unsigned kind_bit = 60;
constexpr std::uint64_t content_mask = (std::uint64_t{1} << kind_bit) - 1;
constexpr unsigned lba_bits = 44;

void check_segment(std::string_view name, Bytes size) {
  if (size.n >= 4096 && size.n <= 61440 && size % logical_block == Bytes{0}) return;
  throw UserError("device." + std::string(name) + ": " + std::to_string(size.n) +
                  " is not allowed; a multiple of 4096 from 4096 to 61440 is");
}

}  // namespace

UfsDevice::UfsDevice(const sc_core::sc_module_name& name, Agenda& agenda, const UfsDeviceConfig& config,
                     const ClockDomain& device_clock)
    : sc_module(name),
      config_(config),
      clock_(device_clock),
      target_(config),
      queries_(config),
      wake_(agenda, run_step<UfsDevice, &UfsDevice::step>, this) {
  check_segment("max_data_in", config.max_data_in);
  check_segment("max_data_out", config.max_data_out);
  ensure(config.queue_depth >= 1 && config.queue_depth <= 256, "UfsDevice: the queue holds 1..256 commands");
  ensure(config.max_rtt >= 1 && config.max_rtt <= 255, "UfsDevice: bMaxNumOfRTT is 1..255");
  in.bind(*this);
  flash_client.bind(*this);
  pool_.resize(config.queue_depth);
  for (auto index = static_cast<Index>(pool_.size()); index > 0; --index) free_.push_back(index - 1);
  by_tag_.fill(none);
  payload_.resize(by_tag_.size());
  want_data_.reserve(pool_.size());
  rtts_.reserve(255);
  if (config.map.on()) map_ = std::make_unique<DeviceMap>(config.map, config.capacity_blocks, static_cast<MapClient&>(*this));
  if (config.task_order == TaskOrdering::attributes) order_ = std::make_unique<TaskOrder>();
  if (config.ahead.on())
    ahead_ = std::make_unique<ReadAhead>(config.ahead, config.capacity_blocks, static_cast<ReadAheadClient&>(*this));
  if (config.hesitation.on()) hesitation_ = std::make_unique<Hesitation>(config.hesitation);
  any_order_ = config.data_ordering == DataOrdering::always;
  if (config.data_ordering != DataOrdering::in_order) stats_.early_data_ins = 0;
  one_by_one_ = order_ || config.background.on();
  extra_ = map_ || ahead_ || one_by_one_;
}

void UfsDevice::start_of_simulation() {
  buffer_size_ = flash->buffer_blocks();
  ensure(buffer_size_ > 0, "UfsDevice: the flash has room for at least one block in its write buffer");
  buffer_room_ = buffer_size_;
  if (FlashBoosterControl* const booster = flash->booster()) queries_.connect(*booster, config_.booster_factor);
  if (config_.background.on()) {
    background_ = std::make_unique<BackgroundWork>(config_.background, *flash.operator->());
    queries_.connect(*background_);
    wait_for_rest();
  }
}

void UfsDevice::flash_read(std::uint32_t command, Lba first, std::uint32_t count, Picoseconds at) {
  push_blocks(clock_.sample_edge(at), command, first, count);
}

void UfsDevice::push_blocks(Picoseconds at, Index command, Lba first, std::uint32_t count) {
  Item item;
  item.event = Event::blocks;
  item.command = command;
  item.count = count;
  item.value = first.n;
  push(at, std::uint64_t{command} << lba_bits | first.n, item);
}

void UfsDevice::flash_programmed(std::uint32_t blocks, Picoseconds at) {
  Item item;
  item.event = Event::room;
  item.count = blocks;
  push(clock_.sample_edge(at), blocks, item);
}

void UfsDevice::flash_flushed(std::uint32_t command, Picoseconds at) {
  push(Event::flushed, clock_.sample_edge(at), command, command);
}

void UfsDevice::push(Picoseconds at, std::uint64_t content, Item item) {
  item.life = life_;
  inbox_.push(at, static_cast<std::uint64_t>(item.event) << kind_bit | (content & content_mask), item);
}

void UfsDevice::push(Event event, Picoseconds at, Index index, std::uint64_t sequence) {
  Item item;
  item.event = event;
  item.command = index;
  item.value = sequence;
  push(at, sequence, item);
}

void UfsDevice::push_managed(Picoseconds at, std::uint64_t sequence, std::uint32_t place) {
  Item item;
  item.event = Event::managed;
  item.count = place;
  push(at, sequence, item);
}

Picoseconds UfsDevice::after(Picoseconds from, Picoseconds delay) const {
  return clock_.edge(std::max(clock_.next(from + delay), clock_.next(from) + Cycles{1}));
}

void UfsDevice::reach(Tag tag, DeviceMilestone::Kind kind, Picoseconds at) {
  if (observer.size() > 0) observer->milestone(static_cast<std::uint32_t>(tag.n), kind, at);
}

void UfsDevice::step() {
  Item item;
  cycle_ = clock_.next(now());
  while (inbox_.pop(item)) {
    if (!announced_.empty()) take_announced(item);
    handle(item);
  }
}

std::uint32_t UfsDevice::park(const Upiu& upiu) {
  if (free_places_.empty()) {
    free_places_.push_back(static_cast<std::uint32_t>(parked_.size()));
    parked_.emplace_back();
  }
  const std::uint32_t place = free_places_.back();
  free_places_.pop_back();
  Parked& parked = parked_[place];
  parked.upiu = upiu;
  parked.bytes.keep(parked.upiu);
  return place;
}

void UfsDevice::handle(const Item& item) {
  // What was to happen to a command is void when the command is over or its place has been taken by another.
  const auto current = [&](Index index, State state) {
    return pool_[index].sequence == item.value && pool_[index].state == state;
  };
  switch (item.event) {
    case Event::room:
      buffer_room_ += item.count;
      ensure(buffer_room_ <= buffer_size_, "UfsDevice: the flash returns only room that was taken");
      ++room_stamp_;
      return use_room();
    case Event::blocks:
      if (seldom(extra_) && item.command >= pool_.size()) return take_own_blocks(item.command, Lba{item.value}, item.count);
      return take_blocks(item.command, Lba{item.value}, item.count);
    case Event::flushed:
      return take_flushed(item.command);
    case Event::upiu: {
      const Upiu upiu = parked(item);
      if (item.life == life_) {
        if (transaction_of(upiu.header) != Transaction::data_out) --undecided_;
        arrive(upiu);
      }
      return unpark(item);
    }
    case Event::firmware:
      return take_turn(item);
    case Event::managed: {
      if (item.life == life_) manage(parked(item));
      return unpark(item);
    }
    case Event::respond:
      if (current(item.command, State::responding)) respond(item.command);
      return;
    case Event::send: {
      const Upiu upiu = parked(item);
      if (item.life == life_) send(upiu.header, upiu.data);
      return unpark(item);
    }
    case Event::patience:
      return check_patience(item.value);
    case Event::unmap:
      if (current(item.command, State::unmapping)) end_unmap(item.command);
      return;
    case Event::idle:
      return take_next();
    case Event::rest:
      if (item.value == rest_stamp_) begin_background();
      return;
  }
}

void UfsDevice::link_reset() {
  ++life_;
  while (!announced_.empty()) announced_.pop();
  announced_tags_.reset();
  undecided_ = 0;
  while (!turns_.empty()) turns_.pop();
  if (order_) {
    for (const TaskOrder::Task& each : order_->tasks()) {
      if (!each.is_command) free_places_.push_back(each.index);
    }
    order_->tasks().clear();
  }
  queries_.reset(false, soon());
  firmware_free_ = restarted_;
  idle_at_ = {};
  attention_ = serves_;
  if (ahead_) ahead_->forget();
  for (Index index = 0; index < pool_.size(); ++index) {
    if (pool_[index].state == State::free || pool_[index].state == State::draining) continue;
    release(index);
    cancel_rtts(index);
  }
  if (background_) {
    if (background_->begun()) background_->stop(queries_.flushes_booster(), soon());
    wait_for_rest();
  }
}

void UfsDevice::lose_power() {
  link_reset();
  queries_.reset(true, soon());
  if (map_) map_->forget();
  firmware_free_ = restarted_ = now() + config_.recovery(config_.capacity_blocks);
  if (background_) wait_for_rest();
}

void UfsDevice::start(Index index) {
  const Command& command = pool_[index];
  const ScsiPlan& plan = command.plan;
  switch (plan.work) {
    case ScsiPlan::Work::fail:
      return fail(index, plan.sense);
    case ScsiPlan::Work::answer:
      return answer_control(index);
    case ScsiPlan::Work::flush:
      reach(command.request.tag, DeviceMilestone::firmware_done, now());
      return start_flush(index);
    case ScsiPlan::Work::read:
      if (plan.length > 0) return start_read(index);
      break;
    case ScsiPlan::Work::write:
    case ScsiPlan::Work::unmap:
      if (seldom(queries_.write_protected())) return fail(index, sense::write_protected);
      if (plan.length > 0) return start_data_out(index);
      break;
    case ScsiPlan::Work::none:
      break;
  }
  reach(command.request.tag, DeviceMilestone::firmware_done, now());
  complete(index);
}

}  // namespace icesim
