// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/controller_conductor.hpp"

#include <gtest/gtest.h>

namespace icesim::twin {
namespace {

/// Every third edge of PWM-G1 is one of the bus: what arrives on it, without any latency, is seen by it.
TEST(ControllerTwin, SeesWhatArrivesOnAnEdgeOfTheBusLikeTheModel) {
  for (std::uint64_t overhead = 0; overhead < 8; ++overhead) {
    ControllerCase c;
    c.link = LinkCase{};
    c.link->config.phy_latency = Picoseconds{};
    c.link->config.overhead_bytes = Bytes{overhead};
    c.link->mode = UniproLink::Mode::pwm;
    const std::vector<SoftwareStep> script(1);
    ControllerPair pair(c);
    EXPECT_EQ(Conductor(pair, c, script).run(), "") << overhead << " symbols around a frame";
  }
}

}  // namespace
}  // namespace icesim::twin
