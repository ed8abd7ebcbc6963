// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/assumptions/platform_ranges.hpp"
#include "icesim/result/compare/recorded_results.hpp"
#include "icesim/result/parameter_writer.hpp"
#include "icesim/result/results.hpp"
#include "testbench/result/sample_results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>

namespace icesim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using namespace literals;

struct SampleSpread {
  std::uint64_t worker = 1;
  std::uint64_t tail = 2;
  bool two_point = false;

  void describe(Fields& f) {
    f("worker", worker, {0, 9}, assumption("Work", "[no-figure]", "ice"));
    f("tail", tail, {0, 9}, assumption("Tail", "[no-figure]", "ice").only_if(two_point, ".worker has no tail"));
  }
};

/// A group that can be off, with another one in it.
struct SampleGating {
  Picoseconds delay{};
  SampleSpread spread;

  void describe(Fields& f) {
    f("delay", delay, {0_ps, 1_s}, choice("When"));
    const Fields::Only only(f, delay.n > 0, ".delay is 0");
    f.group("spread", spread, "How");
  }
};

struct SampleSystem {
  bool clocks = true;
  SampleGating gating;
  std::uint64_t after = 0;

  void describe(Fields& f) {
    f.only_if(clocks, "gating", "there are no clocks");
    f.group("gating", gating, "Gating");
    f("after", after, {0, 9}, assumption("After", "[no-figure]"));
  }
};

std::map<std::string, std::string> idle_in(SampleSystem system) {
  std::map<std::string, std::string> idle;
  for (const ParameterGroup& group : list_parameters(parameters_of(system)))
    for (const Parameter& each : group.parameters)
      if (!each.idle.empty()) idle[each.path] = each.idle;
  return idle;
}

TEST(IdleParameters, AreThoseOfAGroupThatIsOffAndSayWhy) {
  SampleSystem system;
  const std::string off = "gating.delay is 0";
  EXPECT_THAT(idle_in(system), ElementsAre(Pair("gating.spread.tail", off), Pair("gating.spread.worker", off)));
  system.gating.delay = 1_us;
  EXPECT_THAT(idle_in(system), ElementsAre(Pair("gating.spread.tail", "gating.spread.worker has no tail")));
  system.gating.spread.two_point = true;
  EXPECT_THAT(idle_in(system), IsEmpty());
  system.clocks = false;
  EXPECT_EQ(idle_in(system).size(), 3U) << "of the whole group";
  EXPECT_EQ(idle_in(system)["gating.spread.tail"], "there are no clocks");
}

TEST(IdleParameters, AreNoAssumptionsInUse) {
  SampleSystem system;
  const auto moved = [&system] {
    std::vector<std::string> paths;
    for (const Parameter& each : movable_assumptions(list_parameters(parameters_of(system)))) paths.push_back(each.path);
    return paths;
  };
  EXPECT_THAT(moved(), ElementsAre("after"));
  system.gating.delay = 1_us;
  EXPECT_THAT(moved(), ElementsAre("after", "gating.spread.worker"));
}

TEST(IdleParameters, AreNamedInResultsAndReadBack) {
  SampleSystem system;
  Results results = sample::results();
  results.config = list_parameters(parameters_of(system));
  const std::string json = results_json(results);
  EXPECT_EQ(nlohmann::json::parse(json)["without_effect"].dump(), R"(["gating.spread.worker","gating.spread.tail"])");
  const RecordedResults read = read_results(json, "r.json");
  EXPECT_FALSE(read.uses("gating.spread.tail"));
  EXPECT_TRUE(read.uses("gating.delay"));
  EXPECT_TRUE(assumption_warnings(results).empty());
  results.config = {};
  EXPECT_FALSE(nlohmann::json::parse(results_json(results)).contains("without_effect"));
}

TEST(IdleParameters, SayWhyInReferenceAndHelp) {
  SampleSystem system;
  const std::vector<ParameterGroup> groups = list_parameters(parameters_of(system));
  EXPECT_THAT(parameters_markdown(groups), HasSubstr("| Work *Without effect here: gating.delay is 0.* |"));
  EXPECT_THAT(parameters_text(groups), HasSubstr("      Without effect here: gating.delay is 0.\n"));
}

}  // namespace
}  // namespace icesim
