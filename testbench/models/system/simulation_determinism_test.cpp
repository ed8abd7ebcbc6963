// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "testbench/support/sim_test.hpp"

#include <chrono>

namespace icesim {
namespace {

using test::Values;

struct Workload {
  const char* name;
  SystemConfig config;
  const char* trace = nullptr;
  GeneratorConfig mix;

  Values run(std::uint64_t creation_order = 0) const { return run(config, creation_order); }
  Values run(const SystemConfig& changed, std::uint64_t creation_order = 0) const {
    return trace != nullptr ? test::simulate(changed, trace, creation_order)
                            : test::simulate(changed, mix, creation_order);
  }
};

Workload of_trace(const char* trace, ReplayMode mode, std::uint64_t limit) {
  Workload w;
  w.name = w.trace = trace;
  w.config.replay.mode = mode;
  w.config.replay.limit = limit;
  return w;
}

Workload collecting_mix(std::uint64_t requests) {
  Workload w;
  w.name = "random mix with garbage collection";
  w.config.replay.mode = ReplayMode::asap;
  w.config.flash = test::small_flash();
  w.mix.requests = requests;
  w.mix.length = Bytes{16 << 10};
  w.mix.range = Bytes{96 << 20};
  w.mix.keys = 40;
  w.mix.read_percent = 30;
  w.mix.seed = 4;
  return w;
}

void expect_no_order(const Workload& w) {
  SCOPED_TRACE(w.name);
  const Values first = w.run();
  EXPECT_GT(first.at("driver.requests_completed"), 0u);
  EXPECT_TRUE(test::equal(first, w.run())) << "a second run";
  std::vector<std::uint64_t> chosen{1, 719, test::creation_orders - 1};
  const auto seed = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  Random random(seed);
  for (int i = 0; i < 10; ++i) chosen.push_back(random.below(test::creation_orders));
  for (const std::uint64_t order : chosen)
    EXPECT_TRUE(test::equal(first, w.run(order))) << "creation order " << order << ", seed " << seed;
}

TEST(SimulationDeterminism, TheOrderOfCreationDoesNotMatterForTheTraceWithAKeyPerFile) {
  expect_no_order(of_trace(test::k61, ReplayMode::asap, 1500));
  expect_no_order(of_trace(test::k61, ReplayMode::open, 1000));
}

TEST(SimulationDeterminism, TheOrderOfCreationDoesNotMatterForTheTraceWithAKeyPerPolicy) {
  expect_no_order(of_trace(test::k612, ReplayMode::asap, 1500));
  expect_no_order(of_trace(test::k612, ReplayMode::closed, 1000));
}

TEST(SimulationDeterminism, TheOrderOfCreationDoesNotMatterWhileGarbageIsCollected) {
  const Workload w = collecting_mix(6000);
  EXPECT_GT(w.run().at("flash.gc_moved_blocks"), 0u);
  expect_no_order(w);
}

TEST(SimulationDeterminism, TheOrderOfCreationDoesNotMatterWhenAllClocksHaveCommonEdges) {
  // Equal clocks make as many things as possible happen at the same instant.
  Workload w = collecting_mix(2000);
  w.name = "equal clocks";
  w.config.clocks.bus = w.config.clocks.ice = w.config.clocks.device = w.config.clocks.nand = Hertz{500'000'000};
  w.config.clocks.sync_stages = Cycles{1};
  w.config.host.cores = 2;
  expect_no_order(w);
}

/// Every request with all its times: those of the agenda and those of the kernel are the same.
TEST(SimulationDeterminism, RunningAheadOfTheKernelChangesNoTimeOfAnyRequest) {
  for (Workload w : {of_trace(test::k61, ReplayMode::asap, 1500), of_trace(test::k612, ReplayMode::open, 1500)}) {
    SCOPED_TRACE(w.name);
    const auto run = [&w](Agenda::Pace pace) {
      const auto source = open_trace(test::bundled(w.trace));
      return test::observe(w.config, *source, pace).seen;
    };
    const auto ahead = run(Agenda::Pace::ahead), kernel = run(Agenda::Pace::kernel);
    ASSERT_EQ(ahead.size(), kernel.size());
    for (std::size_t i = 0; i < ahead.size(); ++i) {
      ASSERT_EQ(ahead[i].start(), kernel[i].start());
      for (std::size_t s = 0; s < stage_count; ++s)
        ASSERT_EQ(ahead[i].timeline.spent(static_cast<Stage>(s)), kernel[i].timeline.spent(static_cast<Stage>(s)));
    }
  }
}

void expect_equal_time(const Workload& w) {
  SCOPED_TRACE(w.name);
  SystemConfig verify = w.config;
  verify.payload = Payload::verify;
  const Values timing = w.run();
  Values checked = w.run(verify);
  EXPECT_GT(checked.at("payload.blocks_written"), 0u);
  EXPECT_EQ(timing.count("payload.blocks_written"), 0u);
  for (const char* extra : {"payload.blocks_written", "payload.blocks_checked", "payload.mismatches"})
    checked.erase(extra);
  EXPECT_TRUE(test::equal(timing, checked));
}

TEST(SimulationDeterminism, CheckingThePayloadChangesNoTimeAndNoCount) {
  expect_equal_time(of_trace(test::k61, ReplayMode::open, 3000));
  expect_equal_time(of_trace(test::k612, ReplayMode::asap, 3000));
  expect_equal_time(collecting_mix(5000));
}

TEST(SimulationDeterminism, TheSeedOfTheKeysChangesNoTime) {
  Workload w = of_trace(test::k61, ReplayMode::asap, 2000);
  SystemConfig other = w.config;
  other.seed = 99;
  EXPECT_TRUE(test::equal(w.run(), w.run(other)));
}

/// What the stages add up to, against the latencies that were measured.
void expect_accounted(const Values& v) {
  std::uint64_t stages_sum = 0;
  for (const auto& [path, value] : test::only(v, {"stages."})) stages_sum += value;
  const std::uint64_t count = v.at("latency.all.count");
  const std::uint64_t mean = v.at("latency.all.mean");
  ASSERT_GT(count, 0u);
  EXPECT_EQ(count, v.at("driver.requests_completed"));
  // The mean is rounded down to a picosecond.
  EXPECT_GE(stages_sum, mean * count);
  EXPECT_LT(stages_sum, (mean + 1) * count);
  // The same of each operation, and all of them are the whole.
  Values whole;
  std::uint64_t requests = 0;
  for (const std::string operation : {"read", "write", "flush", "discard"}) {
    const std::uint64_t n = v.at("latency." + operation + ".count"), average = v.at("latency." + operation + ".mean");
    const std::string group = "stages_of." + operation + ".";
    std::uint64_t sum = 0;
    for (const auto& [path, value] : test::only(v, {group})) {
      sum += value;
      whole["stages." + path.substr(group.size())] += value;
    }
    requests += n;
    EXPECT_GE(sum, average * n) << operation;
    EXPECT_TRUE(n == 0 ? sum == 0 : sum < (average + 1) * n) << operation;
  }
  EXPECT_EQ(requests, count);
  EXPECT_TRUE(test::equal(whole, test::only(v, {"stages."})));
}

TEST(SimulationDeterminism, TheStagesAddUpToAllLatenciesInEveryMode) {
  for (const ReplayMode mode : {ReplayMode::open, ReplayMode::asap, ReplayMode::closed}) {
    SCOPED_TRACE(static_cast<int>(mode));
    expect_accounted(of_trace(test::k61, mode, 3000).run());
    expect_accounted(of_trace(test::k612, mode, 3000).run());
    Workload w = collecting_mix(3000);
    w.config.replay.mode = mode;
    w.mix.interval = Picoseconds{20'000'000};
    w.config.block_layer.interrupt = InterruptHandling::threaded;
    w.config.keyslots.num_keyslots = 4;
    expect_accounted(w.run());
  }
}

TEST(SimulationDeterminism, EachRequestsStagesAddUpToItsLatency) {
  SystemConfig config;
  config.keyslots.num_keyslots = 2;
  config.replay.limit = 2000;
  config.replay.mode = ReplayMode::asap;
  const auto source = open_trace(test::bundled(test::k61));
  const test::Observed observed = test::observe(config, *source);
  ASSERT_EQ(observed.seen.size(), 2000u);
  for (const test::Seen& seen : observed.seen) {
    Picoseconds sum{};
    for (std::size_t s = 0; s < stage_count; ++s) sum += seen.timeline.spent(static_cast<Stage>(s));
    ASSERT_EQ(sum, seen.end() - seen.start());
  }
}

}  // namespace
}  // namespace icesim
