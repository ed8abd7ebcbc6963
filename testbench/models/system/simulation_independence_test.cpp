// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/request_log.hpp"
#include "models/system/forget_simulation.hpp"
#include "testbench/support/odd_system.hpp"
#include "testbench/support/watched_run.hpp"

#include <chrono>
#include <optional>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using test::Values;

struct Simulated {
  Values values;
  std::vector<RequestRecord> requests;
};

/// A way to simulate that must not matter.
struct Manner {
  std::uint64_t creation_order = 0;
  bool waves = false;
  TimeWindow window;
  Payload payload = Payload::none;
};

/// Statistics and requests of a run; those that only payload = verify has are left out.
Simulated simulate(SystemConfig config, RequestSource& source, const Manner& manner) {
  config.payload = manner.payload;
  Simulated outcome;
  test::RequestNotes notes;
  std::optional<test::WaveFile> waves;
  if (manner.waves) waves.emplace(manner.window);
  {
    Simulation simulation(config, source, "test", manner.creation_order, {waves ? waves->recorder() : nullptr, &notes});
    simulation.run();
    outcome.values = test::values_of(simulation);
  }
  forget_simulation();
  for (const char* extra : {"payload.blocks_written", "payload.blocks_checked", "payload.mismatches"})
    outcome.values.erase(extra);
  outcome.requests = std::move(notes.seen);
  return outcome;
}

testing::AssertionResult equal(const Simulated& a, const Simulated& b) {
  if (const auto same = test::equal(a.values, b.values); !same) return same;
  return test::equal(a.requests, b.requests);
}

RC_GTEST_PROP(SimulationIndependence, NeitherOrderOfCreationNorObserversNorPayloadChangeAnything,
              (std::uint64_t seed)) {
  Random random(seed);
  const SystemConfig config = test::odd_system(random);
  const auto list = test::odd_requests(random, 20);
  const Picoseconds from{random.below(60'000'000'000)};
  const TimeWindow window{from, from + Picoseconds{1 + random.below(200'000'000)}};
  const auto run = [&](const Manner& manner) {
    test::Requests source(list);
    return simulate(config, source, manner);
  };
  const Simulated plain = run({});
  RC_ASSERT(plain.requests.size() == list.size());
  for (const Manner& manner : {Manner{random.below(test::creation_orders), true, window, Payload::none},
                               Manner{random.below(test::creation_orders), random.chance(50), window, Payload::verify}}) {
    const auto same = equal(plain, run(manner));
    if (!same)
      RC_FAIL("creation order " + std::to_string(manner.creation_order) + (manner.waves ? ", waves: " : ": ") +
              std::string(same.message()));
  }
}

class BundledTraces : public testing::TestWithParam<std::tuple<const char*, ReplayMode>> {};

TEST_P(BundledTraces, RunTheSameInEveryManner) {
  const auto [trace, mode] = GetParam();
  SystemConfig config;
  config.replay.mode = mode;
  config.replay.limit = 400;
  config.keyslots.num_keyslots = 4;
  const auto run = [&, name = trace](const Manner& manner) {
    const auto source = open_trace(test::bundled(name));
    return simulate(config, *source, manner);
  };
  const Simulated plain = run({});
  ASSERT_EQ(plain.requests.size(), 400u);
  const Picoseconds middle = plain.requests[200].timeline.start();
  const TimeWindow window{middle, middle + Picoseconds{1'000'000'000}};
  const auto seed = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  for (int i = 0; i < 3; ++i) {
    const Manner manner{random.below(test::creation_orders), i != 1, window, i >= 1 ? Payload::verify : Payload::none};
    EXPECT_TRUE(equal(plain, run(manner))) << "creation order " << manner.creation_order;
  }
}

std::string name_of(const testing::TestParamInfo<std::tuple<const char*, ReplayMode>>& test) {
  constexpr std::array modes{"open", "closed", "asap"};
  const std::string trace = std::get<0>(test.param);
  return trace.substr(0, trace.find('-')) + "_" + modes[static_cast<std::size_t>(std::get<1>(test.param))];
}

INSTANTIATE_TEST_SUITE_P(
    SimulationIndependence, BundledTraces,
    testing::Combine(testing::Values(test::k61, test::k612),
                     testing::Values(ReplayMode::open, ReplayMode::asap, ReplayMode::closed)),
    name_of);

TEST(SimulationIndependence, TheRequestLogChangesNoStatistic) {
  SystemConfig config;
  config.replay.limit = 500;
  const Values plain = test::simulate(config, test::k61);
  const auto source = open_trace(test::bundled(test::k61));
  EXPECT_TRUE(test::equal(plain, simulate(config, *source, {}).values));
}

}  // namespace
}  // namespace icesim
