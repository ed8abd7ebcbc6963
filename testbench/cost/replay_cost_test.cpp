// SPDX-License-Identifier: Apache-2.0
#include "testbench/cost/heap.hpp"
#include "testbench/cost/streams.hpp"

namespace icesim {
namespace {

using namespace literals;

/// Stands between the processor and the trace player, and counts.
class Calls : public Workload {
 public:
  explicit Calls(Workload& player) : player_(player) {}
  void arrive() override {
    ++count;
    player_.arrive();
  }
  std::uint64_t count = 0;

 private:
  Workload& player_;
};

struct Counted {
  std::uint64_t activations = 0;  ///< of modules
  std::uint64_t calls = 0;        ///< of the trace player
  test::HeapUse heap;             ///< while the trace was replayed
};

Counted cost(const SystemConfig& config, RequestSource& source) {
  Counted result;
  test::HeapNotes notes(source);
  const test::HeapUse before = test::heap_use();
  {
    UfsSystem system(config, notes, "test", 0);
    Calls calls(system.player);
    system.cpu->connect(*system.driver, calls, *system.memory);
    system.agenda.set_pace(Agenda::Pace::kernel);
    system.driver->start();
    sc_core::sc_start();
    EXPECT_TRUE(system.player.finished());
    result.activations = sc_core::sc_delta_count();
    result.calls = calls.count;
  }
  forget_simulation();
  result.heap = {notes.end.allocations - before.allocations, notes.end.blocks - before.blocks,
                 notes.end.bytes - before.bytes};
  return result;
}

/// Requests of `processes` that come all over the place: many at one instant, pauses, processes that fall behind.
std::vector<IoRequest> of_many(std::uint64_t requests, std::uint32_t processes, Picoseconds interval) {
  Random random(7);
  std::vector<IoRequest> list;
  Picoseconds at{};
  for (std::uint64_t i = 0; i < requests; ++i) {
    if (random.chance(50)) at += Picoseconds{random.below(4 * interval.n)};
    const auto process = static_cast<std::uint32_t>(1'000'000 - 7 * random.below(processes));
    list.push_back(test::request(random.chance(50) ? Operation::read : Operation::write, random.below(100'000), 1,
                                 static_cast<KeyId>(1 + process % 4), at, process));
  }
  return list;
}

struct Replay {
  const char* name;
  ReplayMode mode;
  std::uint32_t processes;  ///< per 1,000 requests; 0: one
  Picoseconds interval;
};
void PrintTo(const Replay& replay, std::ostream* out) { *out << replay.name; }

class ReplayCost : public testing::TestWithParam<Replay> {};

TEST_P(ReplayCost, TenTimesTheRequestsTakeTenTimesTheCallsAndActivations) {
  const Replay& replay = GetParam();
  SystemConfig config;
  config.replay.mode = replay.mode;
  const auto cost_of = [&](std::uint64_t requests) {
    const auto processes = static_cast<std::uint32_t>(std::max<std::uint64_t>(replay.processes * requests / 1'000, 1));
    test::Requests source(of_many(requests, processes, replay.interval));
    return cost(config, source);
  };
  const Counted once = cost_of(2'000);
  const Counted ten_times = cost_of(20'000);
  EXPECT_LE(ten_times.activations, 11 * once.activations);
  EXPECT_LE(ten_times.calls, 11 * once.calls + 10);
  EXPECT_LE(ten_times.calls, 2 * 20'000u) << "one for the arrival of a request, one for its turn";
}

INSTANTIATE_TEST_SUITE_P(Replays, ReplayCost,
                         testing::Values(Replay{"ClosedByOneProcess", ReplayMode::closed, 0, 200_us},
                                         Replay{"ClosedByOneProcessFarBehind", ReplayMode::closed, 0, 2_us},
                                         Replay{"ClosedByEverMoreProcesses", ReplayMode::closed, 300, 50_us},
                                         Replay{"ClosedByEverMoreProcessesAtOnce", ReplayMode::closed, 300, 0_us},
                                         Replay{"OpenWithADeepBacklog", ReplayMode::open, 0, 2_us},
                                         Replay{"OpenByEverMoreProcesses", ReplayMode::open, 300, 2_us},
                                         Replay{"AsapByEverMoreProcesses", ReplayMode::asap, 300, 0_us}),
                         [](const auto& replay) { return std::string(replay.param.name); });

TEST(ReplayCost, ClosedReplayRemembersOnlyWhatItIsBehindWith) {
  if (!test::heap_is_counted) GTEST_SKIP() << "a sanitizer has an operator new of its own";
  const auto heap_of = [](std::uint64_t requests) {
    const test::Stream stream = test::closed_requests(requests);
    const auto source = stream.source();
    return cost(stream.config, *source).heap;
  };
  heap_of(1);  // the first simulation of a process also takes what the kernel keeps
  const test::HeapUse once = heap_of(4'000);
  const test::HeapUse ten_times = heap_of(40'000);
  // Of 200 us, a request takes 20 to 80: at the end of the trace less than a third of it waits, in chunks of 1,024.
  const std::uint64_t behind = 36'000 / 3;
  EXPECT_LE(ten_times.bytes - once.bytes, behind * (sizeof(IoRequest) + 16));
  EXPECT_LE(ten_times.allocations - once.allocations, behind / 1'024 + 16);
}

}  // namespace
}  // namespace icesim
