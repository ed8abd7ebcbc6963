// SPDX-License-Identifier: Apache-2.0
#include "models/system/simulation.hpp"
#include "testbench/reference/base/random_script.hpp"
#include "testbench/reference/controller/controller_conductor.hpp"
#include "testbench/reference/link/any_link.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/random_config.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>
#include <string>

namespace icesim::twin {
namespace {

ControllerCase any_controller_case() {
  ControllerCase c;
  // The times of enable and UIC commands are timers, not worth millions of cycles: only their low end.
  c.controller = test::any_config<UfsHostControllerConfig>({}, {"enable_time", "uic_time", "link_startup_time"});
  c.controller.enable_time = Picoseconds{*rc::gen::inRange<std::uint64_t>(1'000'000, 1'500'000).as("enable_time")};
  c.controller.uic_time = Picoseconds{*rc::gen::inRange<std::uint64_t>(100'000, 500'000).as("uic_time")};
  c.controller.link_startup_time = c.controller.uic_time * 3;
  c.keyslots = test::any_config<KeyslotFileConfig>();
  c.controller.prdt = static_cast<PrdtFormat>(*test::any_in({0, 2}, 0).as("prdt"));
  c.controller.late_crypto = *test::any_in({0, 1}, 0).as("late_crypto") != 0;
  c.engine = test::any_config<AesXtsPipelineConfig>();
  if (c.engine.engines == Engines::allocated) c.engine.ring_positions = 1;
  const auto clocks = test::any_config<ClocksConfig>({}, {"ice_low", "ice_low_gears", "device", "nand"});
  c.bus = clocks.bus;
  c.ice = clocks.ice;
  c.sync_stages = clocks.sync_stages;
  c.queued = c.controller.mcq > 0 && *test::any_in({0, 1}, 1) != 0;
  c.own_interrupts = *test::any_in({0, 1}, 1) != 0;
  c.hibern8_enter = Picoseconds{*test::any_in({0, 2'000'000}, 500'000)};
  c.hibern8_exit = Picoseconds{*test::any_in({0, 2'000'000}, 700'000)};
  return c;
}

/// Cycles of each clock that a step takes at most, about.
struct Cost {
  std::uint64_t bus = 0;
  std::uint64_t ice = 0;
  std::uint64_t link = 0;

  /// Edges of all clocks in that time.
  std::uint64_t edges(const ControllerCase& c) const {
    const std::uint64_t symbols = c.link ? UniproTwinConfig(c.link->config, c.link->mode).domain.frequency().n : 0;
    std::uint64_t time = bus + ice * c.bus.n / c.ice.n;  // in bus cycles
    if (c.link) time += link * c.bus.n / symbols;
    return time + time * c.ice.n / c.bus.n + 8 * (time * symbols / c.bus.n);  // a link cycle costs as much as eight
  }
  Cost& operator+=(const Cost& x) {
    bus += x.bus;
    ice += x.ice;
    link += x.link;
    return *this;
  }
};

/// A UPIU of `bytes` on the link, with the acknowledgements that its frames wait for.
Cost link_cost(std::uint64_t bytes, const ControllerCase& c) {
  if (!c.link) return {};
  const UniproLinkConfig& link = c.link->config;
  const UniproTwinConfig twin(link, c.link->mode);
  const std::uint64_t frames = divide_up(bytes, link.t_mtu.n);
  const std::uint64_t credits = link.credits == 0 ? ~0ull : link.credits / twin.full_frame_credits();
  const std::uint64_t room = std::min<std::uint64_t>(link.window, credits);
  const std::uint64_t symbols = bytes + frames * (link.header_bytes.n + link.overhead_bytes.n + 1);
  const std::uint64_t round = twin.way(Direction::to_device) + twin.way(Direction::to_host) + link.ack_latency.n + link.afc_bytes.n / twin.lanes;
  return {0, 0, divide_up(symbols, twin.lanes) + (1 + frames / room) * round};
}

Cost cost(const DeviceStep& step, bool crypto, const ControllerCase& c) {
  const DmaConfig& dma = c.controller.dma;
  const AesXtsPipelineConfig& engine = c.engine;
  const std::uint64_t latency = dma.read_latency.n + dma.write_latency.n;
  const std::uint64_t bursts = step.bytes / dma.max_burst_bytes.n + 1;
  const std::uint64_t frames = c.link ? 0 : step.bytes / step.frame + 1;
  Cost cost = link_cost(upiu_header_size + step.bytes, c);
  cost.bus = (step.gap + step.lead + frames * step.frame_gap) / 8 + step.bytes / dma.bytes_per_cycle.n + latency +
             bursts * latency / dma.max_outstanding;
  cost.ice = engine.bypass_latency.n;
  if (!crypto) return cost;
  const std::uint64_t units = step.bytes / 512 + 2;
  const std::uint64_t blocks = step.bytes / 16 / engine.cores_of(Direction::to_host, true) + 1;
  cost.ice += engine.key_cycles(Direction::to_host).n + engine.latency.n + engine.offset_tweak_cycles.n +
              units * engine.tweak_cycles(Direction::to_host).n + blocks * engine.block_cycles(Direction::to_host).n;
  return cost;
}

/// The beginning of a script that the twin can play in some milliseconds.
std::vector<SoftwareStep> affordable(std::vector<SoftwareStep> script, const ControllerCase& c) {
  std::uint64_t left = 12'000;  // edges of all clocks
  const auto pay = [&](const Cost& cost) {
    const std::uint64_t edges = cost.edges(c);
    const bool enough = edges <= left;
    left -= std::min(left, edges);
    return enough;
  };
  const DmaConfig& dma = c.controller.dma;
  std::size_t length = 0;
  for (; length < script.size(); ++length) {
    SoftwareStep& step = script[length];
    Cost own{(step.gap + step.delay) / 8 + 4};
    if (step.kind == SoftwareStep::Kind::command || step.kind == SoftwareStep::Kind::task) {
      own.bus += 2 * (dma.read_latency.n + dma.write_latency.n + c.controller.decode_cycles.n) +
                 entry_size(c.controller.prdt) * step.entries / dma.bytes_per_cycle.n;
      own += link_cost(upiu_header_size, c);
      own += link_cost(upiu_header_size, c);
    }
    if (!pay(own) && length > 1) break;
    std::size_t answers = 0;
    while (answers < step.device.size() && pay(cost(step.device[answers], step.crypto, c))) ++answers;
    step.device.resize(answers);
  }
  script.resize(length);
  return script;
}

/// Puts a link between controller and device; half of them with the default window and credits. Some are in the slow
/// mode, where the clocks of the controller are not too fast to wait for it.
void add_any_link(ControllerCase& c) {
  LinkCase link;
  link.config = any_link(30);
  if (*test::any_in({0, 1}, 0) == 0) {
    link.config.window = unipro::max_window;
    link.config.credits = 0;
  }
  if (*test::any_in({0, 3}, 1) == 0) link.mode = UniproLink::Mode::pwm;
  // Nor are there more than some symbols in a cycle of the bus.
  const auto symbols = [&] { return UniproTwinConfig(link.config, UniproLink::Mode::hs).domain.frequency().n; };
  while (link.config.gear > 1 && symbols() > 12 * c.bus.n) --link.config.gear;
  c.link = link;
  if (link_cost(upiu_header_size, c).edges(c) > 50'000) c.link->mode = UniproLink::Mode::hs;
}

/// Answers how many commands ended with each status.
std::array<std::uint64_t, 16> compare(const ScriptStyle& style, bool with_link = false, bool queued = false) {
  ControllerCase c = any_controller_case();
  if (queued) c.controller.mcq = std::max<std::uint64_t>(c.controller.mcq, 1);
  if (queued) c.queued = true;
  if (style.link_events > 0) c.engine_faults = *test::any_in({0, 1}, 0) != 0;
  if (with_link) add_any_link(c);
  const auto drawn = *rc::gen::container<std::vector<SoftwareStep>>(
                          any_software_step(c.tags(), c.keyslots.num_keyslots, style))
                          .as("script");
  const std::vector<SoftwareStep> script = affordable(drawn, c);
  std::string difference;
  std::array<std::uint64_t, 16> ended{};
  {
    ControllerPair pair(c);
    difference = Conductor(pair, c, script).run();
    ended = pair.twin.ended;
  }
  if (!difference.empty()) RC_FAIL(difference);
  return ended;
}

/// What the twins agree on is worth as much as what they were asked.
TEST(ControllerCases, VaryEveryParameterOverItsDeclaredRange) {
  test::SeenFields fields;
  test::check_cases(400, [&] {
    ControllerCase c = any_controller_case();
    add_any_link(c);
    ClocksConfig clocks;
    clocks.bus = c.bus;
    clocks.ice = c.ice;
    clocks.sync_stages = c.sync_stages;
    fields.group("controller", c.controller, "");
    fields.group("keyslots", c.keyslots, "");
    fields.group("engine", c.engine, "");
    fields.group("clocks", clocks, "");
    fields.group("link", c.link->config, "");
  });
  // Timers, wire and bursts are bounded above; the other clocks have no part in the controller, one of the engine's two is chosen before.
  const std::set<std::string> bounded{"controller.enable_time", "controller.uic_time", "controller.link_startup_time",
                                      "clocks.ice_low",         "clocks.ice_low_gears", "clocks.device",
                                      "clocks.nand",            "link.phy_latency",      "link.burst_gap",
                                      "link.burst_start",       "link.lost_frames_ppm",  "link.replay_timeout",
                                      "link.lost_afcs_ppm",     "link.afc_timeout"};
  std::size_t varied = 0;
  for (const auto& [name, one] : fields.seen) {
    if (bounded.count(name) != 0) continue;
    ++varied;
    EXPECT_EQ(one.drawn.min, one.declared.min) << name;
    EXPECT_EQ(one.drawn.max, one.declared.max) << name;
  }
  EXPECT_GT(varied, 30u);
}

TEST(FetchTwin, TakesReadsAndChecksDescriptorsLikeTheModel) {
  test::check_cases(50, [] {
    ScriptStyle style;
    style.reads = style.status = style.enables = style.uic = style.programs = 0;
    style.lists = 1;
    style.pieces = 0;
    compare(style);
  });
}

/// Scripts may ask for commands that would share a descriptor: software waits until the first has been carried out.
TEST(FetchTwin, MeetsNoTwoCommandsThatShareADescriptor) {
  SoftwareStep shares;
  shares.defect = Defect::body_outside;
  shares.dun = 3;  // only the PRDT is outside of the memory, and the command has none
  std::vector<SoftwareStep> script(3, shares);
  script[1].defect = Defect::none;
  script[1].direction = DataDirection::to_host;
  script[1].gap = 16;
  for (std::uint64_t tag = 0; tag < script.size(); ++tag) script[tag].tag = tag;
  const ControllerCase c;
  ControllerPair pair(c);
  EXPECT_EQ(Conductor(pair, c, script).run(), "");
}

/// Posted writes and reads of all registers, keyslots and timers, with commands that find keys or none.
TEST(RegistersTwin, TakesAccessesAndLooksKeyslotsUpLikeTheModel) {
  test::check_cases(100, [] {
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

/// Random lists of task management requests among ordinary commands, cleared and answered at any time.
TEST(TaskListTwin, TakesSendsAndEndsRequestsLikeTheModel) {
  test::check_cases(75, [] {
    ScriptStyle style;
    style.commands = 5;
    style.programs = style.uic = 0;
    style.tasks = 10;
    style.clear_tasks = 2;
    style.lists = style.resets = 1;
    style.pieces = 2;
    compare(style);
  });
}

/// Queues that are stopped, commands that are cleaned up and entries that are taken back, resets among them.
/// The clean-ups of these scripts come too late for their commands; those in time are UfsHostControllerCleanUpTest's.
TEST(QueuesTwin, SubmitsAndStopsLikeTheModel) {
  test::check_cases(40, [] {
    ScriptStyle style;
    style.programs = style.uic = 0;
    style.clears = 5;
    style.status = 3;
    style.resets = 1;
    style.defects = 2;
    style.pieces = 3;
    compare(style, false, true);
  });
}

/// Everything at once.
TEST(ControllerTwin, PassesEveryUpiuLikeTheModel) {
  test::check_cases(75, [] {
    ScriptStyle style;
    style.defects = 1;
    style.lists = style.resets = 1;
    style.programs = style.tasks = 2;
    style.clear_tasks = style.link_events = 1;
    style.pieces = 8;
    compare(style);
  });
}

/// Everything at once, and between the controller and the device a link in both directions: fetch, keyslots, DMA,
/// engine, frames with their acknowledgements and credits, completion and interrupt, all of them clocked.
TEST(ControllerTwin, PassesEveryUpiuOverTheLinkLikeTheModel) {
  test::check_cases(75, [] {
    ScriptStyle style;
    style.defects = 1;
    style.lists = style.resets = 1;
    style.programs = style.tasks = 2;
    style.clear_tasks = style.link_events = 1;
    style.pieces = 8;
    compare(style, true);
  });
}

}  // namespace
}  // namespace icesim::twin
