// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/scheduler/deadline_rig.hpp"

#include <gtest/gtest.h>

/// In which order mq-deadline gives out requests [linux-mq-deadline].
namespace icesim {
namespace {

using namespace literals;
using test::bio_of;
using test::DeadlineRig;
using test::read;
using test::write;

using Blocks = std::vector<std::uint64_t>;

void insert(DeadlineRig& rig, Operation operation, const Blocks& blocks, Picoseconds now = {}) {
  for (const std::uint64_t block : blocks) rig.insert(bio_of(operation, block, 1), now);
}

TEST(Deadline, GoesUpInAddressesAndBeginsAgainWithTheOldest) {
  DeadlineRig rig;
  insert(rig, read, {50, 10, 90, 30});
  EXPECT_EQ(rig.blocks(3), (Blocks{10, 30, 50})) << "behind address 0, where nothing was given out yet";
  insert(rig, read, {20, 70});
  EXPECT_EQ(rig.blocks(2), (Blocks{70, 90}));
  insert(rig, read, {60, 40});
  EXPECT_EQ(rig.blocks(3), (Blocks{20, 40, 60})) << "nothing lies above 90";
  EXPECT_TRUE(rig.scheduler.empty());
  EXPECT_EQ(rig.scheduler.dispatch({}), no_index);
}

TEST(Deadline, TakesTheSameAddressOnceMore) {
  DeadlineRig rig;
  insert(rig, read, {50});
  EXPECT_EQ(rig.blocks(1), (Blocks{50}));
  insert(rig, read, {10, 50});
  EXPECT_EQ(rig.blocks(2), (Blocks{50, 10}));
}

TEST(Deadline, GivesOutReadsBeforeWritesButNotMoreThanTwoBatches) {
  DeadlineConfig config;
  config.fifo_batch = 1;
  DeadlineRig rig(config);
  insert(rig, write, {500, 510});
  insert(rig, read, {10, 20, 30, 40, 50});
  EXPECT_EQ(rig.blocks(7), (Blocks{500, 10, 20, 510, 30, 40, 50})) << "before the first batch, writes go on";
}

TEST(Deadline, CountsBatchesOfReadsOnlyWhileWritesWait) {
  DeadlineConfig config;
  config.fifo_batch = 1;
  DeadlineRig rig(config);
  insert(rig, read, {10, 20, 30, 40});
  EXPECT_EQ(rig.blocks(2), (Blocks{10, 20}));
  insert(rig, write, {500});
  insert(rig, read, {50});
  EXPECT_EQ(rig.blocks(4), (Blocks{30, 40, 500, 50}));
}

TEST(Deadline, LetsWritesStarveAsOftenAsItIsTold) {
  for (const std::uint64_t starved : {0u, 1u, 3u}) {
    DeadlineConfig config;
    config.fifo_batch = 1;
    config.writes_starved = starved;
    DeadlineRig rig(config);
    insert(rig, read, {10});
    EXPECT_EQ(rig.blocks(1), (Blocks{10}));
    insert(rig, write, {500});
    insert(rig, read, {20, 30, 40, 50});
    Blocks expected{20, 30, 40, 50};
    expected.insert(expected.begin() + static_cast<std::ptrdiff_t>(starved), 500);
    EXPECT_EQ(rig.blocks(5), expected);
  }
}

TEST(Deadline, MakesBatchesOfSixteen) {
  DeadlineRig rig;
  Blocks reads, writes;
  for (std::uint64_t i = 0; i < 18; ++i) {
    reads.push_back(100 + 10 * i);
    writes.push_back(1000 + 10 * i);
  }
  insert(rig, read, reads);
  EXPECT_EQ(rig.blocks(1), (Blocks{100}));
  insert(rig, write, writes);
  for (std::uint64_t i = 1; i < 18; ++i) EXPECT_EQ(rig.blocks(1), (Blocks{100 + 10 * i})) << "15, and another batch";
  EXPECT_EQ(rig.scheduler.statistics().batches, 2u);
  for (std::uint64_t i = 0; i < 16; ++i) EXPECT_EQ(rig.blocks(1), (Blocks{1000 + 10 * i}));
  insert(rig, read, {5});
  EXPECT_EQ(rig.blocks(3), (Blocks{5, 1160, 1170})) << "a batch ends with its sixteenth";
}

TEST(Deadline, BeginsABatchWithTheOldestOnceItHasExpired) {
  for (const Operation operation : {read, write}) {
    const Picoseconds expire = operation == read ? DeadlineConfig{}.read_expire : DeadlineConfig{}.write_expire;
    EXPECT_EQ(expire, operation == read ? 500_ms : 5_s);
    for (const bool expired : {false, true}) {
      DeadlineConfig config;
      config.fifo_batch = 1;
      DeadlineRig rig(config);
      insert(rig, operation, {50});
      EXPECT_EQ(rig.blocks(1), (Blocks{50}));
      insert(rig, operation, {10}, 7_us);
      insert(rig, operation, {90}, 8_us);
      const Picoseconds now = 7_us + expire - (expired ? 0_ps : 1_ps);
      EXPECT_EQ(rig.blocks(1, now), (Blocks{expired ? 10u : 90u}));
      EXPECT_EQ(rig.scheduler.statistics().expired, expired ? 1u : 0u);
    }
  }
}

TEST(Deadline, LooksAtExpiryOnlyBetweenBatches) {
  DeadlineRig rig;
  insert(rig, read, {50, 60});
  EXPECT_EQ(rig.blocks(1), (Blocks{50}));
  insert(rig, read, {10});
  EXPECT_EQ(rig.blocks(2, 10_s), (Blocks{60, 10}));
}

TEST(Deadline, CountsDiscardsAmongWrites) {
  DeadlineRig rig;
  rig.insert(bio_of(Operation::discard, 10, 4));
  insert(rig, read, {50});
  insert(rig, write, {20});
  EXPECT_EQ(rig.blocks(3), (Blocks{10, 20, 50})) << "in the order of addresses, in one batch";
}

TEST(Deadline, KeepsItsPlaceInEachDirection) {
  DeadlineConfig config;
  config.fifo_batch = 2;
  DeadlineRig rig(config);
  insert(rig, read, {10, 20, 30});
  insert(rig, write, {100, 110, 120, 130});
  EXPECT_EQ(rig.blocks(7), (Blocks{100, 110, 10, 20, 30, 120, 130}));
}

TEST(Deadline, GivesOutWhatComesToItsHeadBeforeAllOthersAndGoesOnBehindIt) {
  DeadlineConfig config;
  config.fifo_batch = 2;
  DeadlineRig rig(config);
  insert(rig, write, {100, 300, 500, 700});
  for (const std::uint32_t number : {10u, 11u}) {
    rig.requests[number].begin(bio_of(write, number == 10 ? 400 : 450, 1));
    rig.scheduler.insert_at_head(number);
  }
  EXPECT_EQ(rig.blocks(2), (Blocks{450, 400})) << "the latest first; they count in no batch";
  EXPECT_EQ(rig.blocks(4), (Blocks{500, 700, 100, 300}));
  rig.requests[10].begin(bio_of(write, 5, 1));
  rig.scheduler.insert_at_head(10);
  EXPECT_FALSE(rig.scheduler.empty());
  EXPECT_EQ(rig.blocks(2), (Blocks{5, ~std::uint64_t{0}}));
}

}  // namespace
}  // namespace icesim
