// SPDX-License-Identifier: Apache-2.0
#include "models/device/ufs_device.hpp"

#include <algorithm>
#include <cstring>

namespace icesim {

namespace {
constexpr auto block_size = static_cast<std::uint32_t>(logical_block.n);
}  // namespace

void UfsDevice::start_read(Index index) {
  Command& command = pool_[index];
  const ScsiPlan& plan = command.plan;
  const auto blocks_of_upiu = static_cast<std::uint32_t>(config_.max_data_in / logical_block);
  command.state = State::reading;
  command.media_pending = plan.blocks;
  command.missing.assign(divide_up(plan.blocks, blocks_of_upiu), blocks_of_upiu);
  if (plan.blocks % blocks_of_upiu != 0) command.missing.back() = plan.blocks % blocks_of_upiu;
  if (config_.simulate_payload) payload_[command.request.tag.n].resize(std::size_t{plan.blocks} * block_size);
  reach(command.request.tag, DeviceMilestone::firmware_done, now());
  flash->read(index, plan.first, plan.blocks, next_cycle());
}

void UfsDevice::take_blocks(Index index, Lba first, std::uint32_t count) {
  Command& command = pool_[index];
  const ScsiPlan& plan = command.plan;
  ensure(count <= command.media_pending, "UfsDevice: the flash delivers blocks that were asked for, once");
  command.media_pending -= count;
  if (command.state == State::draining && command.media_pending == 0) return release(index);
  if (command.state != State::reading) return;
  ensure(first >= plan.first && first.n + count <= plan.first.n + plan.blocks,
         "UfsDevice: the flash delivers blocks of the range that was asked for");

  // 1. Put the piece where it belongs.
  const auto blocks_of_upiu = static_cast<std::uint32_t>(config_.max_data_in / logical_block);
  auto block = static_cast<std::uint32_t>((first - plan.first).n);
  for (std::uint32_t left = count; left > 0;) {
    const std::uint32_t part = std::min(left, blocks_of_upiu - block % blocks_of_upiu);
    std::uint32_t& missing = command.missing[block / blocks_of_upiu];
    ensure(part <= missing, "UfsDevice: the flash delivers each block once");
    missing -= part;
    block += part;
    left -= part;
  }
  if (config_.simulate_payload) fill_payload(command, first, count);
  if (command.media_pending == 0) {
    // Told before the data leaves: the receiver works out its way at once.
    reach(command.request.tag, DeviceMilestone::media_done, now());
    reach(command.request.tag, DeviceMilestone::data_done, next_cycle());
  }

  // 2. Send what is complete, in order.
  std::byte* const payload = config_.simulate_payload ? payload_[command.request.tag.n].data() : nullptr;
  const auto step_size = static_cast<std::uint32_t>(config_.max_data_in.n);
  while (command.next_data_in < command.missing.size() && command.missing[command.next_data_in] == 0) {
    const std::uint32_t offset = command.next_data_in * step_size;
    send_data_in(command, offset, std::min(step_size, plan.length - offset), payload ? payload + offset : nullptr);
    ++command.next_data_in;
  }
  if (command.media_pending == 0) complete(index);
}

void UfsDevice::fill_payload(const Command& command, Lba first, std::uint32_t count) {
  std::byte* to = payload_[command.request.tag.n].data() + (first - command.plan.first).n * block_size;
  for (std::uint32_t i = 0; i < count; ++i, to += block_size) {
    const std::byte* const from = flash->content(first + Lba{i});
    if (from != nullptr) {
      std::memcpy(to, from, block_size);
    } else {
      std::memset(to, 0, block_size);
    }
  }
}

void UfsDevice::start_flush(Index index) {
  Command& command = pool_[index];
  command.state = State::flushing;
  command.media_pending = 1;
  flash->flush(index, next_cycle());
}

void UfsDevice::take_flushed(Index index) {
  if (index == pool_.size()) {
    room_flush_pending_ = false;
    return send_rtts();
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
    wait_for_room(command);
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

void UfsDevice::wait_for_room(Command& command) {
  stats_.buffer_waits += command.waited_for_room ? 0 : 1;
  command.waited_for_room = true;
  if (patience_armed_ || room_flush_pending_) return;
  patience_armed_ = true;
  push(Event::patience, after(config_.buffer_patience), none, room_stamp_);
}

void UfsDevice::check_patience(std::uint64_t stamp) {
  patience_armed_ = false;
  if (want_data_.empty() || !pool_[want_data_.front()].waited_for_room) return;
  if (stamp != room_stamp_) return send_rtts();  // some came back meanwhile: wait for as long again
  // What the flash holds is in partly filled program units: it would wait for more blocks for ever.
  room_flush_pending_ = true;
  ++stats_.buffer_flushes;
  flash->flush(static_cast<Index>(pool_.size()), next_cycle());
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
  command.received += rtt.length;
  if (command.received < plan.length) return;
  reach(command.request.tag, DeviceMilestone::data_done, now());
  if (plan.fua || !config_.write_cache) return start_flush(index);
  complete(index);
}

void UfsDevice::take_unmap_list(Index index, const std::byte* list) {
  Command& command = pool_[index];
  const ScsiPlan range = target_.unmap_range(list, command.plan.length);
  if (range.work == ScsiPlan::Work::fail) return fail(index, range.sense);
  reach(command.request.tag, DeviceMilestone::data_done, now());
  if (range.blocks > 0) flash->trim(range.first, range.blocks, next_cycle());
  complete(index);
}

}  // namespace icesim
