// SPDX-License-Identifier: Apache-2.0
#include "models/device/ufs_device.hpp"

#include "icesim/base/seldom.hpp"

#include <algorithm>
#include <cstring>

namespace icesim {

namespace {
constexpr auto block_bytes = static_cast<std::uint32_t>(logical_block.n);
}  // namespace

void UfsDevice::start_read(Index index) {
  Command& command = pool_[index];
  const ScsiPlan& plan = command.plan;
  const auto blocks_of_upiu = static_cast<std::uint32_t>(config_.max_data_in / logical_block);
  command.state = State::reading;
  command.any_order = any_order_;
  command.media_pending = plan.blocks;
  command.missing.assign(divide_up(plan.blocks, blocks_of_upiu), blocks_of_upiu);
  if (plan.blocks % blocks_of_upiu != 0) command.missing.back() = plan.blocks % blocks_of_upiu;
  if (config_.simulate_payload) payload_[command.request.tag.n].resize(std::size_t{plan.blocks} * block_bytes);
  reach(command.request.tag, DeviceMilestone::firmware_done, now());
  if (seldom(extra_)) return look_for(index, plan.first, plan.blocks);
  flash->read(index, plan.first, plan.blocks, next_cycle());
}

/// A read of a command where it may be in memory, and where the map may not.
void UfsDevice::look_for(Index index, Lba first, std::uint32_t count) {
  if (!ahead_) return locate(index, first, count);
  const std::uint32_t rest = ahead_->read(index, first, count);
  if (rest > 0) locate(index, first + Lba{count - rest}, rest);
  ahead_->go_on();
}

void UfsDevice::locate(Index index, Lba first, std::uint32_t count) {
  if (map_) return map_->look_up(index, first, count);
  mapped(index, first, count);
}

/// Blocks that the device has asked for itself.
void UfsDevice::take_own_blocks(Index number, Lba first, std::uint32_t count) {
  if (number == page_of_map()) return map_->page_read(first, count);
  ahead_->arrive(number - flights(), first, count);
}

void UfsDevice::read_ahead(std::uint32_t flight, Lba first, std::uint32_t count) {
  locate(flights() + flight, first, count);
}

void UfsDevice::found_ahead(Index index, Lba first, std::uint32_t count) {
  push_blocks(next_cycle(), index, first, count);
}

void UfsDevice::mapped(Index index, Lba first, std::uint32_t count) { flash->read(index, first, count, next_cycle()); }

void UfsDevice::map_read(Lba first, std::uint32_t count) { flash->read(page_of_map(), first, count, next_cycle()); }

std::uint32_t UfsDevice::map_write(Lba first, std::uint32_t count) {
  const std::uint32_t taken = std::min(count, buffer_room_);
  buffer_room_ -= taken;
  if (taken > 0) flash->write(first, taken, next_cycle());
  if (taken < count) wait_for_room();
  return taken;
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

  // 2. Send what is complete.
  if (seldom(command.any_order)) {
    const auto from = static_cast<std::uint32_t>((first - plan.first).n);
    send_in_any_order(index, from / blocks_of_upiu, (from + count - 1) / blocks_of_upiu);
  } else {
    while (command.next_data_in < command.missing.size() && command.missing[command.next_data_in] == 0)
      send_part(command, command.next_data_in++);
  }
  if (command.media_pending == 0) complete(index);
}

/// Those among [first, last] that the blocks which have just come complete.
void UfsDevice::send_in_any_order(Index index, std::uint32_t first, std::uint32_t last) {
  Command& command = pool_[index];
  for (std::uint32_t part = first; part <= last; ++part) {
    if (command.missing[part] != 0) continue;
    *stats_.early_data_ins += part != command.next_data_in ? 1 : 0;
    send_part(command, part);
    // The first that has not been sent.
    while (command.next_data_in < command.missing.size() && command.missing[command.next_data_in] == 0 && command.next_data_in <= part)
      ++command.next_data_in;
  }
}

void UfsDevice::send_part(const Command& command, std::uint32_t part) {
  std::byte* const payload = config_.simulate_payload ? payload_[command.request.tag.n].data() : nullptr;
  const auto step_size = static_cast<std::uint32_t>(config_.max_data_in.n);
  const std::uint32_t offset = part * step_size;
  send_data_in(command, offset, std::min(step_size, command.plan.length - offset), payload ? payload + offset : nullptr);
}

void UfsDevice::fill_payload(const Command& command, Lba first, std::uint32_t count) {
  std::byte* to = payload_[command.request.tag.n].data() + (first - command.plan.first).n * block_bytes;
  for (std::uint32_t i = 0; i < count; ++i, to += block_bytes) {
    const std::byte* const from = flash->content(first + Lba{i});
    if (from != nullptr) {
      std::memcpy(to, from, block_bytes);
    } else {
      std::memset(to, 0, block_bytes);
    }
  }
}

}  // namespace icesim
