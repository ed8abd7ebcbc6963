// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/watched_run.hpp"

namespace icesim {
namespace {

using test::Vcd;

/// The acknowledgements in the waves of a run, with what the link itself counted.
class WavesLinkTest : public testing::Test {
 protected:
  void run(const SystemConfig& config) {
    const auto source = open_trace(test::bundled(test::k612));
    test::WaveFile file;
    {
      UfsSystem system(config, *source, "test", 0, {file.recorder(), nullptr});
      system.driver->start();
      sc_core::sc_start();
      // The last acknowledgements are on their way when the last request ends.
      system.waves->end(system.agenda.now() + Picoseconds{1'000'000'000});
      for (const Direction direction : {Direction::to_device, Direction::to_host})
        statistics_[static_cast<std::size_t>(direction)] = system.link->statistics(direction);
      clock_ = system.link->clock();
    }
    forget_simulation();
    vcd_ = test::parse_vcd(file.text());
  }
  static SystemConfig some_requests() {
    SystemConfig config;
    config.replay.mode = ReplayMode::asap;
    config.replay.limit = 25;
    return config;
  }
  std::size_t changes_to(const std::string& name, std::uint64_t value) const {
    std::size_t count = 0;
    for (const test::VcdChange& change : vcd_.of(name)) count += change.at.n > 0 && change.value == value ? 1 : 0;
    return count;
  }
  std::array<LinkStatistics, 2> statistics_{};
  ClockDomain clock_{Hertz{1}, Cycles{1}};
  Vcd vcd_;
};

TEST_F(WavesLinkTest, ShowEveryAcknowledgementAndInTheEndEveryFrameIsAcknowledged) {
  run(some_requests());
  for (const std::size_t direction : {0u, 1u}) {
    const std::string scope = direction == 0 ? "link_to_device." : "link_to_host.";
    EXPECT_EQ(changes_to(scope + "afc", 1), statistics_[direction].afc_frames) << scope;
    EXPECT_EQ(changes_to(scope + "afc", 0), statistics_[direction].afc_frames) << scope;
    EXPECT_EQ(vcd_.of(scope + "acknowledged").back().value, statistics_[direction].frames) << scope;
    EXPECT_GT(statistics_[direction].frames, 20u);
  }
}

TEST_F(WavesLinkTest, AnAcknowledgementIsKnownAWayAfterItHasLeft) {
  run(some_requests());
  const auto& falls = vcd_.of("link_to_host.afc");
  const auto& known = vcd_.of("link_to_host.acknowledged");
  const UniproLinkConfig link;
  const Cycles way = clock_.next(link.phy_latency) + link.sync_stages;
  // The last AFCs are those of the fast mode.
  std::size_t last = known.size();
  for (std::size_t i = falls.size(); i-- > 0 && last > known.size() - 20;) {
    if (falls[i].value != 0) continue;
    EXPECT_EQ(known[--last].at, clock_.edge(clock_.next(falls[i].at) + way));
    EXPECT_EQ(known[last].value - known[last - 1].value, vcd_.at("link_to_host.afc_frames", falls[i].at));
  }
}

TEST_F(WavesLinkTest, OfAcknowledgementsThatOverlapTheSignalIsHighUntilTheLastHasLeft) {
  SystemConfig config = some_requests();
  config.link.afc_bytes = Bytes{32};
  config.link.afc_interval = 1;
  config.link.lanes = 1;
  config.link.t_mtu = Bytes{16};
  config.link.header_bytes = config.link.overhead_bytes = Bytes{0};
  run(config);
  EXPECT_LT(changes_to("link_to_host.afc", 1), statistics_[1].afc_frames);
  EXPECT_EQ(changes_to("link_to_host.afc", 1), changes_to("link_to_host.afc", 0));
  EXPECT_EQ(vcd_.of("link_to_host.acknowledged").back().value, statistics_[1].frames);
}

}  // namespace
}  // namespace icesim
