// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/scheduler/deadline_rig.hpp"

#include <gtest/gtest.h>

/// Merges in the scheduler [linux-elevator-merge].
namespace icesim {
namespace {

using namespace literals;
using test::bio_of;
using test::DeadlineRig;
using test::read;
using test::write;

constexpr Operation discard = Operation::discard;

TEST(DeadlineMerge, LetsABioJoinBehindARequest) {
  DeadlineRig rig;
  const auto first = rig.insert(bio_of(write, 10, 2, 7, 100));
  rig.insert(bio_of(write, 50, 1, 7, 9));
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 12, 3, 7, 102)), first);
  EXPECT_EQ(rig.requests[first].blocks, 5u);
  EXPECT_EQ(rig.requests[first].segments, 5u);
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 15, 1, 7, 105)), first) << "where it ends now";
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 12, 1, 7, 102)), no_index) << "no more where it ended";
  EXPECT_EQ(rig.scheduler.statistics().merges, 2u);
  EXPECT_TRUE(rig.scheduler.taken_in().empty());
}

TEST(DeadlineMerge, LetsABioJoinInFrontOfARequestUnlessToldNotTo) {
  for (const bool allowed : {true, false}) {
    DeadlineConfig config;
    config.front_merges = allowed;
    DeadlineRig rig(config);
    rig.insert(bio_of(write, 90, 1));
    const auto first = rig.insert(bio_of(write, 10, 2, 7, 100));
    rig.insert(bio_of(write, 5, 1));
    EXPECT_EQ(rig.scheduler.merge(bio_of(write, 8, 2, 7, 98)), allowed ? first : no_index);
    if (!allowed) continue;
    EXPECT_EQ(rig.requests[first].lba, Lba{8});
    EXPECT_EQ(rig.requests[first].crypt.dun, Dun{98});
    EXPECT_EQ(rig.scheduler.merge(bio_of(write, 12, 1, 7, 102)), first) << "its end is where it was";
    EXPECT_EQ(rig.scheduler.merge(bio_of(write, 7, 1, 7, 97)), first);
    EXPECT_EQ(rig.blocks(3), (std::vector<std::uint64_t>{5, 7, 90})) << "in the order of the new addresses";
  }
}

TEST(DeadlineMerge, TakesTheRequestThatMergedLastEvenWithoutFrontMerges) {
  DeadlineConfig config;
  config.front_merges = false;
  DeadlineRig rig(config);
  const auto first = rig.insert(bio_of(write, 10, 2));
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 9, 1)), first) << "the first one inserted counts as such";
}

TEST(DeadlineMerge, JoinsNeitherAnotherKeyNorAGapOfNumbersNorAnotherOperation) {
  DeadlineRig rig;
  rig.insert(bio_of(write, 10, 2, 7, 100));
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 12, 1, 8, 102)), no_index);
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 12, 1, 7, 103)), no_index);
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 12, 1)), no_index);
  EXPECT_EQ(rig.scheduler.merge(bio_of(read, 12, 1, 7, 102)), no_index);
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 9, 1, 7, 98)), no_index);
  Bio forced = bio_of(write, 12, 1, 7, 102);
  forced.io.flags = IoRequest::fua;
  EXPECT_EQ(rig.scheduler.merge(forced), no_index);
}

TEST(DeadlineMerge, NeverMergesARequestAgainThatWouldHaveBecomeTooLarge) {
  DeadlineRig rig({}, {4, 128, 100});
  const auto first = rig.insert(bio_of(write, 10, 2));
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 12, 3)), no_index);
  EXPECT_FALSE(rig.requests[first].may_merge);
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 12, 1)), no_index) << "although this one would fit";
  DeadlineRig segments({}, {100, 4, 100});
  segments.insert(bio_of(write, 10, 2));
  EXPECT_EQ(segments.scheduler.merge(bio_of(write, 12, 3)), no_index);
  EXPECT_EQ(segments.scheduler.merge(bio_of(write, 12, 2)), no_index);
}

TEST(DeadlineMerge, MakesOneOfTwoRequestsWhoseGapABioHasClosedFromTheFront) {
  DeadlineRig rig;
  rig.insert(bio_of(write, 90, 1));
  const auto second = rig.insert(bio_of(write, 14, 2, 7, 104));
  const auto first = rig.insert(bio_of(write, 10, 2, 7, 100));
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 12, 2, 7, 102)), first);
  ASSERT_EQ(rig.scheduler.taken_in().size(), 1u);
  EXPECT_EQ(rig.scheduler.taken_in()[0].into, first);
  EXPECT_EQ(rig.scheduler.taken_in()[0].gone, second);
  EXPECT_EQ(rig.requests[first].blocks, 6u);
  EXPECT_EQ(rig.requests[first].segments, 6u);
  EXPECT_EQ(rig.blocks(2), (std::vector<std::uint64_t>{10, 90}));
  EXPECT_TRUE(rig.scheduler.empty());
}

