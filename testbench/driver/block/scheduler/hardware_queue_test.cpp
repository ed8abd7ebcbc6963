// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/hardware_queue.hpp"
#include "testbench/driver/block/scheduler/deadline_rig.hpp"

#include <gtest/gtest.h>

/// How requests get the hardware's tags [linux-run-queue].
namespace icesim {
namespace {

using test::bio_of;
using test::DeadlineRig;

struct QueueRig : DeadlineRig {
  explicit QueueRig(std::uint32_t tags) : queue(scheduler, requests, tags) {}

  void reads(std::uint64_t count, std::uint64_t from = 0) {
    for (std::uint64_t i = 0; i < count; ++i) insert(bio_of(Operation::read, from + 10 * i, 1));
  }
  /// The first block of the next request of a run; 999: there is none.
  std::uint64_t next(HardwareQueue::Run& of) {
    const std::uint32_t number = queue.next(of, {});
    if (number == no_index) return 999;
    EXPECT_TRUE(requests[number].has_tag);
    tag = requests[number].tag;
    return requests[number].lba.n;
  }

  HardwareQueue queue;
  HardwareQueue::Run run;
  Tag tag;  ///< of the last request
};

TEST(HardwareQueue, GivesEachRequestATagUntilThereIsNone) {
  QueueRig rig(2);
  rig.reads(4);
  EXPECT_EQ(rig.next(rig.run), 0u);
  EXPECT_EQ(rig.tag, Tag{0});
  EXPECT_EQ(rig.next(rig.run), 10u);
  EXPECT_EQ(rig.tag, Tag{1});
  EXPECT_EQ(rig.next(rig.run), 999u);
  EXPECT_TRUE(rig.queue.has_work());
  EXPECT_TRUE(rig.queue.put(Tag{1}));
  EXPECT_EQ(rig.next(rig.run), 20u);
  EXPECT_EQ(rig.tag, Tag{1});
  EXPECT_EQ(rig.queue.restarts(), 1u);
}

TEST(HardwareQueue, LetsTheRequestThatMissedItsTagWaitOutsideOfTheScheduler) {
  QueueRig rig(1);
  rig.reads(3);
  EXPECT_EQ(rig.next(rig.run), 0u);
  EXPECT_EQ(rig.scheduler.merge(bio_of(Operation::read, 11, 1)), no_index) << "taken out together with the first";
  EXPECT_EQ(rig.scheduler.merge(bio_of(Operation::read, 21, 1)), 2u) << "the third is still there";
  EXPECT_EQ(rig.next(rig.run), 999u);
  rig.reads(1, 5);
  EXPECT_TRUE(rig.queue.put(Tag{0}));
  EXPECT_EQ(rig.next(rig.run), 10u) << "goes first";
}

TEST(HardwareQueue, TakesOutWhatFindsTagsBeforeItIssuesAnything) {
  QueueRig rig(8);
  rig.reads(2, 100);
  EXPECT_EQ(rig.next(rig.run), 100u);
  rig.reads(1, 105);
  HardwareQueue::Run other;
  EXPECT_EQ(rig.next(other), 105u) << "the one at 110 is in the first run";
  EXPECT_EQ(rig.next(rig.run), 110u);
  EXPECT_EQ(rig.next(rig.run), 999u);
  EXPECT_EQ(rig.next(other), 999u);
}

TEST(HardwareQueue, TakesOutOneAtATimeWhileItWasBusy) {
  QueueRig rig(3);
  rig.reads(4);
  for (const std::uint64_t block : {0u, 10u, 20u, 999u}) EXPECT_EQ(rig.next(rig.run), block);
  for (std::uint64_t tag = 0; tag < 3; ++tag) EXPECT_EQ(rig.queue.put(Tag{tag}), tag == 0);
  rig.reads(3, 100);
  EXPECT_EQ(rig.next(rig.run), 30u) << "waited outside";
  EXPECT_EQ(rig.next(rig.run), 100u);
  HardwareQueue::Run other;
  EXPECT_EQ(rig.next(other), 110u) << "not taken out with the one before";
}

TEST(HardwareQueue, AsksForARestartOnlyOnceAndOnlyWhereThereIsWork) {
  QueueRig rig(1);
  rig.reads(1);
  EXPECT_EQ(rig.next(rig.run), 0u);
  EXPECT_EQ(rig.next(rig.run), 999u);
  EXPECT_FALSE(rig.queue.put(Tag{0})) << "nothing missed a tag";
  rig.reads(2, 50);
  EXPECT_EQ(rig.next(rig.run), 50u);
  EXPECT_EQ(rig.next(rig.run), 999u);
  EXPECT_TRUE(rig.queue.put(Tag{0}));
  HardwareQueue::Run other;
  EXPECT_EQ(rig.next(other), 60u);
  EXPECT_FALSE(rig.queue.put(Tag{0})) << "what waited outside asked for another run, but nothing is left";
}

TEST(HardwareQueue, LetsFlushesGoFirst) {
  QueueRig rig(1);
  rig.reads(2);
  EXPECT_EQ(rig.next(rig.run), 0u);
  EXPECT_EQ(rig.next(rig.run), 999u);
  rig.requests[40].begin(bio_of(Operation::flush, 77, 0));
  rig.queue.bypass(40);
  EXPECT_TRUE(rig.queue.put(Tag{0}));
  EXPECT_EQ(rig.next(rig.run), 77u);
  EXPECT_EQ(rig.next(rig.run), 999u);
  EXPECT_TRUE(rig.queue.put(Tag{0}));
  EXPECT_EQ(rig.next(rig.run), 10u);
}

TEST(DispatchBusy, ForgetsByEighths) {
  DispatchBusy busy;
  EXPECT_FALSE(busy);
  busy.update(false);
  EXPECT_FALSE(busy);
  busy.update(true);  // 2
  EXPECT_TRUE(busy);
  busy.update(false);  // 14 / 8 = 1
  EXPECT_TRUE(busy);
  busy.update(false);  // 7 / 8 = 0
  EXPECT_FALSE(busy);
  for (int i = 0; i < 100; ++i) busy.update(true);
  int lists = 0;
  for (; busy; ++lists) busy.update(false);
  EXPECT_EQ(lists, 8) << "it was 9 at the most";
}

}  // namespace
}  // namespace icesim
