// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/results.hpp"
#include "testbench/ranges/range_observers.hpp"
#include "testbench/support/sim_test.hpp"

#include <gmock/gmock.h>

/// Where times leave 64 bits of picoseconds, which is after 213 days.
namespace icesim {
namespace {

using test::request;
using test::Requests;
using testing::HasSubstr;

constexpr Picoseconds day{86'400'000'000'000'000};

std::string error_of(const SystemConfig& config, const std::vector<IoRequest>& list) {
  Requests source(list);
  std::string text;
  try {
    Simulation simulation(config, source, "trace");
    simulation.run();
  } catch (const UserError& error) {
    text = error.what();
  }
  forget_simulation();
  return text;
}

SystemConfig in_mode(ReplayMode mode, std::uint64_t time_scale = 100) {
  SystemConfig config;
  config.replay.mode = mode;
  config.replay.time_scale = time_scale;
  return config;
}

TEST(SimulationTime, ATraceOf213DaysRuns) {
  for (const ReplayMode mode : {ReplayMode::open, ReplayMode::closed})
    EXPECT_EQ(error_of(in_mode(mode), {request(Operation::read, 0, 1), request(Operation::read, 9, 1, no_key, 213 * day)}), "");
}

TEST(SimulationTime, ALaterRequestIsRefusedWithItsNumber) {
  for (const ReplayMode mode : {ReplayMode::open, ReplayMode::closed}) {
    const std::string text =
        error_of(in_mode(mode), {request(Operation::read, 0, 1), request(Operation::read, 9, 1, no_key, Picoseconds{~0ull})});
    EXPECT_THAT(text, HasSubstr("trace: request 2 arrives after 18446744073709551615 ps, beyond the 213 days"));
    EXPECT_THAT(text, testing::Not(HasSubstr("\n")));
  }
}

TEST(SimulationTime, SoIsOneThatTheTimeScaleMovesThere) {
  EXPECT_THAT(error_of(in_mode(ReplayMode::open, 1'000'000),
                       {request(Operation::read, 0, 1), request(Operation::read, 9, 1, no_key, day)}),
              HasSubstr("request 2 arrives after 86400000000000000 ps x replay.time_scale=1000000 %, beyond"));
  EXPECT_EQ(error_of(in_mode(ReplayMode::open, 50),
                     {request(Operation::read, 0, 1), request(Operation::read, 9, 1, no_key, Picoseconds{~0ull})}),
            "");
}

TEST(SimulationTime, AsSoonAsPossibleArrivalsDoNotMatter) {
  EXPECT_EQ(error_of(in_mode(ReplayMode::asap), {request(Operation::read, 9, 1, no_key, Picoseconds{~0ull})}), "");
}

/// A hundred writes of one process, recorded at once, take ten seconds; the pause behind them leads out of time.
TEST(SimulationTime, APauseOfAProcessThatLeavesItIsRefusedWithTheNumberOfTheRequest) {
  SystemConfig config = in_mode(ReplayMode::closed);
  config.flash.program_time = Picoseconds{100'000'000'000};
  const Picoseconds second{1'000'000'000'000};
  std::vector<IoRequest> list;
  for (std::uint32_t i = 0; i < 100; ++i) {
    list.push_back(request(Operation::write, i, 1, no_key, Agenda::last_time - 20 * second));
    list.back().flags |= IoRequest::fua;
  }
  list.push_back(request(Operation::read, 0, 1, no_key, Agenda::last_time - 15 * second));
  EXPECT_EQ(error_of(config, list), "");
  list.back().time = Agenda::last_time - 5 * second;
  EXPECT_THAT(error_of(config, list), HasSubstr("trace: request 101 is due, after the one before it, beyond the 213 days"));
}

TEST(SimulationTime, ARunThatLeavesItSaysWhenAndWhatIsOutstanding) {
  SystemConfig config;
  config.device.read_firmware_latency = Picoseconds{1'000'000'000};
  // What the initialisation takes comes before the trace begins.
  const Picoseconds probe{100'000'000'000};
  std::vector<IoRequest> list;
  for (std::uint32_t i = 0; i < 2000; ++i) list.push_back(request(Operation::read, i, 1, no_key, Agenda::last_time - probe, i));
  config.controller.tags = 2;
  const std::string text = error_of(config, list);
  EXPECT_THAT(text, HasSubstr("trace: "));
  EXPECT_THAT(text, HasSubstr(" requests are outstanding after 18410"));
  EXPECT_THAT(text, HasSubstr(" ps, beyond the 213 days that 64 bits of picoseconds hold"));
}

/// Twenty thousand writes at once, each of which waits for a program of 100 ms: 231 days of waiting.
TEST(SimulationTime, StageTotalsOfMoreThan64BitsAreExact) {
  SystemConfig config;
  config.controller.tags = 2;
  config.flash.program_time = Picoseconds{100'000'000'000};
  std::vector<IoRequest> list;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    list.push_back(request(Operation::write, 2 * i, 1, no_key, {}, i % 64));
    list.back().flags |= IoRequest::fua;
  }
  Requests source(list);
  test::RequestSums sums;
  {
    Simulation simulation(config, source, "test", 0, {nullptr, &sums});
    simulation.run();
    ASSERT_GT(sums.latency() >> 64, 0u);
    Results results;
    Wide total = 0;
    const auto totals = simulation.stage_totals();
    for (std::size_t s = 0; s < stage_count; ++s) {
      EXPECT_TRUE(totals[s].total.n == sums.stage(s)) << totals[s].name;
      total += totals[s].total.n;
      results.stages.push_back({std::string(totals[s].name), totals[s].total});
    }
    EXPECT_TRUE(total == sums.latency());
    results.statistics = list_statistics(simulation);
    Wide listed = 0;
    for (const StatisticValue& value : results.statistics)
      if (value.path.compare(0, 7, "stages.") == 0) listed += value.whole();
    EXPECT_TRUE(listed == total);
  }
  forget_simulation();
}

}  // namespace
}  // namespace icesim
