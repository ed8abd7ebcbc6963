// SPDX-License-Identifier: Apache-2.0
#include "models/simulation.hpp"
#include "testbench/reference/controller_conductor.hpp"
#include "testbench/reference/random_script.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/random_config.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim::twin {
namespace {

ControllerCase any_case() {
  ControllerCase c;
  // The times of enable and UIC commands are timers, not worth millions of cycles: only their low end.
  c.controller = test::any_config<UfsHostControllerConfig>({}, {"enable_time", "uic_time", "link_startup_time"});
  c.controller.enable_time = Picoseconds{*rc::gen::inRange<std::uint64_t>(1'000'000, 1'500'000).as("enable_time")};
  c.controller.uic_time = Picoseconds{*rc::gen::inRange<std::uint64_t>(100'000, 500'000).as("uic_time")};
  c.controller.link_startup_time = c.controller.uic_time * 3;
  c.keyslots = test::any_config<KeyslotFileConfig>();
  c.engine = test::any_config<AesXtsPipelineConfig>();
  const auto clocks = test::any_config<ClocksConfig>({}, {"device", "nand"});
  c.bus = clocks.bus;
  c.ice = clocks.ice;
  c.sync_stages = clocks.sync_stages;
  return c;
}

void compare(const ScriptStyle& style) {
  const ControllerCase c = any_case();
  const auto script = *rc::gen::container<std::vector<SoftwareStep>>(
                           any_software_step(c.controller.tags, c.keyslots.num_keyslots, style))
                           .as("script");
  std::string difference;
  {
    ControllerPair pair(c);
    difference = Conductor(pair, c, script).run();
  }
  if (!difference.empty()) RC_FAIL(difference);
}

TEST(FetchTwin, TakesReadsAndChecksDescriptorsLikeTheModel) {
  test::check_cases(60, [] {
    ScriptStyle style;
    style.reads = style.status = style.enables = style.uic = style.programs = 0;
    style.lists = 1;
    style.pieces = 0;
    compare(style);
  });
}

/// Posted writes and reads of all registers, keyslots and timers, with commands that find keys or none.
TEST(RegistersTwin, TakesAccessesAndLooksKeyslotsUpLikeTheModel) {
  test::check_cases(60, [] {
    ScriptStyle style;
    style.reads = 6;
    style.status = style.enables = style.uic = 3;
    style.programs = 4;
    style.resets = 1;
    style.commands = 5;
    style.pieces = 0;
    compare(style);
  });
}

TEST(CompletionTwin, WritesAndEndsCommandsLikeTheModel) {
  test::check_cases(60, [] {
    ScriptStyle style;
    style.programs = style.uic = 0;
    style.defects = 1;
    style.pieces = 3;
    compare(style);
  });
}

/// Everything at once.
TEST(ControllerTwin, PassesEveryUpiuLikeTheModel) {
  test::check_cases(100, [] {
    ScriptStyle style;
    style.defects = 1;
    style.lists = style.resets = 1;
    style.pieces = 8;
    compare(style);
  });
}

}  // namespace
}  // namespace icesim::twin
