// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/host_cpu_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using Ended = ScriptedDriver::Ended;

/// One test per line of the **Timing** contract of HostCpu: a picosecond early nothing, on time done.
struct HostCpuTimingTest : testing::Test {
  HostCpuRig rig;
  static constexpr std::uint32_t handler = ScriptedDriver::handler;

  static Step work(std::uint32_t index, Picoseconds cost) { return ScriptedDriver::work(index, cost); }
  /// Nothing of `nth` before `at`, then exactly it.
  void expect_ended(std::size_t nth, std::uint32_t index, Picoseconds at) {
    rig.run_until(at - 2_ps);
    EXPECT_EQ(rig.driver.ended.size(), nth) << "early";
    rig.run_until(at);
    ASSERT_GT(rig.driver.ended.size(), nth) << "on time";
    EXPECT_EQ(rig.driver.ended[nth].index, index);
    EXPECT_EQ(rig.driver.ended[nth].at, at);
  }
  /// Changes the pin now.
  void drive(bool level) {
    rig.pin->write(level);
    rig.run_for(0_ps);
  }
};

TEST_F(HostCpuTimingTest, EndsAStepAfterItsCost) {
  rig.build();
  const Picoseconds began = kernel_now();
  rig.cpu->queue(2, work(1, 1234567_ps));
  expect_ended(0, 1, began + 1234567_ps);
}

TEST_F(HostCpuTimingTest, CarriesOutTheStepsOfACoreInOrderAndThoseOfOthersBesideThem) {
  rig.build();
  const Picoseconds began = kernel_now();
  rig.cpu->queue(2, work(1, 300_ns));
  rig.cpu->queue(2, work(2, 200_ns));
  rig.cpu->queue(2, work(3, 100_ns));
  rig.cpu->queue(3, work(4, 350_ns));
  rig.run_for(1_us);
  const std::vector<Ended> expected{
      {1, 0, began + 300_ns}, {4, 0, began + 350_ns}, {2, 0, began + 500_ns}, {3, 0, began + 600_ns}};
  EXPECT_EQ(rig.driver.ended, expected);
}

TEST_F(HostCpuTimingTest, GoesOnAtOnceWithWhatTheDriverAnswers) {
  rig.build();
  rig.driver.on_step = [](Work done, std::uint32_t) { return done.index == 1 ? work(10, 70_ns) : Step::done(); };
  const Picoseconds began = kernel_now();
  rig.cpu->queue(0, work(1, 300_ns));
  rig.cpu->queue(0, work(2, 200_ns));
  rig.run_for(1_us);
  const std::vector<Ended> expected{{1, 0, began + 300_ns}, {10, 0, began + 370_ns}, {2, 0, began + 570_ns}};
  EXPECT_EQ(rig.driver.ended, expected);
}

TEST_F(HostCpuTimingTest, TakesNoTimeForAStepWithoutCost) {
  rig.build();
  const Picoseconds began = kernel_now();
  rig.cpu->queue(0, work(1, 0_ps));
  const std::vector<Ended> expected{{1, 0, began}};
  EXPECT_EQ(rig.driver.ended, expected);
}

TEST_F(HostCpuTimingTest, QueuesAStepAtItsTimeBehindWhatTheCoreHasThen) {
  rig.build();
  const Picoseconds began = kernel_now();
  rig.cpu->queue_at(1, work(2, 10_ns), began + 100_ns);
  rig.cpu->queue_at(1, work(3, 10_ns), began + 400_ns);
  rig.cpu->queue(1, work(1, 150_ns));
  rig.run_for(1_us);
  const std::vector<Ended> expected{{1, 0, began + 150_ns}, {2, 0, began + 160_ns}, {3, 0, began + 410_ns}};
  EXPECT_EQ(rig.driver.ended, expected);
}

