// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

struct DeviceBackgroundTiming : testing::Test {
  DeviceRig rig;
  const Picoseconds last = 12_us + 345_ps;

  DeviceBackgroundTiming() {
    rig.config.background.background_ops = BackgroundOps::allowed;
    rig.config.background.background_idle = 400_us;
    rig.config.background.background_interrupt = 70_us;
  }
  const std::vector<FakeBackground::Call>& calls() const { return rig.flash.fake_background.calls; }
};

TEST_F(DeviceBackgroundTiming, BeginsTheIdleTimeAfterTheLastCommandIsOver) {
  rig.build();
  rig.send(rig.read(1, 0, 1).encode(), last);
  rig.run_for(300_us);
  const Picoseconds end = rig.response(1).queued;
  const Picoseconds begin = rig.after(end, rig.config.background.background_idle);
  rig.run_until(begin - 2_ps);
  EXPECT_EQ(calls().size(), 0u);
  rig.run_until(begin);
  ASSERT_EQ(calls().size(), 1u);
  EXPECT_EQ(calls()[0].at, rig.after(begin, 0_ps));
}

TEST_F(DeviceBackgroundTiming, ACommandWaitsForItsEndWhereSomethingIsUnderWay) {
  for (const bool works : {false, true}) {
    DeviceRig each;
    each.config = rig.config;
    each.build();
    each.flash.fake_background.now.works = works;
    each.run_until(500_us);
    each.send(each.read(1, 0, 1).encode(), 500_us + last);
    const Picoseconds a = each.clock.sample_edge(500_us + last);
    each.run_until(a - 2_ps);
    EXPECT_EQ(each.flash.fake_background.calls.size(), 1u);
    each.run_until(a);
    ASSERT_EQ(each.flash.fake_background.calls.size(), 2u);
    EXPECT_EQ(each.flash.fake_background.calls[1].at, each.after(a, 0_ps));
    const Picoseconds ready = works ? each.config.background.background_interrupt : 0_ps;
    const Picoseconds f = each.after(a, ready + each.config.command_occupancy + each.config.read_firmware_latency);
    each.run_until(f - 2_ps);
    EXPECT_TRUE(each.flash.reads.empty());
    each.run_until(f);
    EXPECT_EQ(each.flash.reads.size(), 1u);
  }
}

}  // namespace
}  // namespace icesim
