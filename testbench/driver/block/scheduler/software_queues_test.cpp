// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/hardware_queue.hpp"
#include "testbench/driver/block/scheduler/deadline_rig.hpp"

#include <gtest/gtest.h>

/// Requests without a scheduler that wait for kblockd [linux-run-queue].
namespace icesim {
namespace {

using test::bio_of;
using test::read;

struct SoftwareQueuesTest : testing::Test {
  void insert(Core core, const Bio& bio) {
    requests[made].begin(bio);
    requests[made].has_tag = true;
    queues.insert(core, made++);
  }

  std::vector<Request> requests{32};
  SoftwareQueues queues{3, {16, 16, 100}, requests};
  std::uint32_t made = 0;
};

TEST_F(SoftwareQueuesTest, LetABioJoinOneOfTheLastEight) {
  for (std::uint64_t i = 0; i < 10; ++i) insert(1, bio_of(read, 100 * i, 2));
  EXPECT_EQ(queues.merge(1, bio_of(read, 102, 1)), no_index) << "the ninth from behind";
  EXPECT_EQ(queues.merge(1, bio_of(read, 202, 1)), 2u);
  EXPECT_EQ(queues.merge(1, bio_of(read, 199, 1)), 2u) << "at its front, too";
  EXPECT_EQ(requests[2].lba, Lba{199});
  EXPECT_EQ(requests[2].blocks, 4u);
  EXPECT_EQ(queues.merge(1, bio_of(Operation::write, 302, 1)), no_index);
  EXPECT_EQ(queues.merge(1, bio_of(read, 302, 1, 7)), no_index);
}

TEST_F(SoftwareQueuesTest, LetABioJoinOnItsOwnCoreOnly) {
  insert(0, bio_of(read, 10, 1));
  EXPECT_EQ(queues.merge(1, bio_of(read, 11, 1)), no_index);
  EXPECT_EQ(queues.merge(0, bio_of(read, 11, 1)), 0u);
}

TEST_F(SoftwareQueuesTest, TryNoOtherRequestWhenTheLatestThatFitsWouldBeTooLarge) {
  insert(0, bio_of(read, 10, 5));
  insert(0, bio_of(read, 5, 10));
  EXPECT_EQ(queues.merge(0, bio_of(read, 15, 7)), no_index) << "12 of 16 blocks would be in the first";
  EXPECT_EQ(queues.merge(0, bio_of(read, 15, 1)), 0u) << "the other one merges no more";
}

TEST_F(SoftwareQueuesTest, LetWhatComesToTheHeadGoBeforeTheOthersOfItsCore) {
  insert(0, bio_of(read, 10, 1));
  insert(1, bio_of(read, 20, 1));
  requests[made].begin(bio_of(read, 30, 1));
  queues.insert_at_head(1, made++);
  RequestList all;
  queues.take_all(all);
  for (const std::uint32_t number : {0u, 2u, 1u}) {
    EXPECT_EQ(all.first(), number);
    all.pop(requests);
  }
  EXPECT_TRUE(all.empty());
  EXPECT_TRUE(queues.empty());
}

TEST_F(SoftwareQueuesTest, GoOutAllTogetherCoreByCore) {
  insert(2, bio_of(read, 10, 1));
  insert(0, bio_of(read, 90, 1));
  insert(2, bio_of(read, 5, 1));
  insert(1, bio_of(read, 50, 1));
  HardwareQueue hardware(queues, requests, 1);
  HardwareQueue::Run run;
  EXPECT_TRUE(hardware.has_work());
  for (const std::uint32_t number : {1u, 3u, 0u, 2u}) EXPECT_EQ(hardware.next(run, {}), number);
  EXPECT_EQ(hardware.next(run, {}), no_index);
  EXPECT_FALSE(hardware.has_work());
}

}  // namespace
}  // namespace icesim
