// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// What is drawn for a command is a part of its latency, not of the firmware's turn: a cycle early nothing, on time done.
TEST(HesitationTiming, DelaysEachCommandByWhatIsDrawnForIt) {
  DeviceRig rig;
  auto& drawn = rig.config.hesitation;
  drawn.spread = Spread::uniform;
  drawn.time = 50_us;
  drawn.longest = 90_us;
  rig.build();
  Hesitation same(drawn);
  const Picoseconds of_read = same.next(), of_write = same.next();
  ASSERT_NE(of_read, of_write);
  const Picoseconds last = 12_us + 345_ps, came = rig.clock.sample_edge(last), cycle = rig.clock.edge(Cycles{1});
  rig.send(rig.read(1, 0, 1).encode(), last);
  rig.send(rig.write(2, 8, 1).encode(), last);
  const auto& c = rig.config;
  const Picoseconds read = rig.after(came, c.command_occupancy + of_read + c.read_firmware_latency);
  const Picoseconds write = rig.after(came, c.command_occupancy * 2 + c.write_occupancy + of_write + c.write_firmware_latency +
                                                c.write_firmware_latency_per_block);
  const auto expect_read = [&] {
    rig.run_until(read - cycle);
    EXPECT_TRUE(rig.flash.reads.empty());
    rig.run_until(read);
    EXPECT_EQ(rig.flash.reads.size(), 1u);
  };
  if (read < write) expect_read();
  rig.run_until(write - cycle);
  EXPECT_TRUE(rig.host.sent.empty());
  rig.run_until(write);
  EXPECT_EQ(rig.host.sent.size(), 1u);
  if (write < read) expect_read();
  EXPECT_EQ(*rig.device->statistics().hesitated, TimeSum{of_read + of_write});
}

}  // namespace
}  // namespace icesim
