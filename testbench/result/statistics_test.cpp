// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/statistics.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/histogram.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

struct Engine {
  std::uint64_t hits = 3;
  Bytes moved = 8_KiB;
  Histogram waits;
  void describe(Statistics& s) const {
    s("hits", hits, "Hits.");
    s("moved", moved, "Bytes moved.");
    s("waits", waits, "Time waited.");
  }
};

struct System {
  Engine engine;
  Picoseconds time = 1_us;
  void describe(Statistics& s) const {
    s("time", time, "Simulated time.");
    s.group("engine", engine);
    s("last", std::uint64_t{1}, "After the group.");
  }
};

TEST(ListStatistics, NamesPathsInTheOrderOfDeclaration) {
  std::vector<std::string> paths;
  for (const auto& value : list_statistics(System{})) paths.push_back(value.path);
  EXPECT_THAT(paths,
              testing::ElementsAre("time", "engine.hits", "engine.moved", "engine.waits.count", "engine.waits.mean",
                                   "engine.waits.p50", "engine.waits.p90", "engine.waits.p99", "engine.waits.p999",
                                   "engine.waits.max", "engine.waits.min", "last"));
}

TEST(ListStatistics, KeepsValueUnitAndSentence) {
  const auto values = list_statistics(System{});
  EXPECT_EQ(values[0].value, (1_us).n);
  EXPECT_EQ(values[0].unit, Unit::picoseconds);
  EXPECT_EQ(values[2].value, (8_KiB).n);
  EXPECT_EQ(values[2].unit, Unit::bytes);
  EXPECT_EQ(values[2].description, "Bytes moved.");
}

TEST(ListStatistics, SpreadsAHistogram) {
  System system;
  for (std::uint64_t i = 1; i <= 100; ++i) system.engine.waits.add(Picoseconds{i});
  const auto values = list_statistics(system);
  const Histogram& waits = system.engine.waits;
  const std::vector<std::uint64_t> expected{100,
                                            waits.mean().n,
                                            waits.percentile(500).n,
                                            waits.percentile(900).n,
                                            waits.percentile(990).n,
                                            waits.percentile(999).n,
                                            100,
                                            1};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(values[3 + i].value, expected[i]) << values[3 + i].path;
  EXPECT_EQ(values[3].unit, Unit::count);
  EXPECT_EQ(values[4].unit, Unit::picoseconds);
}

TEST(ListStatistics, RefusesAPathDeclaredTwice) {
  EXPECT_THROW(list_statistics([](Statistics& s) {
                 s("x", std::uint64_t{1}, "");
                 s("x", std::uint64_t{2}, "");
               }),
               Bug);
}

TEST(StatisticsText, NamesUnitAndMeaning) {
  const auto values = list_statistics([](Statistics& s) { s("moved", 8_KiB, "Bytes moved."); });
  EXPECT_EQ(statistics_text(values), "moved  B  Bytes moved.\n");
  EXPECT_THAT(statistics_markdown(values), testing::HasSubstr("| `moved` | B | Bytes moved. |\n"));
}

}  // namespace
}  // namespace icesim
