// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/parameter_reader.hpp"
#include "icesim/result/parameters.hpp"
#include "testbench/models/system/queues/queued_runs.hpp"

#include <string>

/// Whole runs with every way in which a completion reaches its submitter.
namespace icesim {
namespace {

using namespace literals;
using test::Values;

constexpr Completion completions[] = {Completion::handler, Completion::softirq, Completion::submitter};
constexpr InterruptHandling interrupts[] = {InterruptHandling::hard, InterruptHandling::threaded, InterruptHandling::limited};

SystemConfig with(Completion completion, InterruptHandling interrupt, std::uint64_t queues = 0) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.replay.mode = ReplayMode::asap;
  config.block_layer.completion = completion;
  config.block_layer.interrupt = interrupt;
  if (queues > 0) config.controller.version = 0x0400;
  config.controller.mcq = queues;
  return config;
}

GeneratorConfig mixed(std::uint64_t requests) { return test::many_keys(requests, 5); }

void expect_sound(const Values& v) {
  test::expect_checked(v);
  test::expect_stages_sum_up(v);
}

TEST(SimulationCompletion, ReadsWhatWasWrittenInEveryWayWithEveryProfileAndDoorbellOrQueues) {
  for (const char* profile : {"simple", "linux-6.12", "linux-7", "android"}) {
    for (const Completion completion : completions) {
      for (const InterruptHandling interrupt : interrupts) {
        for (const std::uint64_t queues : {0u, 1u, 8u}) {
          SCOPED_TRACE(std::string(profile) + " " + std::to_string(static_cast<int>(completion)) + " " +
                       std::to_string(static_cast<int>(interrupt)) + " queues " + std::to_string(queues));
          SystemConfig config = with(completion, interrupt, queues);
          set_parameter(std::string("block_layer.profile=") + profile, parameters_of(config));
          config.block_layer.completion = completion;
          config.block_layer.interrupt = interrupt;
          config.host.costs.interrupt_limit = 2_us;
          const Values v = test::simulate(config, mixed(200));
          expect_sound(v);
          EXPECT_EQ(v.at("driver.requests_completed"), 200u);
        }
      }
    }
  }
}

TEST(SimulationCompletion, DependsNotOnTheOrderOfModules) {
  for (const Completion completion : completions) {
    SystemConfig config = with(completion, InterruptHandling::limited);
    config.host.costs.interrupt_limit = 1_us;
    const Values first = test::simulate(config, mixed(300));
    EXPECT_GT(first.at("driver.interrupt_threads"), 0u);
    for (const std::uint64_t order : {1u, 7u, 100u}) EXPECT_TRUE(test::equal(first, test::simulate(config, mixed(300), order)));
  }
}

TEST(SimulationCompletion, EndsEveryRequestInASoftirqThatCommandsEndedFor) {
  for (const InterruptHandling interrupt : interrupts) {
    const Values v = test::simulate(with(Completion::softirq, interrupt), mixed(500));
    // Those of merged bios and of flushes before data are fewer or more than the trace's; each command of them is one.
    EXPECT_EQ(v.at("driver.softirqs.ipis"), 0u);
    EXPECT_GT(v.at("driver.softirqs.requests"), 300u);
    EXPECT_LE(v.at("driver.softirqs.runs"), v.at("driver.softirqs.requests"));
    EXPECT_EQ(v.at("driver.softirqs.thread_wakes") > 0, interrupt == InterruptHandling::threaded);
  }
}

TEST(SimulationCompletion, InterruptsNoOtherCoreWhereThereIsOne) {
  SystemConfig config = with(Completion::submitter, InterruptHandling::hard);
  Values v = test::simulate(config, mixed(300));
  EXPECT_GT(v.at("driver.softirqs.ipis"), 0u);
  config.host.cores = 1;
  v = test::simulate(config, mixed(300));
  EXPECT_EQ(v.at("driver.softirqs.ipis"), 0u);
  EXPECT_GT(v.at("driver.softirqs.requests"), 0u);
}

/// Keyslots that completed requests still have while they wait for a softirq, so that others wait for keyslots longer.
TEST(SimulationCompletion, HoldsKeyslotsWhileASoftirqWaits) {
  const auto waited = [](Completion completion) {
    SystemConfig config = with(completion, InterruptHandling::threaded);
    config.keyslots.num_keyslots = 2;
    config.replay.queue_depth = 31;
    config.host.costs.thread_wake = 50_us;
    return test::simulate(config, mixed(400)).at("stages.keyslot_wait");
  };
  EXPECT_GT(waited(Completion::softirq), waited(Completion::handler) * 11 / 10);
}

/// Reads of 4 KiB, one at a time: what a thread costs each, and that a limit of 20 us never is up [linux-limited-interrupt].
TEST(SimulationCompletion, TakesLongerForALoneReadWithAThreadAndNoLongerWithALimit) {
  const auto mean = [](const char* profile, InterruptHandling interrupt) {
    SystemConfig config;
    set_parameter(std::string("block_layer.profile=") + profile, parameters_of(config));
    config.block_layer.interrupt = interrupt;
    config.replay.mode = ReplayMode::asap;
    config.replay.queue_depth = 1;
    GeneratorConfig workload;
    workload.requests = 500;
    workload.length = 4_KiB;
    workload.read_percent = 100;
    return test::simulate(config, workload).at("latency.all.mean");
  };
  const HostCosts costs;
  for (const char* profile : {"simple", "linux-6.12"}) {
    const std::uint64_t hard = mean(profile, InterruptHandling::hard);
    const std::uint64_t threaded = mean(profile, InterruptHandling::threaded);
    const std::uint64_t limited = mean(profile, InterruptHandling::limited);
    RecordProperty(std::string(profile) + " hard", std::to_string(hard));
    RecordProperty(std::string(profile) + " threaded", std::to_string(threaded));
    const std::uint64_t wakes = profile == std::string("simple") ? 1 : 2;  // the thread, and ksoftirqd
    // Edges of the clocks lie elsewhere.
    EXPECT_NEAR(static_cast<double>(threaded - hard), static_cast<double>(costs.thread_wake.n * wakes), 20'000);
    EXPECT_EQ(limited, hard);
  }
}

/// Each read finds the interrupt's core, which is its submitter's, in WFI: the way back is its time.
TEST(SimulationCompletion, TakesTheTimeInWhichAnIdleCoreComesBack) {
  const auto run = [](IdleGovernor governor) {
    SystemConfig config;
    config.replay.mode = ReplayMode::asap;
    config.replay.queue_depth = 1;
    config.host.idle.governor = governor;
    config.host.idle.wfi_exit = 11_us;
    GeneratorConfig workload;
    workload.requests = 500;
    workload.length = 4_KiB;
    workload.read_percent = 100;
    return test::simulate(config, workload);
  };
  const Values off = run(IdleGovernor::off);
  EXPECT_EQ(off.count("host.idle.wfi_exits"), 0u);
  for (const IdleGovernor governor : {IdleGovernor::ideal, IdleGovernor::menu}) {
    const Values on = run(governor);
    EXPECT_GE(on.at("host.idle.wfi_exits"), 500u);
    // Edges of the clocks lie elsewhere.
    EXPECT_NEAR(static_cast<double>(on.at("simulated_time") - off.at("simulated_time")), 500 * 11e6, 1e6);
    EXPECT_NEAR(static_cast<double>(on.at("stages.interrupt") - off.at("stages.interrupt")), 500 * 11e6, 1e6);
  }
}

TEST(SimulationCompletion, DependsNotOnTheOrderOfModulesWithIdleCores) {
  for (const IdleGovernor governor : {IdleGovernor::ideal, IdleGovernor::menu}) {
    for (const Completion completion : completions) {
      SystemConfig config = with(completion, InterruptHandling::threaded);
      config.host.idle.governor = governor;
      config.host.idle.off_residency = 50_us;
      const Values first = test::simulate(config, mixed(300));
      expect_sound(first);
      EXPECT_GT(first.at("host.idle.off_exits"), 0u);
      for (const std::uint64_t order : {1u, 7u}) EXPECT_TRUE(test::equal(first, test::simulate(config, mixed(300), order)));
    }
  }
}

}  // namespace
}  // namespace icesim
