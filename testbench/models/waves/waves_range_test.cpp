// SPDX-License-Identifier: Apache-2.0
#include "testbench/ranges/range_observers.hpp"
#include "testbench/support/sim_test.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::request;

/// What a recorder found wrong with what it was told of some encrypted writes and reads.
std::string wrong_with(const SystemConfig& config) {
  std::vector<IoRequest> list;
  for (std::uint32_t i = 0; i < 20; ++i)
    list.push_back(request(i % 2 == 0 ? Operation::write : Operation::read, i / 2 * 40, 5, i % 3, {}, i % 4));
  test::Requests source(list);
  test::NoSignals signals(1);
  {
    Simulation simulation(config, source, "test", 0, {&signals, nullptr});
    simulation.run();
  }
  forget_simulation();
  return signals.wrong();
}

/// Frames whose first one behind the header brings less than a block: the engine loads its key when that arrives.
TEST(WavesRange, FramesMayCutTheFirstBlock) {
  for (const std::uint64_t mtu : {16u, 17u, 23u, 24u, 31u, 32u, 33u, 40u, 47u, 48u, 288u}) {
    SystemConfig config;
    config.link.t_mtu = Bytes{mtu};
    config.keyslots.num_keyslots = 1;
    EXPECT_EQ(wrong_with(config), "") << mtu;
  }
}

/// A slow bus sees a UPIU after a fast engine has passed it on.
TEST(WavesRange, ASharedEngineTellsNothingOfATimeThatWasSettled) {
  SystemConfig config;
  config.clocks.bus = Hertz{10'000'000};
  config.clocks.ice = Hertz{1'000'000'000};
  config.clocks.sync_stages = Cycles{4};
  config.ice.bypass_latency = Cycles{0};
  for (const Engines engines : {Engines::shared, Engines::allocated}) {
    config.ice.engines = engines;
    EXPECT_EQ(wrong_with(config), "");
  }
}

}  // namespace
}  // namespace icesim
