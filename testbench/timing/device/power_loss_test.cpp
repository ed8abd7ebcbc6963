// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// The line about lose_power of the **Timing** contract of UfsDevice: a cycle early nothing, on time done.
TEST(PowerLossTiming, TheFirmwareTakesNothingUntilTheMapOfAllThatTheHostSeesIsBuiltAgain) {
  DeviceRig rig;
  rig.config.capacity_blocks = (std::uint64_t{2} << 18) + 1;  // the third GiB is begun
  rig.config.restart = 30_us + 1_ns;
  rig.config.map_rebuild = 10_us;
  rig.build();
  rig.send(rig.read(1, 0, 1).encode(), 12_us);
  rig.run_until(15_us);
  const Picoseconds lost = kernel_now();
  rig.device->lose_power();
  rig.run_until(18_us);
  rig.device->link_reset();  // by the host, which does not hasten it
  rig.send(NopOut{Tag{2}}.encode(), 20_us);
  const Picoseconds ready = lost + 60_us + 1_ns;
  const Picoseconds a = rig.clock.sample_edge(20_us);
  const Picoseconds f =
      rig.after(a, ready + rig.config.command_occupancy + rig.config.control_firmware_latency - a);
  const Picoseconds queued = rig.after(f, rig.config.response_latency);
  rig.run_until(queued - 2_ps);
  EXPECT_TRUE(rig.host.sent.empty()) << "early";
  rig.run_until(queued);
  ASSERT_EQ(rig.host.sent.size(), 1u) << "on time";
  EXPECT_EQ(transaction_of(rig.host.sent[0].header), Transaction::nop_in);
  rig.run_for(1_ms);
  EXPECT_EQ(rig.host.sent.size(), 1u) << "the read is forgotten";
}

}  // namespace
}  // namespace icesim
