// SPDX-License-Identifier: Apache-2.0
#include "testbench/cost/heap.hpp"
#include "testbench/cost/streams.hpp"

#include <ostream>
#include <sys/resource.h>

namespace icesim {
namespace {

using namespace literals;

/// Times at which modules are woken in a run: with the kernel's pace each is a cycle of the kernel.
std::uint64_t activations(const SystemConfig& config, RequestSource& source) {
  std::uint64_t count = 0;
  {
    UfsSystem system(config, source, "test", 0);
    system.agenda.set_pace(Agenda::Pace::kernel);
    system.driver->start();
    sc_core::sc_start();
    EXPECT_TRUE(system.player.finished());
    count = sc_core::sc_delta_count();
  }
  forget_simulation();
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

/// What a stream of requests costs that does not depend on the machine.
struct Cost {
  std::uint64_t activations = 0;
  // Of the heap, in use when the last request has been read.
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
};

Cost cost(const test::Stream& stream) {
  const auto source = stream.source();
  test::HeapNotes heap(*source);
  const test::HeapUse before = test::heap_use();
  const std::uint64_t count = activations(stream.config, heap);
  return {count, heap.end.blocks - before.blocks, heap.end.bytes - before.bytes};
}

struct Growing {
  const char* name;
  test::Stream (*stream)(std::uint64_t requests);
  std::uint64_t requests;
  std::uint64_t most;  ///< activations of a request
};

void PrintTo(const Growing& growing, std::ostream* out) { *out << growing.name; }

class SimulationGrowth : public testing::TestWithParam<Growing> {};

TEST_P(SimulationGrowth, TenTimesTheRequestsTakeTenTimesTheActivationsAndTheSameHeap) {
  const auto& [name, stream, requests, most] = GetParam();
  cost(stream(1));  // the first simulation of a process also takes what the kernel keeps
  const Cost once = cost(stream(requests));
  const Cost ten_times = cost(stream(10 * requests));
  EXPECT_LE(ten_times.activations, 11 * once.activations);
  EXPECT_GE(ten_times.activations, 9 * once.activations);
  EXPECT_LT(ten_times.activations / (10 * requests), most);
  EXPECT_EQ(ten_times.blocks, once.blocks);
  EXPECT_NEAR(static_cast<double>(ten_times.bytes), static_cast<double>(once.bytes), 1024);
}

INSTANTIATE_TEST_SUITE_P(Streams, SimulationGrowth,
                         testing::Values(Growing{"RandomReads", test::random_reads, 2'000, 20},
                                         Growing{"RandomWritesCollecting", test::random_writes_collecting, 20'000, 40},
                                         Growing{"SequentialReads", test::sequential_reads, 1'000, 60},
                                         Growing{"SequentialWrites", test::sequential_writes, 1'000, 60}),
                         [](const auto& stream) { return std::string(stream.param.name); });

std::uint64_t resident_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss);
}

/// Most memory that a process of its own needed up to the end of this stream, in KiB.
std::uint64_t memory_of(const test::Stream& stream) {
  const auto source = stream.source();
  test::simulate(stream.config, *source);
  return resident_kib();
}

TEST(SimulationCost, TheDefaultSystemStartsInLessThanSixtyMegabytes) {
  if (!test::heap_is_counted) GTEST_SKIP() << "a sanitizer needs memory of its own";
  test::Requests source({test::request(Operation::read, 5, 1)});
  test::simulate({}, source);
  EXPECT_LT(resident_kib(), 60u * 1024);
}

TEST(SimulationCost, TenTimesTheRequestsNeedNoMoreMemory) {
  if (!test::heap_is_counted) GTEST_SKIP() << "a sanitizer needs memory of its own";
  // The high-water mark never falls: what the longer run needs beyond the shorter one shows.
  for (const auto stream : {test::random_reads, test::random_writes_collecting}) {
    const std::uint64_t few = memory_of(stream(10'000));
    const std::uint64_t many = memory_of(stream(100'000));
    EXPECT_LT(many, few + 2 * 1024);
  }
}

}  // namespace
}  // namespace icesim
