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

TEST(Effect, OfThresholdsThatDoNotFitEachOther) {
  const Outcome none = scaled({"power.scaling.polling_ms=100", "power.scaling.up_threshold=4"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_EQ(none.err, "icesim: power.scaling.down_differential: 5 is more than power.scaling.up_threshold=4\n");
}

}  // namespace
}  // namespace icesim::cli
