// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/base/random_script.hpp"
#include "testbench/reference/controller/controller_conductor.hpp"
#include "testbench/support/random_cases.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace icesim::twin {
namespace {

std::uint64_t up_to(std::uint64_t most, const char* name) { return *rc::gen::inRange<std::uint64_t>(0, most + 1).as(name); }

/// A controller with a slow bus, on which an idle time of some microseconds is worth some cycles.
ControllerCase any_hibernating_case() {
  ControllerCase c;
  c.controller.auto_hibern8 = true;
  c.controller.enable_time = Picoseconds{1'000'000};
  c.controller.uic_time = Picoseconds{100'000 + up_to(400'000, "uic_time")};
  c.controller.link_startup_time = c.controller.uic_time * 3;
  c.controller.prefetch_depth = 1 + up_to(3, "prefetch_depth");
  c.controller.decode_cycles = Cycles{1 + up_to(9, "decode_cycles")};
  c.controller.dma.read_latency = Cycles{1 + up_to(39, "read_latency")};
  c.controller.dma.write_latency = Cycles{up_to(30, "write_latency")};
  c.bus = Hertz{10'000'000 + up_to(60'000'000, "bus")};
  c.sync_stages = Cycles{1 + up_to(3, "sync_stages")};
  c.hibern8_enter = Picoseconds{up_to(1, "enters") * up_to(3'000'000, "hibern8_enter")};
  c.hibern8_exit = Picoseconds{up_to(3, "leaves") > 0 ? up_to(5'000'000, "hibern8_exit") : 0};
  c.queued = up_to(2, "queued") == 0;
  if (c.queued) c.controller.version = 0x0400;
  if (c.queued) c.controller.mcq = 2;
  return c;
}

/// Commands, tasks, UIC commands, writes of AHIT and resets, with pauses around the idle time and the ways there and back.
TEST(Hibern8Twin, LetsAnIdleLinkHibernateLikeTheModel) {
  std::uint64_t hibernations = 0;
  test::check_cases(100, [&] {
    const ControllerCase c = any_hibernating_case();
    ScriptStyle style;
    style.commands = 8;
    style.uic = 5;
    style.tasks = 3;
    style.clear_tasks = style.resets = 1;
    style.defects = 4;
    style.pieces = 1;
    auto script = *rc::gen::container<std::vector<SoftwareStep>>(any_software_step(c.tags(), c.keyslots.num_keyslots, style)).as("script");
    if (script.size() > 20) script.resize(20);
    for (SoftwareStep& step : script) step.gap += up_to(1, "pauses") * up_to(8 * 6 * c.bus.n / 1'000'000, "pause");
    std::string difference;
    {
      ControllerPair pair(c);
      difference = Conductor(pair, c, script).run();
      hibernations += pair.model->statistics().hibernations;
    }
    if (!difference.empty()) RC_FAIL(difference);
  });
  EXPECT_GT(hibernations, 100u);
}

}  // namespace
}  // namespace icesim::twin
