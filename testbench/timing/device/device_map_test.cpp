// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// The lines about `map_cache` of the **Timing** contract of UfsDevice: a cycle early nothing, on time done.
struct DeviceMapTimingTest : testing::Test {
  DeviceRig rig;
  const Picoseconds last = 12_us + 345_ps;

  DeviceMapTimingTest() {
    rig.config.capacity_blocks = 1 << 16;
    rig.config.map.map_cache = 8_KiB;
    rig.flash.read_time = 40_us + 77_ps;
  }
  Picoseconds cycle() const { return rig.clock.edge(Cycles{1}); }
  /// F of a read of one block sampled at `a`.
  Picoseconds f_of(Picoseconds a) const {
    return rig.after(a, rig.config.command_occupancy + rig.config.read_firmware_latency);
  }
  void expect_read(std::size_t nth, Lba first, Picoseconds asked) {
    rig.run_until(asked - cycle());
    EXPECT_EQ(rig.flash.reads.size(), nth) << "early";
    rig.run_until(asked);
    ASSERT_EQ(rig.flash.reads.size(), nth + 1) << "on time";
    EXPECT_EQ(rig.flash.reads[nth].first, first);
    EXPECT_EQ(rig.flash.reads[nth].at, rig.after(asked, 0_ps));
  }
};

TEST_F(DeviceMapTimingTest, AMissingPageIsAskedForAtFAndTheBlockWhenThePageIsSampled) {
  rig.build();
  rig.send(rig.read(1, 4096, 1).encode(), last);
  const Picoseconds f = f_of(rig.clock.sample_edge(last));
  const Picoseconds told = rig.after(f, 0_ps) + rig.flash.read_time;
  expect_read(0, Lba{rig.config.capacity_blocks + 4}, f);
  expect_read(1, Lba{4096}, rig.clock.sample_edge(told));
}

TEST_F(DeviceMapTimingTest, APageOfSeveralBlocksIsThereWithItsLast) {
  rig.config.map.map_page = 16_KiB;
  rig.build();
  rig.send(rig.read(1, 4096, 1).encode(), last);
  const Picoseconds f = f_of(rig.clock.sample_edge(last));
  const Picoseconds told = rig.after(f, 0_ps) + rig.flash.read_time + rig.flash.read_step * 3;
  expect_read(0, Lba{rig.config.capacity_blocks + 4}, f);
  EXPECT_EQ(rig.flash.reads[0].count, 4u);
  expect_read(1, Lba{4096}, rig.clock.sample_edge(told));
}

TEST_F(DeviceMapTimingTest, APageThatIsThereCostsNothing) {
  rig.build();
  rig.send(rig.read(1, 4096, 1).encode(), last);
  rig.run_until(1_ms);
  rig.send(rig.read(2, 4100, 1).encode(), 1_ms + last);
  expect_read(2, Lba{4100}, f_of(rig.clock.sample_edge(1_ms + last)));
}

TEST_F(DeviceMapTimingTest, APageThatFoundNoRoomIsAskedForWhenAnotherHasCome) {
  rig.config.map.map_cache = 4_KiB;
  rig.build();
  rig.send(rig.read(1, 0, 1).encode(), last);
  rig.send(rig.read(2, 4096, 1).encode(), last);
  const Picoseconds f = f_of(rig.clock.sample_edge(last));
  const Picoseconds told = rig.after(f, 0_ps) + rig.flash.read_time;
  expect_read(0, Lba{rig.config.capacity_blocks}, f);
  rig.run_until(rig.clock.sample_edge(told) - cycle());
  EXPECT_EQ(rig.flash.reads.size(), 1u);
  rig.run_until(rig.clock.sample_edge(told));
  ASSERT_EQ(rig.flash.reads.size(), 3u);
  EXPECT_EQ(rig.flash.reads[1].first, Lba{0});
  EXPECT_EQ(rig.flash.reads[2].first, Lba{rig.config.capacity_blocks + 4});
  EXPECT_EQ(rig.flash.reads[2].at, rig.after(rig.clock.sample_edge(told), 0_ps));
}

}  // namespace
}  // namespace icesim