TEST_F(HostCpuTimingTest, RunsTheHandlerBeforeWhatIsQueuedAndAfterWhatRuns) {
  rig.build();
  const Picoseconds began = kernel_now();
  rig.cpu->queue(0, work(1, 300_ns));
  rig.cpu->queue(0, work(2, 200_ns));
  rig.run_for(100_ns);
  drive(true);
  rig.run_for(10_ns);
  drive(false);
  rig.run_for(2_us);
  const Picoseconds handled = began + 300_ns + rig.driver.handler_cost;
  const std::vector<Ended> expected{{1, 0, began + 300_ns}, {handler, 0, handled}, {2, 0, handled + 200_ns}};
  EXPECT_EQ(rig.driver.ended, expected);
}

TEST_F(HostCpuTimingTest, RunsTheHandlerThenSoftirqsThenRealTimeThreadsThenTheRest) {
  rig.build();
  const Picoseconds began = kernel_now();
  rig.cpu->queue(0, work(1, 300_ns));
  rig.cpu->queue(0, work(2, 10_ns));
  rig.cpu->queue_real_time(0, work(3, 20_ns));
  rig.cpu->queue_softirq(0, work(4, 30_ns));
  rig.cpu->queue_softirq(0, work(5, 40_ns));
  rig.run_for(100_ns);
  drive(true);
  drive(false);
  rig.run_for(2_us);
  const Picoseconds handled = began + 300_ns + rig.driver.handler_cost;
  const std::vector<Ended> expected{{1, 0, began + 300_ns},   {handler, 0, handled},     {4, 0, handled + 30_ns},
                                    {5, 0, handled + 70_ns},  {3, 0, handled + 90_ns},   {2, 0, handled + 100_ns}};
  EXPECT_EQ(rig.driver.ended, expected);
}

TEST_F(HostCpuTimingTest, BeginsASoftirqOrARealTimeThreadOfAnIdleCoreAtOnce) {
  rig.build();
  const Picoseconds began = kernel_now();
  rig.cpu->queue_softirq(1, work(1, 300_ns));
  rig.cpu->queue_real_time(2, work(2, 400_ns));
  expect_ended(0, 1, began + 300_ns);
  expect_ended(1, 2, began + 400_ns);
}

TEST_F(HostCpuTimingTest, StartsTheHandlerOfAnIdleCoreWhenThePinRises) {
  rig.config.cores = 4;
  rig.config.interrupt_core = 6;  // core 2
  rig.build();
  rig.cpu->queue(0, work(1, 10_us));
  rig.cpu->queue(2, work(2, 20_ns));
  rig.run_for(100_ns);
  const Picoseconds rose = kernel_now();
  drive(true);
  ASSERT_EQ(rig.driver.interrupts.size(), 1u);
  EXPECT_EQ(rig.driver.interrupts[0], rose);
  drive(false);
  expect_ended(1, handler, rose + rig.driver.handler_cost);
}

TEST_F(HostCpuTimingTest, RunsTheHandlerAgainAsLongAsThePinIsHigh) {
  rig.build();
  const Picoseconds rose = kernel_now();
  const Picoseconds cost = rig.driver.handler_cost;
  drive(true);
  rig.cpu->queue(0, work(1, 1_ns));
  rig.run_until(rose + cost * 2 + cost * 1 - 10_ps);
  EXPECT_EQ(rig.driver.interrupts, (std::vector<Picoseconds>{rose, rose + cost, rose + cost * 2}));
  drive(false);
  rig.run_for(10_us);
  EXPECT_EQ(rig.driver.interrupts.size(), 3u) << "low when the third ended";
  const std::vector<Ended> expected{{handler, 0, rose + cost},
                                    {handler, 0, rose + cost * 2},
                                    {handler, 0, rose + cost * 3},
                                    {1, 0, rose + cost * 3 + 1_ns}};
  EXPECT_EQ(rig.driver.ended, expected) << "queued work waits for all of them";
}

TEST_F(HostCpuTimingTest, DoesNotRunTheHandlerForAPinThatFellAgain) {
  rig.build();
  drive(true);
  rig.run_for(100_ns);
  drive(false);
  rig.run_for(100_ns);
  drive(true);  // while the handler runs
  rig.run_for(100_ns);
  drive(false);
  rig.run_for(10_us);
  EXPECT_EQ(rig.driver.interrupts.size(), 1u);
  drive(true);
  EXPECT_EQ(rig.driver.interrupts.size(), 2u) << "and for the next rise it does";
}

