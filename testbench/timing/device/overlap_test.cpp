// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

TEST(DeviceOverlapTiming, AnswersAtTheEndOfTheFirmwaresWorkOnBothCommands) {
  DeviceRig rig;
  rig.build();
  const Picoseconds last = 12_us + 345_ps, again = last + 3_us;
  rig.send(rig.read(1, 0, 1).encode(), last);
  rig.send(rig.read(1, 8, 1).encode(), again);
  const Picoseconds free = rig.clock.sample_edge(last) + rig.config.command_occupancy;
  ASSERT_LT(rig.clock.sample_edge(again), free);
  const Picoseconds f = rig.after(free, rig.config.command_occupancy + rig.config.control_firmware_latency);
  const Picoseconds queued = rig.after(f, rig.config.response_latency);
  rig.run_until(queued - 2_ps);
  EXPECT_EQ(rig.responses(1), 0u);
  rig.run_until(queued);
  EXPECT_EQ(rig.response(1).ready, rig.answer(f));
  EXPECT_EQ(rig.sense(1), device_sense::overlapped_commands);
  EXPECT_TRUE(rig.flash.reads.empty());
}

}  // namespace
}  // namespace icesim
