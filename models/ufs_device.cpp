// SPDX-License-Identifier: Apache-2.0
#include "models/ufs_device.hpp"

#include "icesim/spec/bytes.hpp"

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

UfsDevice::UfsDevice(const sc_core::sc_module_name& name, const UfsDeviceConfig& config,
                     const ClockDomain& device_clock)
    : sc_module(name), config_(config), clock_(device_clock), target_(config), queries_(config) {
  check_segment("max_data_in", config.max_data_in);
  check_segment("max_data_out", config.max_data_out);
  ensure(config.queue_depth >= 1 && config.queue_depth <= 256, "UfsDevice: the queue holds 1..256 commands");
  ensure(config.max_rtt >= 1 && config.max_rtt <= 255, "UfsDevice: bMaxNumOfRTT is 1..255");
  in.bind(*this);
  flash_client.bind(*this);
  pool_.resize(config.queue_depth);
  for (auto index = static_cast<Index>(pool_.size()); index > 0; --index) free_.push_back(index - 1);
  by_tag_.fill(none);
  memory_.resize(by_tag_.size());
  want_data_.reserve(pool_.size());
  rtts_.reserve(255);

  SC_HAS_PROCESS(UfsDevice);
  SC_METHOD(step);
  sensitive << wake_;
  dont_initialize();
}

void UfsDevice::start_of_simulation() {
  buffer_size_ = flash->buffer_blocks();
  ensure(buffer_size_ > 0, "UfsDevice: the flash has room for at least one block in its write buffer");
  buffer_room_ = buffer_size_;
}

void UfsDevice::receive(const Upiu& upiu, Cycles start, Picoseconds last) {
  Item item;
  item.event = Event::upiu;
  item.upiu = upiu;
  push(clock_.sample_edge(last), start.n, item);
}

void UfsDevice::flash_read(std::uint32_t command, Lba first, std::uint32_t count, Picoseconds at) {
  Item item;
  item.event = Event::blocks;
  item.command = command;
  item.count = count;
  item.value = first.n;
  push(clock_.sample_edge(at), std::uint64_t{command} << lba_bits | first.n, item);
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

void UfsDevice::push(Picoseconds at, std::uint64_t content, const Item& item) {
  inbox_.push(at, static_cast<std::uint64_t>(item.event) << kind_bit | (content & content_mask), item);
}

void UfsDevice::push(Event event, Picoseconds at, Index index, std::uint64_t sequence) {
  Item item;
  item.event = event;
  item.command = index;
  item.value = sequence;
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
  while (inbox_.pop(item)) handle(item);
}

void UfsDevice::handle(const Item& item) {
  // What was to happen to a command is void when the command is over or its place has been taken by another.
  const auto current = [&](State state) {
    return pool_[item.command].sequence == item.value && pool_[item.command].state == state;
  };
  switch (item.event) {
    case Event::room:
      buffer_room_ += item.count;
      ensure(buffer_room_ <= buffer_size_, "UfsDevice: the flash returns only room that was taken");
      ++room_stamp_;
      return send_rtts();
    case Event::blocks:
      return take_blocks(item.command, Lba{item.value}, item.count);
    case Event::flushed:
      return take_flushed(item.command);
    case Event::upiu:
      return arrive(item.upiu);
    case Event::firmware:
      if (current(State::firmware)) start(item.command);
      return;
    case Event::managed:
      return manage(item.upiu);
    case Event::respond:
      if (current(State::responding)) respond(item.command);
      return;
    case Event::send:
      return send(item.upiu.header, item.upiu.data);
    case Event::patience:
      return check_patience(item.value);
  }
}

void UfsDevice::arrive(const Upiu& upiu) {
  const UpiuHeader& header = upiu.header;
  const bool has_extra_header = load_u8(&header[8]) != 0;
  const bool sound = data_segment_length(header).n == upiu.data_length && !has_extra_header;
  const bool bare = sound && upiu.data_length == 0;
  const bool scsi_command_set = (load_u8(&header[4]) & 0x0f) == 0;
  const Transaction transaction = transaction_of(header);
  switch (transaction) {
    case Transaction::command:
      return bare && scsi_command_set ? take_command(upiu) : reject(header);
    case Transaction::data_out:
      return take_data_out(upiu);
    case Transaction::nop_out:
    case Transaction::task_management_request:
    case Transaction::query_request:
      if (sound && (bare || transaction == Transaction::query_request)) {
        Item item;
        item.event = Event::managed;
        item.upiu = upiu;
        return push(occupy_firmware(config_.control_firmware_latency), ++sequence_, item);
      }
      return reject(header);
    default:
      return reject(header);
  }
}

void UfsDevice::take_command(const Upiu& upiu) {
  const Tag tag = tag_of(upiu.header);
  if (by_tag_[tag.n] != none) return reject(upiu.header);
  reach(tag, DeviceMilestone::command_received, now());
  if (free_.empty()) {
    ++stats_.task_set_full;
    ResponseUpiu response;
    response.lun = load_u8(&upiu.header[2]);
    response.tag = tag;
    response.status = static_cast<std::uint8_t>(scsi::Status::task_set_full);
    reach(tag, DeviceMilestone::response_sent, after(after(config_.response_latency), Picoseconds{0}));
    return send_later(response.encode());
  }
  const Index index = free_.back();
  free_.pop_back();
  by_tag_[tag.n] = index;
  Command& command = pool_[index];
  command.state = State::firmware;
  command.sequence = ++sequence_;
  command.request = CommandUpiu::decode(upiu.header);
  command.plan = target_.plan(command.request);
  command.failed = false;
  command.media_pending = command.requested = command.received = command.next_data_in = 0;
  command.waited_for_room = command.waited_for_rtt = false;
  count_command(command.plan);
  push(Event::firmware, occupy_firmware(firmware_latency(command.plan)), index, command.sequence);
}

void UfsDevice::count_command(const ScsiPlan& plan) {
  switch (plan.work) {
    case ScsiPlan::Work::read:
      ++stats_.reads;
      break;
    case ScsiPlan::Work::write:
      ++stats_.writes;
      break;
    case ScsiPlan::Work::flush:
      ++stats_.synchronize_caches;
      break;
    case ScsiPlan::Work::unmap:
      ++stats_.unmaps;
      break;
    default:
      ++stats_.other_commands;
  }
}

Picoseconds UfsDevice::occupy_firmware(Picoseconds latency) {
  firmware_free_ = std::max(now(), firmware_free_) + config_.command_occupancy;
  stats_.firmware_busy += config_.command_occupancy;
  return after(firmware_free_ + latency - now());
}

Picoseconds UfsDevice::firmware_latency(const ScsiPlan& plan) const {
  switch (plan.work) {
    case ScsiPlan::Work::read:
      return plan.blocks > 1 ? config_.read_firmware_latency_large : config_.read_firmware_latency;
    case ScsiPlan::Work::write:
      return config_.write_firmware_latency + config_.write_firmware_latency_per_block * plan.blocks;
    default:
      return config_.control_firmware_latency;
  }
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
      if (plan.length > 0) return start_data_out(index);
      break;
    case ScsiPlan::Work::none:
      break;
  }
  reach(command.request.tag, DeviceMilestone::firmware_done, now());
  complete(index);
}

}  // namespace icesim