TEST_F(HostCpuTimingTest, HasAPostedWriteArriveAfterItsFlight) {
  rig.build();
  const Picoseconds t = kernel_now();
  rig.cpu->write_register(0x24, 0x11223344, t);
  rig.cpu->write_register(0x58, 2, t + 130_ns);
  ASSERT_EQ(rig.target->accesses.size(), 2u);
  EXPECT_TRUE(rig.target->access(0).write);
  EXPECT_EQ(rig.target->access(0).offset, 0x24u);
  EXPECT_EQ(rig.target->access(0).value, 0x11223344u);
  EXPECT_EQ(rig.target->access(0).at, t + rig.config.costs.mmio_write);
  EXPECT_EQ(rig.target->access(1).at, t + 130_ns + rig.config.costs.mmio_write);
}

struct HostCpuReadTimingTest : HostCpuTimingTest, testing::WithParamInterface<bool> {};

TEST_P(HostCpuReadTimingTest, WaitsForARegisterThereAndBack) {
  rig.config.costs.mmio_read = 301_ns + 1_ps;  // odd: half of it, rounded down, is the way there
  rig.build();
  rig.target->at_once = GetParam();
  rig.target->values[0x20] = 0x80000001;
  const Picoseconds began = kernel_now();
  rig.cpu->queue(5, Step::read(Work::Kind::read_enable, 1, Reg::IS));
  rig.cpu->queue(5, work(2, 40_ns));
  ASSERT_EQ(rig.target->accesses.size(), 1u);
  EXPECT_FALSE(rig.target->access(0).write);
  const Picoseconds there{rig.config.costs.mmio_read.n / 2};
  EXPECT_EQ(rig.target->access(0).at, began + there);
  const Picoseconds back = began + rig.config.costs.mmio_read + rig.target->answer_time;
  expect_ended(0, 1, back);
  EXPECT_EQ(rig.driver.ended[0].value, 0x80000001u);
  expect_ended(1, 2, back + 40_ns);
}

TEST_P(HostCpuReadTimingTest, KeepsReadsOfSeveralCoresApart) {
  rig.build();
  rig.target->at_once = GetParam();
  rig.target->values[0x20] = 20;
  rig.target->values[0x58] = 58;
  const Picoseconds began = kernel_now();
  rig.cpu->queue(1, Step::read(Work::Kind::read_status, 1, Reg::IS));
  rig.run_for(50_ns);
  const Picoseconds later = kernel_now();
  rig.cpu->queue(0, Step::read(Work::Kind::read_doorbell, 2, Reg::UTRLDBR));
  rig.run_for(1_us);
  const Picoseconds trip = rig.config.costs.mmio_read + rig.target->answer_time;
  const std::vector<Ended> expected{{1, 20, began + trip}, {2, 58, later + trip}};
  EXPECT_EQ(rig.driver.ended, expected);
}

TEST_P(HostCpuReadTimingTest, BeginsASoftirqBehindTheHandlersLastRead) {
  rig.build();
  rig.target->at_once = GetParam();
  rig.driver.on_step = [&](Work done, std::uint32_t) {
    if (done.index != handler) return Step::done();
    rig.cpu->queue_softirq(0, work(7, 30_ns));
    return Step::read(Work::Kind::read_status, 8, Reg::IS);
  };
  const Picoseconds rose = kernel_now();
  drive(true);
  drive(false);
  rig.run_for(10_us);
  const Picoseconds handled = rose + rig.driver.handler_cost;
  const Picoseconds read = handled + rig.config.costs.mmio_read + rig.target->answer_time;
  const std::vector<Ended> expected{{handler, 0, handled}, {8, 0, read}, {7, 0, read + 30_ns}};
  EXPECT_EQ(rig.driver.ended, expected);
}

INSTANTIATE_TEST_SUITE_P(AnswerLaterOrInTheCall, HostCpuReadTimingTest, testing::Bool());

}  // namespace
}  // namespace icesim
