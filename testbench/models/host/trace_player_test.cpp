// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "models/system/forget_simulation.hpp"
#include "testbench/support/sim_test.hpp"

#include <gmock/gmock.h>

namespace icesim {
namespace {

using test::Observed;
using test::Seen;
using testing::HasSubstr;
using namespace literals;

/// Times of a trace that bunch and pause, several at one instant.
std::vector<IoRequest> uneven(std::size_t count, std::uint32_t processes, std::uint64_t seed) {
  Random random(seed);
  std::vector<IoRequest> list;
  Picoseconds at{};
  for (std::size_t i = 0; i < count; ++i) {
    if (random.chance(60)) at += Picoseconds{random.below(random.chance(10) ? 2'000'000'000 : 40'000'000)};
    const auto process = static_cast<std::uint32_t>(100 + random.below(processes));
    const Operation operation = random.chance(50) ? Operation::read : Operation::write;
    // The address tells the requests apart, and nothing merges.
    list.push_back(test::request(operation, 64 * i, 1 + random.below(16), 1 + process % 3, at, process));
  }
  return list;
}

Observed replay(const std::vector<IoRequest>& list, const SystemConfig& config) {
  test::Requests source(list);
  return test::observe(config, source);
}

/// The requests in the order of the trace; the address says which one it was.
std::map<std::uint64_t, Seen> by_address(const Observed& observed) {
  std::map<std::uint64_t, Seen> result;
  for (const Seen& seen : observed.seen) result[seen.io.offset.n] = seen;
  return result;
}

TEST(TracePlayer, OpenModeKeepsEveryArrivalTimeExactly) {
  const auto list = uneven(600, 5, 1);
  for (const std::uint64_t percent : {100u, 37u, 250u, 1u}) {
    SystemConfig config;
    config.replay.time_scale = percent;
    const Observed observed = replay(list, config);
    auto seen = by_address(observed);
    ASSERT_EQ(seen.size(), list.size());
    for (const IoRequest& io : list) {
      // Exact in integers: t * percent / 100, rounded down.
      ASSERT_EQ(seen[io.offset.n].start() - observed.started, Picoseconds{io.time.n * percent / 100})
          << "recorded at " << io.time.n << ", scaled to " << percent << " %";
    }
  }
}

TEST(TracePlayer, OpenModeDoesNotWaitForWhatIsOutstanding) {
  std::vector<IoRequest> list;
  for (std::uint64_t i = 0; i < 300; ++i) list.push_back(test::request(Operation::read, 64 * i, 1, no_key, {}, 1));
  const Observed observed = replay(list, {});
  ASSERT_EQ(observed.seen.size(), list.size());
  for (const Seen& seen : observed.seen) ASSERT_EQ(seen.start(), observed.started);
}

TEST(TracePlayer, AsapKeepsQueueDepthRequestsOutstandingAndNeverMore) {
  const auto list = uneven(800, 4, 2);
  for (const std::uint64_t depth : {1u, 2u, 7u, 32u, 64u, 1000u}) {
    SystemConfig config;
    config.replay.mode = ReplayMode::asap;
    config.replay.queue_depth = depth;
    const Observed observed = replay(list, config);
    ASSERT_EQ(observed.seen.size(), list.size());
    // Requests begin at the start or exactly when another one ends: +1 and -1 in order of time, ends first.
    std::vector<std::pair<Picoseconds, int>> steps;
    for (const Seen& seen : observed.seen) {
      steps.emplace_back(seen.start(), 1);
      steps.emplace_back(seen.end(), -1);
    }
    std::sort(steps.begin(), steps.end());
    std::uint64_t outstanding = 0, submitted = 0;
    for (std::size_t i = 0; i < steps.size();) {
      const Picoseconds at = steps[i].first;
      for (; i < steps.size() && steps[i].first == at; ++i) {
        outstanding += static_cast<std::uint64_t>(steps[i].second);
        submitted += steps[i].second == 1 ? 1 : 0;
      }
      ASSERT_LE(outstanding, depth);
      // Work-conserving: as long as there is anything left, all of the queue depth is in use.
      ASSERT_EQ(outstanding, std::min<std::uint64_t>(depth, outstanding + list.size() - submitted));
    }
  }
}

TEST(TracePlayer, AsapSubmitsInTheOrderOfTheTrace) {
  const auto list = uneven(500, 4, 3);
  SystemConfig config;
  config.replay.mode = ReplayMode::asap;
  config.replay.queue_depth = 3;
  const auto seen = by_address(replay(list, config));
  Picoseconds last{};
  for (const auto& [address, one] : seen) {
    ASSERT_GE(one.start(), last);
    last = one.start();
  }
}

/// Requests of each process in the order of the trace.
std::map<std::uint32_t, std::vector<Seen>> by_process(const std::vector<IoRequest>& list, const Observed& observed) {
  auto seen = by_address(observed);
  std::map<std::uint32_t, std::vector<Seen>> result;
  for (const IoRequest& io : list) result[io.process].push_back(seen.at(io.offset.n));
  return result;
}

TEST(TracePlayer, ClosedModeKeepsTheRecordedPauseBetweenTheRequestsOfAProcess) {
  const auto list = uneven(1200, 6, 4);
  for (const std::uint64_t percent : {100u, 30u, 200u}) {
    SystemConfig config;
    config.replay.mode = ReplayMode::closed;
    config.replay.time_scale = percent;
    const Observed observed = replay(list, config);
    ASSERT_EQ(observed.seen.size(), list.size());
    for (const auto& [process, requests] : by_process(list, observed)) {
      ASSERT_EQ(requests[0].start() - observed.started, Picoseconds{requests[0].io.time.n * percent / 100})
          << "the first request of a process comes at its time";
      for (std::size_t i = 1; i < requests.size(); ++i) {
        const Picoseconds gap{(requests[i].io.time - requests[i - 1].io.time).n * percent / 100};
        ASSERT_EQ(requests[i].start(), requests[i - 1].end() + gap)
            << "process " << process << ", request " << i << ", scaled to " << percent << " %";
      }
    }
  }
}

TEST(TracePlayer, ClosedModeNeverHasTwoRequestsOfAProcessOutstanding) {
  SystemConfig config;
  config.replay.mode = ReplayMode::closed;
  config.replay.limit = 3000;
  const auto source = open_trace(test::bundled(test::k61));
  const Observed observed = test::observe(config, *source);
  ASSERT_EQ(observed.seen.size(), 3000u);
  std::map<std::uint32_t, Picoseconds> ended;
  for (const Seen& seen : observed.seen) {
    const auto before = ended.find(seen.io.process);
    if (before != ended.end()) {
      ASSERT_GE(seen.start(), before->second) << "process " << seen.io.process;
    }
    ended[seen.io.process] = seen.end();
  }
  EXPECT_GT(ended.size(), 3u);
}

TEST(TracePlayer, ClosedModeIsNeverEarlierThanRecorded) {
  const auto list = uneven(800, 3, 5);
  SystemConfig config;
  config.replay.mode = ReplayMode::closed;
  const Observed observed = replay(list, config);
  for (const Seen& seen : observed.seen) ASSERT_GE(seen.start() - observed.started, seen.io.time);
}

TEST(TracePlayer, LimitEndsTheReplayAfterSoManyRecords) {
  const auto list = uneven(300, 3, 6);
  for (const ReplayMode mode : {ReplayMode::open, ReplayMode::asap, ReplayMode::closed}) {
    for (const std::uint64_t limit : {1u, 7u, 299u, 300u, 301u, 0u}) {
      SystemConfig config;
      config.replay.mode = mode;
      config.replay.limit = limit;
      const std::size_t expected = limit == 0 ? list.size() : std::min<std::size_t>(limit, list.size());
      EXPECT_EQ(replay(list, config).seen.size(), expected) << static_cast<int>(mode);
    }
  }
}

TEST(TracePlayer, AnEmptyTraceEndsAtOnce) {
  for (const ReplayMode mode : {ReplayMode::open, ReplayMode::asap, ReplayMode::closed}) {
    SystemConfig config;
    config.replay.mode = mode;
    test::Requests nothing({});
    const test::Values v = test::simulate(config, nothing);
    EXPECT_EQ(v.at("driver.requests_completed"), 0u);
    EXPECT_EQ(v.at("simulated_time"), 0u);
    EXPECT_EQ(v.at("latency.all.count"), 0u);
  }
}

/// The message of the error that the replay ends in.
std::string error_of(const std::vector<IoRequest>& list, const SystemConfig& config) {
  std::string message = "no error";
  test::Requests source(list);
  {
    Simulation simulation(config, source, "some/where.trace");
    try {
      simulation.run();
    } catch (const UserError& error) {
      message = error.what();
    }
  }
  forget_simulation();
  return message;
}

TEST(TracePlayer, ARequestBeyondTheDeviceIsTheUsersErrorAndNamesFileRequestAndCapacity) {
  for (const ReplayMode mode : {ReplayMode::open, ReplayMode::asap, ReplayMode::closed}) {
    SystemConfig config;
    config.replay.mode = mode;
    config.flash = test::small_flash();
    const std::uint64_t blocks = config.flash.capacity / logical_block;
    auto list = uneven(20, 2, 7);
    list.push_back(test::request(Operation::read, blocks - 1, 1, no_key, list.back().time));
    EXPECT_EQ(error_of(list, config), "no error") << "the last block is there";
    list.push_back(test::request(Operation::read, blocks - 1, 2, no_key, list.back().time + 1_us));
    const std::string message = error_of(list, config);
    EXPECT_THAT(message, HasSubstr("some/where.trace"));
    EXPECT_THAT(message, HasSubstr("request 22 "));
    EXPECT_THAT(message, HasSubstr(std::to_string(config.flash.capacity.n)));
    EXPECT_THAT(message, HasSubstr(std::to_string((blocks + 1) * logical_block.n)));
  }
}

TEST(TracePlayer, AnAddressThatOverflowsIsTheUsersErrorToo) {
  IoRequest io = test::request(Operation::write, 0, 1);
  io.offset = Bytes{~std::uint64_t{0} - 4095};
  io.length = 8_KiB;
  EXPECT_THAT(error_of({io}, {}), HasSubstr("request 1 "));
}

/// A source that turns out to be damaged.
class Damaged : public RequestSource {
 public:
  bool next(IoRequest& io) override {
    if (++given_ == 4) throw UserError("some/where.trace:4: damaged; undamaged traces are allowed");
    io = test::request(Operation::read, 64 * given_, 1, no_key, Picoseconds{given_ * 1'000'000'000});
    return true;
  }

 private:
  std::uint64_t given_ = 0;
};

TEST(TracePlayer, AnErrorOfTheSourceReachesTheCaller) {
  for (const ReplayMode mode : {ReplayMode::open, ReplayMode::asap, ReplayMode::closed}) {
    SystemConfig config;
    config.replay.mode = mode;
    Damaged source;
    {
      Simulation simulation(config, source, "some/where.trace");
      EXPECT_THROW(simulation.run(), UserError);
    }
    forget_simulation();
  }
}

}  // namespace
}  // namespace icesim
