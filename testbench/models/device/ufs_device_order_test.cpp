// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/device/ufs_device_fixture.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

/// A device whose firmware is busy with the read of tag 0 when others come.
struct UfsDeviceOrderTest : UfsDeviceTest {
  using Tags = std::vector<std::uint64_t>;

  UfsDeviceOrderTest() {
    rig.config.task_order = TaskOrdering::attributes;
    rig.config.command_occupancy = 20_us;
    rig.config.unit_attention = false;
  }
  /// Sends reads with these flags, one after another, and returns the tags in the order in which the flash was asked.
  Tags order_of(const std::vector<std::uint8_t>& flags) {
    rig.build();
    Picoseconds at = kernel_now() + 1_us;
    for (std::size_t tag = 0; tag < flags.size(); ++tag, at += 1_us) {
      CommandUpiu command = rig.read(tag, tag, 1);
      command.flags |= flags[tag];
      rig.send(command.encode(), at);
    }
    rig.run_for(10_ms);
    EXPECT_EQ(rig.device->outstanding(), 0u);
    Tags tags;
    for (const FakeFlash::Call& each : rig.flash.reads) tags.push_back(each.first.n);
    return tags;
  }
  static constexpr std::uint8_t simple = 0, ordered = CommandUpiu::ordered, head = CommandUpiu::head_of_queue,
                                urgent = CommandUpiu::priority;
};

TEST_F(UfsDeviceOrderTest, SimpleTasksKeepTheOrderOfTheirArrival) {
  EXPECT_EQ(order_of({simple, simple, simple, simple}), (Tags{0, 1, 2, 3}));
}

TEST_F(UfsDeviceOrderTest, CommandPriorityGoesBeforeWhatWaits) {
  EXPECT_EQ(order_of({simple, simple, urgent, simple, urgent}), (Tags{0, 2, 4, 1, 3}));
}

TEST_F(UfsDeviceOrderTest, TheNewestHeadOfQueueGoesFirst) {
  EXPECT_EQ(order_of({simple, simple, urgent, head, head}), (Tags{0, 4, 3, 2, 1}));
}

TEST_F(UfsDeviceOrderTest, ByDefaultNothingButTheArrivalCounts) {
  rig.config.task_order = TaskOrdering::arrival;
  EXPECT_EQ(order_of({simple, simple, urgent, head, ordered}), (Tags{0, 1, 2, 3, 4}));
}

TEST_F(UfsDeviceOrderTest, AnOrderedTaskWaitsForTheEndOfThoseBeforeItAndThoseBehindItForItsOwn) {
  rig.flash.read_time = 500_us;
  EXPECT_EQ(order_of({simple, simple, ordered, urgent, simple}), (Tags{0, 1, 2, 3, 4}));
  const auto ready = [&](std::uint64_t tag) { return rig.response(tag).queued; };
  EXPECT_GT(rig.flash.reads[2].at, ready(0));
  EXPECT_GT(rig.flash.reads[2].at, ready(1));
  EXPECT_GT(rig.flash.reads[3].at, ready(2));
  EXPECT_LT(rig.flash.reads[4].at, ready(3)) << "beside each other";
}

TEST_F(UfsDeviceOrderTest, AHeadOfQueueDoesNotWaitForAnOrderedTask) {
  rig.flash.read_time = 500_us;
  EXPECT_EQ(order_of({simple, ordered, simple, head}), (Tags{0, 3, 1, 2}));
}

TEST_F(UfsDeviceOrderTest, AnAbortedTaskHoldsUpNobody) {
  rig.flash.read_time = 5_ms;
  rig.build();
  CommandUpiu second = rig.read(2, 20, 1);
  second.flags |= ordered;
  rig.send(rig.read(1, 10, 1).encode());
  rig.send(second.encode());
  rig.send(rig.read(3, 30, 1).encode());
  rig.run_for(1_ms);
  ASSERT_EQ(rig.flash.reads.size(), 1u);
  EXPECT_EQ(manage({TaskFunction::abort_task, 0, Tag{9}, Tag{2}}), TaskResponse::complete);
  ASSERT_EQ(rig.flash.reads.size(), 2u);
  EXPECT_EQ(rig.flash.reads[1].first, Lba{30});
  rig.run_for(20_ms);
  EXPECT_EQ(rig.status(1), Status::good);
  EXPECT_EQ(rig.responses(2), 0u);
  EXPECT_EQ(rig.status(3), Status::good);
}

TEST_F(UfsDeviceOrderTest, AResetForgetsWhatWaits) {
  rig.build();
  for (std::uint64_t tag = 0; tag < 4; ++tag) rig.send(rig.read(tag, tag, 1).encode());
  rig.send(NopOut{Tag{30}}.encode());
  rig.run_for(15_us);
  rig.device->link_reset();
  rig.run_for(1_ms);
  EXPECT_TRUE(rig.host.sent.empty());
  EXPECT_EQ(rig.device->outstanding(), 0u);
  rig.send(rig.read(1, 7, 1).encode());
  rig.send(NopOut{Tag{30}}.encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.status(1), Status::good);
  EXPECT_EQ(rig.host.of(Tag{30}, Transaction::nop_in).size(), 1u);
}

/// Without attributes and priorities the two orders are the same, to the picosecond.
TEST_F(UfsDeviceOrderTest, SimpleTasksTakeTheTimesThatTheyTakeByArrival) {
  std::vector<std::vector<Picoseconds>> times;
  for (const TaskOrdering order : {TaskOrdering::arrival, TaskOrdering::attributes}) {
    DeviceRig each;
    each.config.task_order = order;
    each.build();
    each.answer_rtts(3_us);
    Picoseconds at = kernel_now();
    for (std::uint64_t tag = 0; tag < 24; ++tag) {
      at += Picoseconds{1'234'567 * (tag % 7)} + 1_us;
      const UpiuHeader header = tag % 5 == 0   ? each.write(tag, tag * 8, 3).encode()
                                : tag % 5 == 1 ? NopOut{Tag{tag}}.encode()
                                : tag % 5 == 2 ? query::read_flag(Tag{tag}, query::fDeviceInit).encode()
                                               : each.read(tag, tag * 8, static_cast<std::uint16_t>(1 + tag % 3)).encode();
      each.send(header, at);
    }
    each.run_for(10_ms);
    times.emplace_back();
    for (const FakeHost::Sent& sent : each.host.sent) times.back().push_back(sent.ready);
  }
  EXPECT_GT(times[0].size(), 30u);
  EXPECT_EQ(times[0], times[1]);
}

}  // namespace
}  // namespace icesim
