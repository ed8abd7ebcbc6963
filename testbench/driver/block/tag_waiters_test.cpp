// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "icesim/driver/block/tag_waiters.hpp"
#include "testbench/support/random_cases.hpp"

#include <deque>
#include <vector>

/// Who is woken when tags are freed [linux-tag-wakeups].
namespace icesim {
namespace {

using Woken = std::vector<std::uint32_t>;

/// Whom the next freed tag wakes.
Woken freed(TagWaiters& waiters) {
  Woken woken;
  waiters.freed([&](std::uint32_t submitter) { woken.push_back(submitter); });
  return woken;
}

TEST(TagWaiters, MakesABatchOfAnEighthOfTheTags) {
  EXPECT_EQ(TagWaiters::batch_of(31, 8), 3u);
  EXPECT_EQ(TagWaiters::batch_of(62, 8), 7u);
  EXPECT_EQ(TagWaiters::batch_of(1, 8), 1u);
  EXPECT_EQ(TagWaiters::batch_of(256, 8), 8u);
  EXPECT_EQ(TagWaiters::batch_of(31, 2), 2u);
}

TEST(TagWaiters, InOneRowWakesOneAfterTheOther) {
  TagWaiters waiters(1, 1);
  EXPECT_EQ(freed(waiters), Woken{});
  for (const std::uint32_t submitter : {7u, 8u, 9u}) waiters.sleep(submitter);
  for (const std::uint32_t submitter : {7u, 8u, 9u}) EXPECT_EQ(freed(waiters), Woken{submitter});
  EXPECT_EQ(freed(waiters), Woken{});
}

TEST(TagWaiters, CountsFreedTagsOnlyWhileSomebodySleepsOrWakesUp) {
  TagWaiters waiters(8, 3);
  EXPECT_EQ(freed(waiters), Woken{});
  EXPECT_EQ(freed(waiters), Woken{});
  waiters.sleep(1);
  EXPECT_EQ(freed(waiters), Woken{});
  EXPECT_EQ(freed(waiters), Woken{});
  EXPECT_EQ(freed(waiters), Woken{1}) << "the third since it sleeps";
  EXPECT_EQ(freed(waiters), Woken{}) << "counts: the woken one does not run yet";
  waiters.woken();
  EXPECT_EQ(freed(waiters), Woken{}) << "counts not";
  waiters.sleep(2);
  EXPECT_EQ(freed(waiters), Woken{});
  EXPECT_EQ(freed(waiters), Woken{2}) << "one and two";
}

TEST(TagWaiters, WakesABatchFromTheRowsInTurn) {
  TagWaiters waiters(8, 3);
  for (std::uint32_t submitter = 0; submitter < 20; ++submitter) waiters.sleep(submitter);
  const auto third = [&] {
    EXPECT_EQ(freed(waiters), Woken{});
    EXPECT_EQ(freed(waiters), Woken{});
    return freed(waiters);
  };
  EXPECT_EQ(third(), (Woken{0, 8, 16})) << "the whole batch from the first row";
  EXPECT_EQ(third(), (Woken{1, 9, 17}));
  EXPECT_EQ(third(), (Woken{2, 10, 18}));
  EXPECT_EQ(third(), (Woken{3, 11, 19}));
  EXPECT_EQ(third(), (Woken{4, 12, 5})) << "two rows, and the next batch begins behind them";
  EXPECT_EQ(third(), (Woken{6, 14, 7}));
  EXPECT_EQ(third(), (Woken{13, 15})) << "as many as there are";
  EXPECT_EQ(waiters.size(), 0u);
}

/// Tags in use, and submitters that take one, hold it for a while and give it back, until all have had theirs: nobody
/// sleeps for ever, however batches fall.
TEST(TagWaiters, ForgetsNobody) {
  test::check_cases(200, [] {
    const auto tags = *rc::gen::inRange<std::uint64_t>(1, 70);
    const auto most = *rc::gen::inRange<std::uint64_t>(1, 9);
    const auto queues = *rc::gen::inRange<std::size_t>(1, 9);
    const auto submitters = *rc::gen::inRange<std::uint32_t>(0, 300);
    TagWaiters waiters(queues, TagWaiters::batch_of(tags, most));
    Random random(*rc::gen::arbitrary<std::uint64_t>());
    std::deque<std::uint32_t> awake;
    std::uint64_t in_use = 0, done = 0;
    std::uint32_t arrived = 0;
    while (done < submitters) {
      const bool may_free = in_use > 0, may_run = !awake.empty() || arrived < submitters;
      RC_ASSERT(may_free || may_run);
      if (may_free && (!may_run || random.chance(40))) {
        --in_use;
        ++done;
        waiters.freed([&](std::uint32_t submitter) { awake.push_back(submitter); });
        continue;
      }
      std::uint32_t submitter = arrived;
      if (!awake.empty() && (arrived == submitters || random.chance(50))) {
        submitter = awake.front();
        awake.pop_front();
        waiters.woken();
      } else {
        ++arrived;
      }
      if (in_use == tags) {
        waiters.sleep(submitter);
      } else {
        ++in_use;
      }
    }
    RC_ASSERT(waiters.size() == 0u);
  });
}

}  // namespace
}  // namespace icesim
