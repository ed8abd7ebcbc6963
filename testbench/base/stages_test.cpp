// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/stages.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>
#include <string>

namespace icesim {
namespace {

using namespace literals;

TEST(Timeline, CountsTheTimeSinceTheLastMarkForTheStageThatEnds) {
  Timeline life(10_us);
  life.mark(Stage::cpu, 12_us);
  life.mark(Stage::submit, 15_us);
  life.mark(Stage::device, 15_us);
  EXPECT_EQ(life.spent(Stage::cpu), 2_us);
  EXPECT_EQ(life.spent(Stage::submit), 3_us);
  EXPECT_EQ(life.spent(Stage::device), 0_us);
  EXPECT_EQ(life.start(), 10_us);
  EXPECT_EQ(life.last(), 15_us);
}

TEST(Timeline, AddsUpTheVisitsToAStage) {
  Timeline life(0_us);
  life.mark(Stage::keyslot_wait, 4_us);
  life.mark(Stage::keyslot_program, 5_us);
  life.mark(Stage::keyslot_wait, 11_us);
  EXPECT_EQ(life.spent(Stage::keyslot_wait), 4_us + 6_us);
}

TEST(StageSums, AreExactBeyond64Bits) {
  Timeline longest(0_ps);
  longest.mark(Stage::cpu, Picoseconds{std::uint64_t{1} << 63});
  longest.mark(Stage::flash, Picoseconds{~std::uint64_t{0}});
  Timeline shortest(7_ps);
  shortest.mark(Stage::cpu, 8_ps);
  StageSums sums;
  Wide cpu = 0, flash = 0;
  for (int i = 0; i < 5; ++i) {
    sums.add(longest);
    sums.add(shortest);
    cpu += (Wide{1} << 63) + 1;
    flash += (Wide{1} << 63) - 1;
    EXPECT_TRUE(sums[static_cast<std::size_t>(Stage::cpu)].n == cpu) << i;
    EXPECT_TRUE(sums[static_cast<std::size_t>(Stage::flash)].n == flash) << i;
    EXPECT_TRUE(sums[static_cast<std::size_t>(Stage::device)].n == 0) << i;
  }
}

TEST(Timeline, CallsAMarkThatGoesBackABug) {
  Timeline life(10_us);
  EXPECT_THROW(life.mark(Stage::cpu, 10_us - 1_ps), Bug);
  life.mark(Stage::cpu, 12_us);
  EXPECT_THROW(life.mark(Stage::submit, 11_us), Bug);
  EXPECT_THROW(life.unplug(11_us), Bug);
}

TEST(Timeline, KeepsItsOwnPastAndSharesTheFutureWhenItFollows) {
  Timeline leader(0_us);
  leader.mark(Stage::submit, 3_us);
  leader.mark(Stage::keyslot_program, 4_us);
  leader.unplug(20_us);
  leader.mark(Stage::dispatch, 22_us);
  leader.mark(Stage::flash, 90_us);

  Timeline merged(5_us);
  merged.mark(Stage::cpu, 6_us);
  merged.mark(Stage::submit, 8_us);
  merged.follow(leader);
  EXPECT_EQ(merged.spent(Stage::cpu), 1_us);
  EXPECT_EQ(merged.spent(Stage::submit), 2_us);
  EXPECT_EQ(merged.spent(Stage::keyslot_program), 0_us) << "before the merge";
  EXPECT_EQ(merged.spent(Stage::plug), 20_us - 8_us);
  EXPECT_EQ(merged.spent(Stage::dispatch), leader.spent(Stage::dispatch));
  EXPECT_EQ(merged.spent(Stage::flash), leader.spent(Stage::flash));
  EXPECT_EQ(merged.last(), leader.last());
  EXPECT_EQ(merged.total(), 90_us - 5_us);
}

TEST(Timeline, SharesTheFutureBehindTheSchedulerWhenItCameLaterThanThePlug) {
  for (const bool later : {false, true}) {
    Timeline leader(0_us);
    leader.unplug(20_us);
    leader.give_out(50_us);
    leader.mark(Stage::dispatch, 52_us);

    Timeline merged(5_us);
    merged.mark(Stage::submit, later ? 20_us + 1_ps : 20_us);
    merged.follow(leader);
    EXPECT_EQ(merged.spent(Stage::plug), 0_us);
    EXPECT_EQ(merged.spent(Stage::scheduler), 30_us - (later ? 1_ps : 0_ps));
    EXPECT_EQ(merged.spent(Stage::dispatch), 2_us);
    EXPECT_EQ(merged.last(), leader.last());
    EXPECT_EQ(merged.total(), 52_us - 5_us);
  }
}

TEST(Timeline, TakesBackWhatWasForeseenFromTheLastStagesOn) {
  Timeline life(Picoseconds{100});
  life.mark(Stage::submit, Picoseconds{110});
  life.mark(Stage::device, Picoseconds{150});
  life.mark(Stage::response, Picoseconds{170});
  life.cut(Picoseconds{170});
  EXPECT_EQ(life.last(), Picoseconds{170}) << "nothing lies beyond";
  life.cut(Picoseconds{130});
  EXPECT_EQ(life.spent(Stage::response), Picoseconds{0});
  EXPECT_EQ(life.spent(Stage::device), Picoseconds{20});
  EXPECT_EQ(life.spent(Stage::submit), Picoseconds{10});
  EXPECT_EQ(life.latency(), Picoseconds{30});
  EXPECT_EQ(life.total(), life.latency());
  life.mark(Stage::retry, Picoseconds{200});
  EXPECT_EQ(life.total(), Picoseconds{100});
}

TEST(Timeline, CallsFollowingWhatWasIssuedEarlierABug) {
  Timeline leader(0_us);
  leader.unplug(5_us);
  leader.mark(Stage::dispatch, 9_us);
  Timeline late(6_us);
  EXPECT_THROW(late.follow(leader), Bug);
}

TEST(Timeline, NamesEveryStageOnce) {
  std::set<std::string> names;
  for (const StageName& stage : stages) {
    EXPECT_FALSE(stage.name.empty());
    EXPECT_FALSE(stage.sentence.empty());
    names.emplace(stage.name);
  }
  EXPECT_EQ(names.size(), stage_count);
  EXPECT_EQ(static_cast<std::size_t>(Stage::completion) + 1, stage_count);
}

RC_GTEST_PROP(Timeline, PartitionsTheLatencyExactly, ()) {
  const auto marks = *rc::gen::container<std::vector<std::pair<std::size_t, std::uint32_t>>>(
      rc::gen::pair(rc::gen::inRange<std::size_t>(0, stage_count), rc::gen::arbitrary<std::uint32_t>()));
  Picoseconds now{*rc::gen::arbitrary<std::uint32_t>()};
  Timeline life(now);
  for (const auto& [stage, wait] : marks) {
    now += Picoseconds{wait};
    if (static_cast<Stage>(stage) == Stage::plug) {
      life.unplug(now);
    } else {
      life.mark(static_cast<Stage>(stage), now);
    }
  }
  RC_ASSERT(life.total() == life.last() - life.start());
  RC_ASSERT(life.last() == now);
}

}  // namespace
}  // namespace icesim
