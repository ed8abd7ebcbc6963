// SPDX-License-Identifier: Apache-2.0
#include "testbench/cli/program.hpp"

#include <gtest/gtest.h>

namespace icesim::cli {
namespace {

Outcome scaled(const std::vector<std::string>& sets) {
  std::vector<std::string> words{"run", trace, "--set", "replay.limit=10"};
  for (const std::string& each : sets) words.insert(words.end(), {"--set", each});
  return icesim(words);
}

TEST(Effect, OfFrequencyScalingThatIsOff) {
  const Outcome off = scaled({"power.scaling.min_gear=2"});
  EXPECT_EQ(off.exit_code, 2);
  EXPECT_EQ(off.err, "icesim: --set power.scaling.min_gear has no effect: power.scaling.polling_ms is 0\n");
  EXPECT_EQ(scaled({"power.scaling.polling_ms=100", "power.scaling.min_gear=2", "block_layer.kblockd_core=1"}).exit_code, 0)
      << "where the worker is";
}

TEST(Effect, OfClocksThatDoNotFollow) {
  EXPECT_EQ(scaled({"power.scaling.polling_ms=100", "power.scaling.clock_change=1ms"}).err,
            "icesim: --set power.scaling.clock_change has no effect: power.scaling.engine is false\n");
  EXPECT_EQ(scaled({"power.scaling.polling_ms=100", "clocks.ice_low=100MHz"}).exit_code, 2);
  EXPECT_EQ(scaled({"power.scaling.polling_ms=100", "power.scaling.engine=true", "clocks.ice_low=100MHz"}).exit_code, 0);
  EXPECT_EQ(scaled({"power.scaling.polling_ms=100", "power.scaling.engine=true", "clocks.ice_low_gears=4"}).err,
            "icesim: --set power.scaling.engine has no effect: the engine's clock is clocks.ice_low all the time\n");
}

TEST(Effect, OfALinkThatLosesNothing) {
  EXPECT_EQ(scaled({"link.replay_timeout=2ms"}).err, "icesim: --set link.replay_timeout has no effect: link.lost_frames_ppm and link.lost_afcs_ppm are 0\n");
  EXPECT_EQ(scaled({"link.afc_timeout=2ms"}).err, "icesim: --set link.afc_timeout has no effect: with link.lost_afcs_ppm=0 no AFC is lost\n");
  EXPECT_EQ(scaled({"link.lost_afcs_ppm=9", "link.replay_timeout=2ms"}).err, "icesim: link.afc_timeout: 32.767ms is not less than link.replay_timeout=2ms\n");
  EXPECT_EQ(scaled({"link.reports_errors=true"}).err,
            "icesim: --set link.reports_errors has no effect: link.broken_frames_ppm and link.lost_frames_ppm are 0\n");
  EXPECT_EQ(scaled({"link.lost_frames_ppm=1", "link.replay_timeout=2ms", "link.reports_errors=true"}).exit_code, 0);
  EXPECT_EQ(scaled({"link.lanes=1", "link.skew_to_host=1ns"}).err, "icesim: --set link.skew_to_host has no effect: there is one lane, link.lanes=1\n");
  EXPECT_EQ(scaled({"flash.cache_program.busy_time=1us"}).err, "icesim: --set flash.cache_program.busy_time has no effect: flash.cache_program.on is false\n");
  EXPECT_EQ(scaled({"link.fec_latency=60ns"}).err, "icesim: --set link.fec_latency has no effect: only link.gear=6 has forward error correction\n");
  EXPECT_EQ(scaled({"link.gear=6", "link.fec_parity=15B", "link.fec_latency=60ns"}).exit_code, 0);
}

TEST(Effect, OfThresholdsThatDoNotFitEachOther) {
  const Outcome none = scaled({"power.scaling.polling_ms=100", "power.scaling.up_threshold=4"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_EQ(none.err, "icesim: power.scaling.down_differential: 5 is more than power.scaling.up_threshold=4\n");
}

}  // namespace
}  // namespace icesim::cli
