// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/any_train.hpp"
#include "testbench/support/random_cases.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;

const ClockDomain link{Hertz{1'166'080'000}, 2_cycles};
const ClockDomain ice{403_MHz, 2_cycles};

TEST(ChunkRun, TellsWhenChunksLeaveTheirSource) {
  const ChunkRun run(5, 240, 272, {link, 1000, 280, 280, 3, 100_ns});
  for (std::uint64_t i = 0; i < run.count(); ++i) {
    EXPECT_EQ(run[i].end, 240 + i * 272);
    EXPECT_EQ(run[i].at, link.edge(Cycles{1000 + divide_up((i + 1) * 280, 3)}) + 100_ns);
    EXPECT_EQ(run.next(ice, i), ice.next(run.at(i)).n);
  }
}

TEST(ChunkRun, PassesThroughAClockLikeEachOfItsChunks) {
  ChunkRun run(50, 240, 272, {link, 1000, 0, 280, 2, 100_ns});
  const ChunkRun before = run;
  run.pass_through(ice, 7);
  for (std::uint64_t i = 0; i < run.count(); ++i) EXPECT_EQ(run.at(i), ice.edge(ice.next(before.at(i)) + 7_cycles));
  EXPECT_TRUE(run.can_pass_through(ice));
  EXPECT_FALSE(run.can_pass_through(link)) << "it holds one crossing";
  run.pass_through(ice, 5);
  for (std::uint64_t i = 0; i < run.count(); ++i) EXPECT_EQ(run.at(i), ice.edge(ice.next(before.at(i)) + 12_cycles));
}

TEST(ChunkRun, BoundsTheDistanceOfItsChunksInAnyClock) {
  std::uint64_t cases = 0, met = 0;
  test::check_cases(2000, [&] {
    ++cases;
    const ClockDomain receiver = test::any_clock_beside(ice);
    const ChunkRun run = test::any_run(receiver, test::any_of(1, 400, 40), 16, 16, Picoseconds{});
    const std::uint64_t n = test::any_of(0, run.count() - 1, 1);
    const std::uint64_t fewest = run.fewest(receiver, n), most = run.most(receiver, n);
    RC_ASSERT(fewest <= most);
    for (std::uint64_t i = 0; i + n < run.count(); ++i) {
      RC_ASSERT(run.next(receiver, i) == receiver.next(run.at(i)).n);
      const std::uint64_t apart = run.next(receiver, i + n) - run.next(receiver, i);
      RC_ASSERT(apart >= fewest);
      RC_ASSERT(apart <= most);
      met += n > 0 && apart == most;
    }
  });
  EXPECT_GT(met, cases / 2) << "the bounds are tight where a clock has the source's edges";
}

TEST(Train, IsTheListOfItsPartsForWhoAsksForOne) {
  test::check_cases(300, [] {
    const Train train = test::any_train(ice, 40, 272, 1, 5_us);
    std::vector<Chunk> expected = train.head();
    for (std::uint64_t i = 0; i < train.run().count(); ++i) expected.push_back(train.run()[i]);
    expected.insert(expected.end(), train.tail().begin(), train.tail().end());

    Train pulled = train;
    for (std::uint64_t pulls = test::any_of(0, train.run().count(), 1); pulls > 0; --pulls) pulled.pull();
    RC_ASSERT(pulled.size() == expected.size());
    RC_ASSERT(train.size() == expected.size());
    RC_ASSERT(train.front().at == expected.front().at);
    RC_ASSERT(train.back().end == expected.back().end);
    RC_ASSERT(train.back().at == expected.back().at);
    pulled.shift(32);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      RC_ASSERT(pulled[i].end == expected[i].end + 32);
      RC_ASSERT(pulled[i].at == expected[i].at);
    }
    RC_ASSERT(!pulled.has_run());
  });
}

}  // namespace
}  // namespace icesim
