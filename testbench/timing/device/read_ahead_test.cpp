// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// The line about `read_ahead` of the **Timing** contract of UfsDevice: a cycle early nothing, on time done.
struct ReadAheadTimingTest : testing::Test {
  DeviceRig rig;
  const Picoseconds last = 12_us + 345_ps;

  ReadAheadTimingTest() {
    rig.config.ahead.read_ahead = 16_KiB;
    rig.flash.read_step = 0_ps;
  }
  Picoseconds f_of(Picoseconds arrival) const {
    return rig.after(rig.clock.sample_edge(arrival), rig.config.command_occupancy + rig.config.read_firmware_latency);
  }
  /// The DATA IN of a tag is queued on the edge on which its block is taken.
  void expect_data(std::uint64_t tag, Picoseconds taken) {
    rig.run_until(taken - 2_ps);
    EXPECT_TRUE(rig.host.of(Tag{tag}, Transaction::data_in).empty()) << "early";
    rig.run_until(taken);
    const auto sent = rig.host.of(Tag{tag}, Transaction::data_in);
    ASSERT_EQ(sent.size(), 1u) << "on time";
    EXPECT_EQ(sent[0]->ready, rig.after(taken, 0_ps));
  }
};

TEST_F(ReadAheadTimingTest, TheFlashReadsOnAtTheTimeOfTheReadAndWhatIsThereIsTakenACycleBehindF) {
  rig.build();
  rig.send(rig.read(1, 64, 1).encode(), last);
  rig.run_until(1_ms);
  rig.send(rig.read(2, 65, 1).encode(), 1_ms + last);
  const Picoseconds f = f_of(1_ms + last);
  rig.run_until(f - 2_ps);
  EXPECT_EQ(rig.flash.reads.size(), 1u);
  rig.run_until(f);
  ASSERT_EQ(rig.flash.reads.size(), 3u);
  EXPECT_EQ(rig.flash.reads[1].first, Lba{65});
  EXPECT_EQ(rig.flash.reads[2].first, Lba{66});
  EXPECT_EQ(rig.flash.reads[2].at, rig.after(f, 0_ps));
  rig.run_until(2_ms);
  rig.send(rig.read(3, 66, 1).encode(), 2_ms + last);
  expect_data(3, rig.after(f_of(2_ms + last), 0_ps));
}

TEST_F(ReadAheadTimingTest, WhatIsOnItsWayIsTakenWhenItIsSampled) {
  rig.flash.read_time = 200_us + 77_ps;
  rig.build();
  rig.send(rig.read(1, 64, 1).encode(), last);
  rig.send(rig.read(2, 65, 1).encode(), last + 50_us);
  rig.send(rig.read(3, 66, 1).encode(), last + 100_us);
  const Picoseconds told = rig.after(f_of(last + 50_us), 0_ps) + rig.flash.read_time;
  expect_data(3, rig.clock.sample_edge(told));
}

}  // namespace
}  // namespace icesim
