// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// The lines about `task_order` and UNMAP of the **Timing** contract of UfsDevice: a cycle early nothing, on time done.
struct TaskOrderTimingTest : testing::Test {
  DeviceRig rig;
  const Picoseconds last = 12_us + 345_ps;

  TaskOrderTimingTest() {
    rig.config.task_order = TaskOrdering::attributes;
    rig.config.command_occupancy = 20_us + 1_ns;  // ends between two edges
  }
  CommandUpiu read(std::uint64_t tag, std::uint8_t flags) const {
    CommandUpiu command = rig.read(tag, tag, 1);
    command.flags |= flags;
    return command;
  }
  void expect_read(std::size_t nth, Lba first, Picoseconds f) {
    rig.run_until(f - 2_ps);
    EXPECT_EQ(rig.flash.reads.size(), nth) << "early";
    rig.run_until(f);
    ASSERT_EQ(rig.flash.reads.size(), nth + 1) << "on time";
    EXPECT_EQ(rig.flash.reads[nth].first, first);
    EXPECT_EQ(rig.flash.reads[nth].at, rig.after(f, 0_ps));
  }
};

TEST_F(TaskOrderTimingTest, WhatGoesFirstTakesTheNextOccupancyAndWhatWaitedTheOneBehindIt) {
  rig.build();
  rig.send(read(1, 0).encode(), last);
  rig.send(read(2, 0).encode(), last + 1_us);
  rig.send(read(3, CommandUpiu::priority).encode(), last + 2_us);
  const Picoseconds a = rig.clock.sample_edge(last), each = rig.config.command_occupancy;
  const Picoseconds latency = rig.config.read_firmware_latency;
  expect_read(0, Lba{1}, rig.after(a, each + latency));
  expect_read(1, Lba{3}, rig.after(a, each * 2 + latency));
  expect_read(2, Lba{2}, rig.after(a, each * 3 + latency));
}

TEST_F(TaskOrderTimingTest, AnOrderedTaskIsTakenAtTheEdgeBehindTheLastAnswerBeforeIt) {
  rig.build();
  rig.send(read(1, 0).encode(), last);
  rig.send(read(2, CommandUpiu::ordered).encode(), last + 1_us);
  const Picoseconds f1 = rig.after(rig.clock.sample_edge(last), rig.config.command_occupancy + rig.config.read_firmware_latency);
  const Picoseconds taken = rig.clock.sample_edge(rig.after(f1, 0_ps) + rig.flash.read_time);
  const Picoseconds over = rig.after(taken, rig.config.response_latency);  // the RESPONSE is queued
  const Picoseconds s = rig.after(over, 0_ps);
  expect_read(1, Lba{2}, rig.after(s, rig.config.command_occupancy + rig.config.read_firmware_latency));
}

TEST_F(TaskOrderTimingTest, ARangeIsForgottenWhenItsLatencyIsOver) {
  rig.config.unmap_latency = 30_us + 1_ns;
  rig.build();
  scsi::UnmapList list = scsi::unmap_list({Lba{8}, 4});
  Picoseconds arrival{};
  rig.host.on_rtt = [&](const DataUpiu& rtt) {
    DataUpiu data = rtt;
    data.transaction = Transaction::data_out;
    arrival = kernel_now() + 5_us + 345_ps;
    rig.host.transmit(data.encode(), static_cast<std::uint32_t>(list.size()), list.data(), arrival);
  };
  rig.send(rig.command(1, scsi::unmap(), CommandUpiu::write, list.size()).encode(), last);
  rig.run_until(40_us);
  ASSERT_GT(arrival, 0_ps);
  const Picoseconds t = rig.after(rig.clock.sample_edge(arrival), rig.config.unmap_latency);
  rig.run_until(t - 2_ps);
  EXPECT_TRUE(rig.flash.trims.empty()) << "early";
  rig.run_until(t);
  ASSERT_EQ(rig.flash.trims.size(), 1u) << "on time";
  EXPECT_EQ(rig.flash.trims[0].at, rig.after(t, 0_ps));
  rig.run_for(100_us);
  EXPECT_EQ(rig.response(1).ready, rig.answer(t));
}

}  // namespace
}  // namespace icesim
