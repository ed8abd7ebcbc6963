// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"
#include "testbench/driver/ufshcd/errors/error_handler_rig.hpp"

#include <gtest/gtest.h>

/// What a reset waits for before keys are put back.
namespace icesim {
namespace {

using namespace literals;
using test::ErrorHandlerRig;

/// From the end of the controller until the first key is written, when the self test takes so long; and how long the request
/// that the reset met took.
std::pair<Picoseconds, Picoseconds> reset_with(Picoseconds self_test) {
  ErrorHandlerRig rig(2'000_ms, 5, {}, self_test);
  rig.lose([&](const test::ControllerMock::Listed&) { return rig.controller.commands.size() <= 1; });
  rig.submit(test::io(test::write, 10, 1, 7, 5));
  rig.host.at(1_ms, [&] { rig.controller.raise(IS::CEFES); });
  rig.host.run(1_s);
  EXPECT_EQ(rig.events, (std::vector<std::string>{"key 0", "HCE 0", "key 0", "HCE 3"}));
  EXPECT_EQ(rig.ended.size(), 1u);
  return {rig.event_times.at(2) - rig.event_times.at(1), rig.timelines.at(0).latency()};
}

TEST(ErrorHandlerSelfTest, KeysWaitUntilItsEndHasBeenSeen) {
  const HostCosts costs;
  const Picoseconds look = costs.mmio_read, again = SelfTest::poll + costs.thread_wake + look;
  const auto [without, latency] = reset_with(0_ps);
  struct Case {
    Picoseconds test, waited;
  };
  for (const Case& each : {Case{1_ps, look}, Case{look, look}, Case{look + 1_ps, look + again}, Case{look + again, look + again},
                           Case{look + again + 1_ps, look + again * 2}}) {
    const auto [with, longer] = reset_with(each.test);
    EXPECT_EQ(with - without, each.waited) << each.test.n;
    EXPECT_EQ(longer - latency, each.waited) << each.test.n;
  }
}

}  // namespace
}  // namespace icesim
