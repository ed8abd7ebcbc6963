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

/// Cycles of the bus and of the engine's clock that a step takes at most, about.
struct Cost {
  std::uint64_t bus = 0;
  std::uint64_t ice = 0;
};
Cost cost(const SoftwareStep& step, const ControllerCase& c) {
  const DmaConfig& dma = c.controller.dma;
  const AesXtsPipelineConfig& engine = c.engine;
  const std::uint64_t latency = dma.read_latency.n + dma.write_latency.n;
  Cost cost{(step.gap + step.delay) / 8 + 4, 0};
  if (step.kind != SoftwareStep::Kind::command) return cost;
  cost.bus += 2 * (latency + c.controller.decode_cycles.n) + 16 * step.entries / dma.bytes_per_cycle.n;
  for (const DeviceStep& each : step.device) {
    const std::uint64_t bursts = each.bytes / dma.max_burst_bytes.n + 1;
    const std::uint64_t frames = each.bytes / each.frame + 1;
    cost.bus += (each.gap + each.lead + frames * each.frame_gap) / 8 + each.bytes / dma.bytes_per_cycle.n + latency +
                bursts * latency / dma.max_outstanding;
    cost.ice += engine.bypass_latency.n;
    if (!step.crypto) continue;
    const std::uint64_t units = each.bytes / 512 + 2;
    const std::uint64_t blocks = each.bytes / 16 / engine.cores + 1;
    cost.ice += engine.key_cycles(Direction::to_host).n + engine.latency.n + engine.offset_tweak_cycles.n +
                units * engine.tweak_cycles(Direction::to_host).n + blocks * engine.block_cycles(Direction::to_host).n;
  }
  return cost;
}

/// The beginning of a script that the twin can play in some milliseconds.
std::vector<SoftwareStep> affordable(std::vector<SoftwareStep> script, const ControllerCase& c) {
  std::uint64_t left = 12'000;  // edges of both clocks
  std::size_t length = 0;
  for (; length < script.size(); ++length) {
    const Cost each = cost(script[length], c);
    const std::uint64_t bus = each.bus + each.ice * c.bus.n / c.ice.n;
    const std::uint64_t edges = bus + bus * c.ice.n / c.bus.n;
    if (edges > left && length > 1) break;
    left -= std::min(left, edges);
  }
  script.resize(length);
  return script;
}

void compare(const ScriptStyle& style) {
  const ControllerCase c = any_case();
  const auto drawn = *rc::gen::container<std::vector<SoftwareStep>>(
                          any_software_step(c.controller.tags, c.keyslots.num_keyslots, style))
                          .as("script");
  const std::vector<SoftwareStep> script = affordable(drawn, c);
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
    style.programs = 2;
    style.pieces = 8;
    compare(style);
  });
}

}  // namespace
}  // namespace icesim::twin
