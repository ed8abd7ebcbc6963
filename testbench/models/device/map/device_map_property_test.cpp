// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// Any map cache and read-ahead, in front of any write buffer.
void draw(DeviceRig& rig) {
  const auto any = [](std::uint64_t low, std::uint64_t high) { return *rc::gen::inRange<std::uint64_t>(low, high); };
  rig.config.capacity_blocks = any(1, 20'000);
  rig.config.map.map_page = logical_block * any(1, 5);
  rig.config.map.map_cache = Bytes{4096} * any(1, 12);
  rig.config.map.map_replacement = static_cast<MapReplacement>(any(0, 2));
  rig.config.map.map_prefetch = any(0, 4);
  rig.config.ahead.read_ahead = logical_block * any(0, 40);
  rig.config.ahead.read_ahead_streams = any(1, 4);
  rig.config.task_order = static_cast<TaskOrdering>(any(0, 2));
  rig.config.unmap_latency = Picoseconds{any(0, 2) * 70'000'000};
  rig.config.buffer_patience = 1_ms;
  rig.config.restart = rig.config.map_rebuild = 20_us;
  rig.flash.backwards = any(0, 2) == 1;
  rig.flash.buffer = static_cast<std::uint32_t>(any(1, 50));
  rig.flash.program_unit = static_cast<std::uint32_t>(any(1, 100));
}

RC_GTEST_PROP(DeviceMapProperty, EveryRequestEndsAndReadsWhatWasWrittenWhateverTheMemories, ()) {
  DeviceRig rig;
  draw(rig);
  rig.config.simulate_payload = true;
  rig.build();
  const std::uint64_t capacity = rig.config.capacity_blocks;
  std::vector<std::byte> expected(capacity);  // first byte of each block
  std::vector<std::byte> bytes;
  rig.host.on_rtt = [&](const DataUpiu& rtt) {
    DataUpiu data = rtt;
    data.transaction = Transaction::data_out;
    rig.host.transmit(data.encode(), static_cast<std::uint32_t>(rtt.count.n), bytes.data() + rtt.offset.n, kernel_now() + 3_us);
  };
  std::uint64_t next = 0;
  for (std::uint8_t tag = 0; tag < 40; ++tag) {
    const auto kind = *rc::gen::inRange(0, 10);
    if (*rc::gen::inRange(0, 3) != 0) next = *rc::gen::inRange<std::uint64_t>(0, capacity);  // else sequential
    const auto count = static_cast<std::uint16_t>(std::min<std::uint64_t>(*rc::gen::inRange(1, 40), capacity - next));
    if (count == 0) {
      next = 0;
      continue;
    }
    if (kind < 6) {
      rig.send(rig.read(tag, next, count).encode());
    } else if (kind < 9) {
      bytes.assign(std::size_t{count} * 4096, static_cast<std::byte>(tag + 1));
      rig.send(rig.write(tag, next, count, kind == 6).encode());
      std::fill_n(expected.begin() + static_cast<std::ptrdiff_t>(next), count, static_cast<std::byte>(tag + 1));
    } else {
      const scsi::UnmapList list = scsi::unmap_list({Lba{next}, count});
      bytes.assign(list.begin(), list.end());
      rig.send(rig.command(tag, scsi::unmap(), CommandUpiu::write, list.size()).encode());
      std::fill_n(expected.begin() + static_cast<std::ptrdiff_t>(next), count, std::byte{0});
    }
    if (kind < 6 && *rc::gen::inRange(0, 2) == 0) {
      // Several reads at once.
      rig.run_for(10_us);
    } else {
      rig.run_for(2_s);
    }
    if (kind >= 6) continue;
    const std::uint64_t first = next;
    next += count;
    if (rig.responses(tag) == 0) continue;
    std::size_t block = 0;
    for (const FakeHost::Sent* each : rig.host.of(Tag{tag}, Transaction::data_in)) {
      for (std::size_t i = 0; i < each->data.size(); i += 4096) RC_ASSERT(each->data[i] == expected[first + block++]);
    }
    RC_ASSERT(block == count);
  }
  rig.run_for(3_s);
  RC_ASSERT(rig.device->outstanding() == 0u);
  for (const FakeHost::Sent& each : rig.host.sent) {
    if (transaction_of(each.header) == Transaction::response) RC_ASSERT(ResponseUpiu::decode(each.header).status == 0u);
  }
}

/// Aborts, resets and losses of power at any time leave nothing behind.
RC_GTEST_PROP(DeviceMapProperty, WhatIsGivenUpLeavesNothingBehind, ()) {
  DeviceRig rig;
  draw(rig);
  rig.build();
  rig.answer_rtts(3_us);
  const std::uint64_t capacity = rig.config.capacity_blocks;
  std::uint64_t next = 0;
  for (std::uint8_t tag = 0; tag < 60; ++tag) {
    if (*rc::gen::inRange(0, 2) == 0) next = *rc::gen::inRange<std::uint64_t>(0, capacity);
    const auto count = static_cast<std::uint16_t>(std::min<std::uint64_t>(*rc::gen::inRange(1, 60), capacity - next));
    if (count > 0) {
      CommandUpiu command = *rc::gen::inRange(0, 3) == 0 ? rig.write(tag, next, count) : rig.read(tag, next, count);
      command.flags |= *rc::gen::element<std::uint8_t>(0, 0, 0, 1, 2, 4);
      rig.send(command.encode());
    }
    next = (next + count) % capacity;
    rig.run_for(Picoseconds{*rc::gen::inRange<std::uint64_t>(1, 150'000'000)});
    switch (*rc::gen::inRange(0, 12)) {
      case 0: rig.device->link_reset(); break;
      case 1: rig.device->lose_power(); break;
      case 2:
      case 3:
        rig.send(TaskRequest{TaskFunction::abort_task, 0, Tag{100}, Tag{*rc::gen::inRange<std::uint64_t>(0, tag + 1u)}, 0}.encode());
        break;
      default: break;
    }
  }
  rig.run_for(3_s);
  RC_ASSERT(rig.device->outstanding() == 0u);
  rig.host.sent.clear();
  for (std::uint64_t tag = 110; tag < 120; ++tag) rig.send(rig.read(tag, (tag * 977) % capacity, 1).encode());
  rig.send(rig.write(120, 0, 1, true).encode());
  rig.run_for(3_s);
  for (std::uint64_t tag = 110; tag <= 120; ++tag) RC_ASSERT(rig.status(tag) == scsi::Status::good);
}

}  // namespace
}  // namespace icesim