TEST(DeadlineMerge, MakesOneOfTwoRequestsWhoseGapABioHasClosedFromBehind) {
  DeadlineRig rig;
  const auto second = rig.insert(bio_of(write, 14, 2, 7, 104));
  const auto first = rig.insert(bio_of(write, 10, 2, 7, 100));
  rig.insert(bio_of(write, 3, 1));
  // The one merged last begins where the bio ends, and is tried first.
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 13, 1, 7, 103)), second);
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 12, 1, 7, 102)), second);
  ASSERT_EQ(rig.scheduler.taken_in().size(), 1u);
  EXPECT_EQ(rig.scheduler.taken_in()[0].into, first);
  EXPECT_EQ(rig.scheduler.taken_in()[0].gone, second);
  EXPECT_EQ(rig.requests[first].lba, Lba{10});
  EXPECT_EQ(rig.requests[first].blocks, 6u);
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 16, 1, 7, 106)), first);
  EXPECT_EQ(rig.blocks(2), (std::vector<std::uint64_t>{3, 10}));
  EXPECT_TRUE(rig.scheduler.empty());
}

TEST(DeadlineMerge, LeavesTwoRequestsThatTouchApartWhenTheyWouldBeTooLarge) {
  DeadlineRig rig({}, {5, 128, 100});
  const auto second = rig.insert(bio_of(write, 14, 2));
  const auto first = rig.insert(bio_of(write, 10, 2));
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 12, 2)), second);
  EXPECT_TRUE(rig.scheduler.taken_in().empty());
  EXPECT_TRUE(rig.requests[first].may_merge && rig.requests[second].may_merge);
}

TEST(DeadlineMerge, PutsAnInsertedRequestBehindTheOneThatEndsThere) {
  DeadlineRig rig;
  rig.insert(bio_of(write, 40, 1));
  const auto first = rig.insert(bio_of(write, 10, 2, 7, 100));
  const auto second = rig.insert(bio_of(write, 12, 2, 7, 102));
  ASSERT_EQ(rig.scheduler.taken_in().size(), 1u);
  EXPECT_EQ(rig.scheduler.taken_in()[0].into, first);
  EXPECT_EQ(rig.scheduler.taken_in()[0].gone, second);
  EXPECT_EQ(rig.requests[first].blocks, 4u);
  rig.insert(bio_of(write, 8, 2, 7, 98));
  EXPECT_TRUE(rig.scheduler.taken_in().empty()) << "one in front of another waits beside it";
}

TEST(DeadlineMerge, GoesOnWhileAnInsertedRequestClosesGaps) {
  DeadlineRig rig;
  rig.insert(bio_of(write, 90, 1));
  const auto second = rig.insert(bio_of(write, 14, 2));
  const auto first = rig.insert(bio_of(write, 10, 4));
  EXPECT_TRUE(rig.scheduler.taken_in().empty()) << "only what is inserted is tried";
  const auto third = rig.insert(bio_of(write, 16, 1));
  ASSERT_EQ(rig.scheduler.taken_in().size(), 2u);
  EXPECT_EQ(rig.scheduler.taken_in()[0].into, second);
  EXPECT_EQ(rig.scheduler.taken_in()[0].gone, third);
  EXPECT_EQ(rig.scheduler.taken_in()[1].into, first);
  EXPECT_EQ(rig.scheduler.taken_in()[1].gone, second);
  EXPECT_EQ(rig.requests[first].blocks, 7u);
}

TEST(DeadlineMerge, GivesTheOlderTurnToTheRequestThatTakesInAnother) {
  for (const bool older : {true, false}) {
    DeadlineConfig config;
    config.fifo_batch = 1;
    DeadlineRig rig(config);
    rig.insert(bio_of(read, 1000, 1));
    EXPECT_EQ(rig.blocks(1), (std::vector<std::uint64_t>{1000}));
    rig.insert(bio_of(read, older ? 14 : 10, 2), 1_us);
    rig.insert(bio_of(read, 500, 1), 3_us);
    rig.insert(bio_of(read, older ? 10 : 14, 2), 5_us);
    EXPECT_NE(rig.scheduler.merge(bio_of(read, 12, 2)), no_index);
    EXPECT_EQ(rig.scheduler.taken_in().size(), 1u);
    EXPECT_EQ(rig.blocks(2), (std::vector<std::uint64_t>{10, 500})) << "nothing lies above 1000: the oldest begins";
  }
}

TEST(DeadlineMerge, LetsBiosJoinDiscardsButNeverMakesOneOfTwo) {
  DeadlineRig rig;
  const auto first = rig.insert(bio_of(discard, 10, 300));
  const auto second = rig.insert(bio_of(discard, 320, 1));
  EXPECT_EQ(rig.scheduler.merge(bio_of(discard, 310, 10)), first);
  EXPECT_EQ(rig.requests[first].blocks, 310u);
  EXPECT_EQ(rig.requests[first].segments, 1u);
  EXPECT_TRUE(rig.scheduler.taken_in().empty());
  rig.insert(bio_of(discard, 321, 1));
  EXPECT_TRUE(rig.scheduler.taken_in().empty());
  EXPECT_EQ(rig.requests[second].blocks, 1u);
}

TEST(DeadlineMerge, JoinsNothingThatWasGivenOut) {
  DeadlineRig rig;
  rig.insert(bio_of(write, 10, 2));
  EXPECT_NE(rig.scheduler.dispatch({}), no_index);
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 12, 1)), no_index);
  EXPECT_EQ(rig.scheduler.merge(bio_of(write, 9, 1)), no_index);
  rig.insert(bio_of(write, 12, 1));
  EXPECT_TRUE(rig.scheduler.taken_in().empty());
}

}  // namespace
}  // namespace icesim
