// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/interrupt/queues_mock.hpp"

#include <gtest/gtest.h>

/// Queues with an interrupt each.
namespace icesim {
namespace {

using namespace literals;
using test::QueuesMock;
using test::read_of;
using test::spelled_with_queues;

const test::CompletionWays own{Completion::handler, InterruptHandling::hard, true, true};

TEST(UfshcdOwnInterrupts, AreHandledInTheOrderOfLinuxWithoutIS) {
  test::UfshcdRig rig(own);
  QueuesMock queues(rig, true);
  rig.submit(read_of(0, 0));
  rig.submit(read_of(8, 1), 20_us);
  rig.host.run();
  EXPECT_EQ(spelled_with_queues(rig.host.accesses), (std::vector<std::string>{"W SQTP0", "W SQTP1", "W CQIS0", "R CQTP0", "W CQHP0",
                                                                              "W CQIS1", "R CQTP1", "W CQHP1"}));
  EXPECT_EQ(rig.ended.size(), 2u);
  EXPECT_EQ(rig.hcd.statistics().interrupts, 2u);
}

TEST(UfshcdOwnInterrupts, AreHandledByTheFirstCoreOfEachQueueAtATime) {
  test::UfshcdRig rig(own);
  QueuesMock queues(rig, true);
  rig.submit(read_of(0, 0));
  rig.submit(read_of(8, 1));
  rig.host.run();
  ASSERT_EQ(rig.timelines.size(), 2u);
  for (const Timeline& each : rig.timelines) {
    EXPECT_EQ(each.spent(Stage::interrupt), rig.costs.interrupt_entry + rig.costs.mmio_read);
    EXPECT_EQ(each.spent(Stage::completion), rig.costs.complete);
  }
  const auto cores_of = [](std::uint32_t count, std::uint32_t cores) {
    test::UfshcdRig other;
    other.hcd.use_queues(count, cores, QueueLayout{}, true);
    std::vector<Core> all;
    for (std::uint32_t queue = 0; queue < count; ++queue) all.push_back(other.hcd.message(queue).core);
    for (Core core = 0; core < cores; ++core) EXPECT_EQ(other.hcd.handler_core(core), all.at(queue_of_core(core, cores, count)));
    return all;
  };
  EXPECT_EQ(cores_of(8, 8), (std::vector<Core>{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(cores_of(3, 8), (std::vector<Core>{0, 3, 6}));
  EXPECT_THROW(rig.hcd.message(2), Bug);
}

/// The tail was read before the second entry came, whose interrupt waits for the handler to end.
TEST(UfshcdOwnInterrupts, AreHandledOnceMoreForWhatComesMeanwhile) {
  test::UfshcdRig rig(own);
  QueuesMock queues(rig, true);
  rig.submit(read_of(0, 0));
  const Picoseconds work = rig.costs.interrupt_entry + rig.costs.mmio_read;
  rig.submit(read_of(8, 0), work + 1_us);
  rig.host.run();
  EXPECT_EQ(rig.ended.size(), 2u);
  EXPECT_EQ(rig.hcd.statistics().interrupts, 2u);
  EXPECT_EQ(spelled_with_queues(rig.host.accesses).back(), "W CQHP0");
}

TEST(UfshcdOwnInterrupts, FindNothingWhereAllIsDone) {
  test::UfshcdRig rig(own);
  QueuesMock queues(rig, true);
  rig.host.at(1_us, [&] { rig.host.message(1); });
  rig.host.run();
  EXPECT_EQ(spelled_with_queues(rig.host.accesses), (std::vector<std::string>{"W CQIS1", "R CQTP1"}));
}

/// The controller's tail is 0 then, and what lies in the ring behind the head has been completed.
TEST(UfshcdOwnInterrupts, CompleteNothingTwiceWhenTheControllerIsReset) {
  test::UfshcdRig rig(own);
  QueuesMock queues(rig, true);
  for (std::uint64_t i = 0; i < rig.hcd.ring_entries() + 3; ++i) rig.submit(read_of(100 * i, 0), Picoseconds{i * 100'000'000});
  rig.host.run();
  const std::size_t ended = rig.ended.size();
  EXPECT_EQ(ended, rig.hcd.ring_entries() + 3);
  rig.controller.registers[test::queue_offset(0, QueueReg::CQTP)] = 0;
  rig.host.message(0);
  rig.host.run();
  EXPECT_EQ(rig.ended.size(), ended);
}

/// The rings are forgotten while the tail is on its way.
TEST(UfshcdOwnInterrupts, AreDroppedWithTheirRings) {
  test::UfshcdRig rig(own);
  QueuesMock queues(rig, true);
  rig.submit(read_of(0, 0));
  rig.host.run(queues.service + 5_us);
  ASSERT_TRUE(rig.ended.empty());
  bool forgotten = false;
  const auto before = rig.host.on_read;
  rig.host.on_read = [&](std::uint32_t offset) {
    const std::uint32_t value = before(offset);
    if (offset == test::queue_offset(0, QueueReg::CQTP)) {
      rig.hcd.forget_queues();
      forgotten = true;
    }
    return value;
  };
  rig.host.run();
  EXPECT_TRUE(forgotten);
  EXPECT_TRUE(rig.ended.empty());
}

TEST(UfshcdOwnInterrupts, HaveNoThread) {
  for (const InterruptHandling handling : {InterruptHandling::threaded, InterruptHandling::limited}) {
    HostCosts costs;
    costs.interrupt_limit = 1_us;
    test::UfshcdRig rig({Completion::handler, handling, true, true}, costs);
    QueuesMock queues(rig, true);
    for (std::uint32_t i = 0; i < 6; ++i) rig.submit(read_of(8 * i, 0));
    rig.host.run();
    EXPECT_EQ(rig.ended.size(), 6u);
    EXPECT_EQ(rig.hcd.threads_woken(), 0u);
  }
}

TEST(UfshcdOwnInterrupts, EndRequestsOfTheirCoreWithoutAnotherOnes) {
  for (const Completion completion : {Completion::handler, Completion::softirq, Completion::submitter}) {
    test::UfshcdRig rig({completion, InterruptHandling::hard, true, true});
    QueuesMock queues(rig, true);
    rig.submit(read_of(0, 0));
    rig.submit(read_of(8, 1));
    rig.host.run();
    ASSERT_EQ(rig.ended.size(), 2u);
    for (const Timeline& each : rig.timelines) EXPECT_EQ(each.spent(Stage::completion), rig.costs.complete);
    EXPECT_EQ(rig.blocks.softirq_statistics().requests, 0u);
  }
}

}  // namespace
}  // namespace icesim
