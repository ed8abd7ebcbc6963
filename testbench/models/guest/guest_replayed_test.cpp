// SPDX-License-Identifier: Apache-2.0
#include "models/guest/guest_recorder.hpp"
#include "testbench/driver/ufshcd/linux_workload.hpp"
#include "testbench/support/rigs/guest_replay.hpp"
#include "testbench/support/sim_test.hpp"
#include "testbench/support/temporary_directory.hpp"

#include <gtest/gtest.h>

/// What `icesim record` makes of a guest, in the hands of `icesim run`: our driver finds for each request the keyslot that
/// Linux found. The guests are those of the golden logs, done again without them; docs/validation.md shows the sums.
namespace icesim {
namespace {

using test::LinuxWorkload;
using test::Values;

class GuestReplayed : public testing::TestWithParam<std::uint32_t> {
 protected:
  GuestReplayed() {
    config.keyslots.num_keyslots = GetParam();
    config.flash.capacity = Bytes{256 << 20};
    // It merges and splits nothing that Linux did not.
    config.block_layer.plug_requests = 1;
    config.block_layer.segment = Bytes{8 << 10};
    OutputFile log((directory / "log").string());
    {
      test::GuestReplay replay(config, log);
      GuestRecorder recorder((directory / "trace").string(), "test", replay.layout());
      replay.connect(recorder);
      replay.run(lines);
      recorder.finish();
    }
    forget_simulation();
    const LinuxWorkload linux_did(lines, GetParam());
    for (const LinuxWorkload::Request& each : linux_did.requests) {
      if (!each.descriptors[0].utrd.crypto_enable) continue;
      ++(each.program.empty() ? hits : programs);
    }
  }
  Values replay(KeyLifeRule life) {
    config.keys.life = life;
    const auto trace = open_trace(directory / "trace");
    return test::simulate(config, *trace);
  }

  const test::TemporaryDirectory directory;
  const std::vector<std::string> lines = test::golden_log("linux-6.12-fscrypt-" + std::to_string(GetParam()));
  SystemConfig config;
  std::uint64_t hits = 0, programs = 0;  ///< of Linux
};

TEST_P(GuestReplayed, FindsForEachRequestTheKeyslotThatLinuxFound) {
  for (const bool takes_time : {true, false}) {
    HostCosts& costs = config.host.costs;
    // As the guest's processor.
    if (!takes_time) costs.submit = costs.dispatch = costs.complete = costs.interrupt_entry = costs.thread_wake = {};
    const Values v = replay(KeyLifeRule::trace);
    EXPECT_EQ(v.at("keyslots.recorded"), hits + programs);
    EXPECT_EQ(v.at("keyslots.as_recorded"), hits + programs);
    EXPECT_EQ(v.at("keyslots.hits"), hits);
    EXPECT_EQ(v.at("keyslots.programs"), programs);
    EXPECT_EQ(v.at("keyslots.forgotten_late"), 0u);
    EXPECT_EQ(v.at("keyslots_hw.hazards"), 0u);
    EXPECT_EQ(v.at("driver.failed"), 0u);
  }
}

TEST_P(GuestReplayed, WouldFindOthersIfKeysLivedForEver) {
  const Values v = replay(KeyLifeRule::forever);
  EXPECT_EQ(v.at("keyslots.hits") + v.at("keyslots.programs"), hits + programs);
  EXPECT_EQ(v.at("keyslots.programs"), GetParam() == 32 ? 25u : programs) << "there are 25 keys";
  EXPECT_EQ(v.count("keyslots.as_recorded"), 0u);
  EXPECT_EQ(programs == 39, GetParam() == 32);
}

INSTANTIATE_TEST_SUITE_P(Keyslots, GuestReplayed, testing::Values(1, 4, 32));

}  // namespace
}  // namespace icesim
