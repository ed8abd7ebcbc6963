// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/kernel.hpp"
#include "testbench/support/sim_test.hpp"

#include <sys/resource.h>

namespace icesim {
namespace {

using namespace literals;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool memory_is_measurable = false;
#else
constexpr bool memory_is_measurable = true;
#endif

/// Times at which modules are woken in a run: with the kernel's pace each is a cycle of the kernel.
std::uint64_t activations(const SystemConfig& config, RequestSource& source) {
  std::uint64_t count = 0;
  {
    test::ObservedSystem system(config, source);
    system.agenda.set_pace(Agenda::Pace::kernel);
    system.run();
    count = sc_core::sc_delta_count();
  }
  test::reset_kernel();
  return count;
}

std::vector<IoRequest> two_bursts(Picoseconds gap) {
  std::vector<IoRequest> list;
  for (std::uint64_t half = 0; half < 2; ++half)
    for (std::uint64_t i = 0; i < 50; ++i)
      list.push_back(test::request(i % 2 == 0 ? Operation::read : Operation::write, 64 * (i + 50 * half), 4,
                                   static_cast<KeyId>(1 + i % 3), gap * half + 100_us * i));
  return list;
}

TEST(SimulationCost, AnIdleSystemCostsNothing) {
  for (const ReplayMode mode : {ReplayMode::open, ReplayMode::closed}) {
    SystemConfig config;
    config.replay.mode = mode;
    test::Requests short_pause(two_bursts(1_s)), long_pause(two_bursts(1'000_s));
    const std::uint64_t busy = activations(config, short_pause);
    const std::uint64_t idle = activations(config, long_pause);
    EXPECT_GT(busy, 1'000u);
    // The phase of requests to the clocks differs, which may merge or part a few instants; 999 s more of a clock that
    // ticks would be 3 * 10^11 activations.
    EXPECT_LE(idle, busy + busy / 50) << static_cast<int>(mode);
  }
}

TEST(SimulationCost, ActivationsGrowWithTheRequestsOnly) {
  const auto run = [](std::uint64_t requests) {
    GeneratorConfig workload;
    workload.requests = requests;
    workload.keys = 4;
    SystemConfig config;
    config.replay.mode = ReplayMode::asap;
    Generator source(workload);
    return activations(config, source);
  };
  const std::uint64_t few = run(2'000), many = run(20'000);
  EXPECT_LT(many, few * 11);
  EXPECT_LT(many / 20'000, 60u) << "activations per request";
}

std::uint64_t resident_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss);
}

/// Most memory that a process of its own needed for `requests` random requests, in KiB.
std::uint64_t memory_of(std::uint64_t requests) {
  GeneratorConfig workload;
  workload.requests = requests;
  workload.keys = 50;
  workload.read_percent = 100;
  SystemConfig config;
  config.replay.mode = ReplayMode::asap;
  test::simulate(config, workload);
  return resident_kib();
}

TEST(SimulationCost, TheDefaultSystemStartsInLessThanSixtyMegabytes) {
  if (!memory_is_measurable) GTEST_SKIP() << "a sanitizer needs memory of its own";
  test::Requests source({test::request(Operation::read, 5, 1)});
  test::simulate({}, source);
  EXPECT_LT(resident_kib(), 60u * 1024);
}

TEST(SimulationCost, TenTimesTheRequestsNeedNoMoreMemory) {
  if (!memory_is_measurable) GTEST_SKIP() << "a sanitizer needs memory of its own";
  // The high-water mark never falls: what the longer run needs beyond the shorter one shows.
  const std::uint64_t few = memory_of(10'000);
  const std::uint64_t many = memory_of(100'000);
  EXPECT_LT(many, few + 2 * 1024);
}

}  // namespace
}  // namespace icesim
