// SPDX-License-Identifier: Apache-2.0
#include "models/device/ufs_device.hpp"

#include "icesim/base/seldom.hpp"

#include <algorithm>

namespace icesim {

namespace {
constexpr auto block_size = static_cast<std::uint32_t>(logical_block.n);
}  // namespace

void UfsDevice::start_flush(Index index) {
  Command& command = pool_[index];
  command.state = State::flushing;
  command.media_pending = 1;
  flash->flush(index, next_cycle());
}

void UfsDevice::take_flushed(Index index) {
  if (index == flush_for_room()) {
    room_flush_pending_ = false;
    return use_room();
  }
  Command& command = pool_[index];
  ensure(command.media_pending == 1, "UfsDevice: the flash answers each flush once");
  command.media_pending = 0;
  if (command.state == State::draining) return release(index);
  if (command.state != State::flushing) return;
  reach(command.request.tag, DeviceMilestone::media_done, now());
  complete(index);
}

void UfsDevice::start_data_out(Index index) {
  pool_[index].state = State::writing;
  want_data_.push_back(index);
  send_rtts();
}

/// There may be room in the write buffer: first for what reads wait for.
void UfsDevice::use_room() {
  if (map_) map_->room();
  send_rtts();
}

void UfsDevice::send_rtts() {
  while (!want_data_.empty() && send_rtt(want_data_.front())) {
  }
}

bool UfsDevice::send_rtt(Index index) {
  Command& command = pool_[index];
  const ScsiPlan& plan = command.plan;
  const bool buffered = plan.work == ScsiPlan::Work::write;

  // 1. One of bMaxNumOfRTT must be left.
  if (rtts_.size() >= queries_.max_rtt()) {
    stats_.rtt_waits += command.waited_for_rtt ? 0 : 1;
    command.waited_for_rtt = true;
    return false;
  }
  // 2. The write buffer must have room for what comes; it can be smaller than the largest RTT.
  std::uint64_t length = std::min<std::uint64_t>(plan.length - command.requested, config_.max_data_out.n);
  if (buffered) length = std::min(length, std::uint64_t{buffer_size_} * block_size);
  const auto blocks = static_cast<std::uint32_t>(buffered ? length / block_size : 0);
  if (blocks > buffer_room_) {
    stats_.buffer_waits += command.waited_for_room ? 0 : 1;
    command.waited_for_room = true;
    wait_for_room();
    return false;
  }
  // 3. Ask.
  buffer_room_ -= blocks;
  rtts_.push_back({index, command.requested, static_cast<std::uint32_t>(length), blocks});
  ++stats_.rtts;
  DataUpiu upiu;
  upiu.transaction = Transaction::ready_to_transfer;
  upiu.lun = command.request.lun;
  upiu.tag = command.request.tag;
  upiu.offset = Bytes{command.requested};
  upiu.count = Bytes{length};
  send(upiu.encode(), nullptr);
  if (command.requested == 0) reach(command.request.tag, DeviceMilestone::firmware_done, now());
  command.requested += static_cast<std::uint32_t>(length);
  command.waited_for_room = command.waited_for_rtt = false;
  if (command.requested == plan.length) want_data_.erase(want_data_.begin());
  return true;
}

void UfsDevice::wait_for_room() {
  if (patience_armed_ || room_flush_pending_) return;
  patience_armed_ = true;
  push(Event::patience, after(config_.buffer_patience), none, room_stamp_);
}

void UfsDevice::check_patience(std::uint64_t stamp) {
  patience_armed_ = false;
  const bool command_waits = !want_data_.empty() && pool_[want_data_.front()].waited_for_room;
  if (!command_waits && !(map_ && map_->waits_for_room())) return;
  if (stamp != room_stamp_) return use_room();  // some came back meanwhile: wait for as long again
  // What the flash holds is in partly filled program units: it would wait for more blocks for ever.
  room_flush_pending_ = true;
  ++stats_.buffer_flushes;
  flash->flush(flush_for_room(), next_cycle());
}

void UfsDevice::cancel_rtts(Index index) {
  for (const Rtt& rtt : rtts_) buffer_room_ += rtt.command == index ? rtt.blocks : 0;
  rtts_.erase(std::remove_if(rtts_.begin(), rtts_.end(), [&](const Rtt& rtt) { return rtt.command == index; }),
              rtts_.end());
  want_data_.erase(std::remove(want_data_.begin(), want_data_.end(), index), want_data_.end());
}

void UfsDevice::take_data_out(const Upiu& upiu) {
  const DataUpiu data = DataUpiu::decode(upiu.header);
  const Index index = by_tag_[data.tag.n];
  if (index == none) return reject(upiu.header);
  const auto found = std::find_if(rtts_.begin(), rtts_.end(), [&](const Rtt& rtt) {
    return rtt.command == index && rtt.offset == data.offset.n && rtt.length == data.count.n;
  });
  if (found == rtts_.end() || upiu.data_length != data.count.n || data_segment_length(upiu.header) != data.count) {
    return fail(index, device_sense::data_phase_error);
  }
  ++stats_.data_outs;
  const Rtt rtt = *found;
  rtts_.erase(found);
  // The next RTT goes out before the RESPONSE.
  send_rtts();
  if (pool_[index].plan.work == ScsiPlan::Work::unmap) return take_unmap_list(index, upiu.data);
  take_write_data(index, rtt, upiu.data);
}

void UfsDevice::take_write_data(Index index, const Rtt& rtt, const std::byte* data) {
  Command& command = pool_[index];
  const ScsiPlan& plan = command.plan;
  const Lba first = plan.first + Lba{rtt.offset / block_size};
  if (data != nullptr) {
    for (std::uint32_t i = 0; i < rtt.blocks; ++i) flash->store(first + Lba{i}, data + std::size_t{i} * block_size);
  }
  flash->write(first, rtt.blocks, next_cycle());
  if (seldom(extra_)) {
    if (map_) map_->update(first, rtt.blocks);
    if (ahead_) ahead_->change(first, rtt.blocks);
  }
  command.received += rtt.length;
  if (command.received < plan.length) return;
  reach(command.request.tag, DeviceMilestone::data_done, now());
  if (plan.fua || !config_.write_cache) return start_flush(index);
  complete(index);
}

void UfsDevice::take_unmap_list(Index index, const std::byte* list) {
  Command& command = pool_[index];
  const ScsiPlan range = target_.unmap_range(command.request.lun, list, command.plan.length);
  if (range.work == ScsiPlan::Work::fail) return fail(index, range.sense);
  reach(command.request.tag, DeviceMilestone::data_done, now());
  command.plan.first = range.first;
  command.plan.blocks = range.blocks;
  if (config_.unmap_latency == Picoseconds{0}) return end_unmap(index);
  command.state = State::unmapping;
  push(Event::unmap, after(config_.unmap_latency), index, command.sequence);
}

void UfsDevice::end_unmap(Index index) {
  const ScsiPlan& range = pool_[index].plan;
  if (range.blocks > 0) flash->trim(range.first, range.blocks, next_cycle());
  if (map_) map_->trim(range.first, range.blocks);
  if (ahead_) ahead_->change(range.first, range.blocks);
  complete(index);
}

}  // namespace icesim
