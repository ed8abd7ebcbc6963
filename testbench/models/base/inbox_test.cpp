// SPDX-License-Identifier: Apache-2.0
#include "models/base/inbox.hpp"
#include "models/system/forget_simulation.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// A module with nothing but an inbox; writes down what came out, and when it was woken.
class Receiver {
 public:
  struct Got {
    Picoseconds at;
    int item;
    friend bool operator==(Got a, Got b) { return a.at == b.at && a.item == b.item; }
  };
  std::vector<Got> got;
  std::vector<Picoseconds> wakes;
  Agenda agenda{"agenda"};
  Agenda::Wake wake{agenda, run_step<Receiver, &Receiver::step>, this};
  Inbox<int> inbox{wake};

 private:
  void step() {
    wakes.push_back(kernel_now());
    int item = 0;
    while (inbox.pop(item)) got.push_back({kernel_now(), item});
  }
};

struct Bench {
  std::unique_ptr<Receiver> receiver = std::make_unique<Receiver>();
  Bench() { run_for(1_ps); }
  ~Bench() {
    receiver.reset();
    forget_simulation();
  }
  static void run_for(Picoseconds t) { sc_core::sc_start(to_sc_time(t)); }
};

struct InboxTest : testing::Test, Bench {
  Inbox<int>& inbox = receiver->inbox;
};

TEST_F(InboxTest, HandsOutByTimeAndThenByKey) {
  inbox.push(30_ps, 2, 32);
  inbox.push(20_ps, 9, 29);
  inbox.push(30_ps, 1, 31);
  inbox.push(20_ps, 3, 23);
  run_for(100_ps);
  const std::vector<Receiver::Got> expected{{20_ps, 23}, {20_ps, 29}, {30_ps, 31}, {30_ps, 32}};
  EXPECT_EQ(receiver->got, expected);
  EXPECT_TRUE(inbox.empty());
}

TEST_F(InboxTest, WakesOnceForEachInstantWhateverLiesBehindIt) {
  for (std::uint64_t i = 0; i < 50; ++i) inbox.push(Picoseconds{500 - 10 * (i % 5)}, i, 0);
  run_for(1_ns);
  const std::vector<Picoseconds> expected{460_ps, 470_ps, 480_ps, 490_ps, 500_ps};
  EXPECT_EQ(receiver->wakes, expected);
  EXPECT_EQ(receiver->got.size(), 50u);
}

TEST_F(InboxTest, WakesEarlierForAnItemThatOvertakes) {
  inbox.push(100_ps, 0, 1);
  run_for(20_ps);
  inbox.push(40_ps, 0, 2);
  run_for(200_ps);
  const std::vector<Receiver::Got> expected{{40_ps, 2}, {100_ps, 1}};
  EXPECT_EQ(receiver->got, expected);
}

TEST_F(InboxTest, IsAskedForTheFutureOnly) {
  EXPECT_THROW(inbox.push(kernel_now(), 0, 1), Bug);
  EXPECT_THROW(inbox.push(0_ps, 0, 1), Bug);
  EXPECT_TRUE(inbox.empty());
  inbox.push(kernel_now() + 1_ps, 0, 1);
  EXPECT_FALSE(inbox.empty());
}

struct Item {
  std::uint64_t at;
  std::uint64_t order;
};

RC_GTEST_PROP(Inbox, HandsOutTheSameWhateverTheOrderOfPushes, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 40);
  std::vector<Item> items;
  for (std::size_t i = 0; i < count; ++i) items.push_back({*rc::gen::inRange<std::uint64_t>(2, 12), i});
  std::vector<std::vector<Receiver::Got>> results;
  for (int run = 0; run < 2; ++run) {
    Bench bench;
    for (const Item& item : items)
      bench.receiver->inbox.push(Picoseconds{item.at}, item.order, static_cast<int>(item.order));
    Bench::run_for(100_ps);
    results.push_back(bench.receiver->got);
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  RC_ASSERT(results[0].size() == count);
  RC_ASSERT(results[0] == results[1]);
}

}  // namespace
}  // namespace icesim
