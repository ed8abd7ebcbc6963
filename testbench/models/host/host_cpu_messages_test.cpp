// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/host_cpu_rig.hpp"

#include <gtest/gtest.h>

/// Interrupts by message.
namespace icesim {
namespace {

using namespace literals;

constexpr Picoseconds beginning{1'000};

struct HostCpuMessagesTest : testing::Test {
  HostCpuRig rig;
  HostCpuMessagesTest() { rig.build(); }

  void message(std::uint32_t number) { rig.cpu->message_came(HostPort::message_address, number); }
  void message_at(std::uint32_t number, Picoseconds at) {
    rig.run_until(at - 1_ps);
    message(number);
  }
  /// Steps that have ended, and when, from the beginning.
  std::vector<std::pair<std::uint32_t, Picoseconds>> ended() const {
    std::vector<std::pair<std::uint32_t, Picoseconds>> all;
    for (const ScriptedDriver::Ended& each : rig.driver.ended) all.emplace_back(each.index, each.at - beginning);
    return all;
  }
  using List = std::vector<std::pair<std::uint32_t, Picoseconds>>;
};

TEST_F(HostCpuMessagesTest, BeginsTheHandlerAtOnceOnEachCore) {
  for (const std::uint32_t number : {2u, 0u, 3u}) message(number);
  rig.run_for(10_us);
  EXPECT_EQ(ended(), (List{{0, 500_ns}, {2, 500_ns}, {3, 500_ns}}));
  EXPECT_EQ(rig.driver.messages.size(), 3u);
}

TEST_F(HostCpuMessagesTest, TakesNoNoticeOfWritesElsewhere) {
  rig.cpu->message_came(HostPort::message_address + 4, 0);
  rig.cpu->message_came(0, 0);
  rig.run_for(10_us);
  EXPECT_TRUE(rig.driver.messages.empty());
  EXPECT_TRUE(rig.driver.ended.empty());
}

TEST_F(HostCpuMessagesTest, PutsHandlersOneBehindTheOtherBeforeSoftirqs) {
  rig.cpu->queue(0, ScriptedDriver::work(10, 1_us));
  rig.cpu->queue(0, ScriptedDriver::work(11, 1_us));
  rig.cpu->queue_softirq(0, ScriptedDriver::work(12, 1_us));
  for (const std::uint32_t number : {8u, 4u, 8u, 12u}) message(number);
  rig.run_for(20_us);
  EXPECT_EQ(ended(), (List{{10, 1_us}, {8, 1500_ns}, {4, 2_us}, {12, 2500_ns}, {12, 3500_ns}, {11, 4500_ns}}));
}

TEST_F(HostCpuMessagesTest, AreOneWhileTheirHandlerWaits) {
  rig.cpu->queue(0, ScriptedDriver::work(10, 1_us));
  message(4);
  message_at(4, beginning + 1_us - 1_ps);
  rig.run_for(20_us);
  EXPECT_EQ(ended(), (List{{10, 1_us}, {4, 1500_ns}})) << "it had not begun";
  EXPECT_EQ(rig.driver.messages.size(), 1u);
}

/// An edge: what comes behind the begin may tell of what the handler does not see any more.
TEST_F(HostCpuMessagesTest, RunTheirHandlerAgainOnceItHasBegun) {
  message(4);
  message(4);
  message(4);
  rig.run_for(20_us);
  EXPECT_EQ(ended(), (List{{4, 500_ns}, {4, 1_us}}));
  rig.driver.ended.clear();
  message(4);
  message_at(4, kernel_now() + 500_ns - 2_ps);
  rig.run_for(20_us);
  EXPECT_EQ(rig.driver.ended.size(), 2u);
}

TEST_F(HostCpuMessagesTest, PendBehindEachOtherAgainAndAgain) {
  rig.driver.on_step = [this](Work done, std::uint32_t) {
    if (done.kind == Work::Kind::message && rig.driver.ended.size() < 10) message(done.index);
    return Step::done();
  };
  message(4);
  rig.run_for(50_us);
  EXPECT_EQ(rig.driver.ended.size(), 10u);
}

TEST_F(HostCpuMessagesTest, SuspendACallAsThePinDoes) {
  rig.cpu->set_call(1_us, 2_us);
  rig.cpu->queue(1, Step::call(Work::Kind::submit, 10, 50_us));
  message_at(5, beginning + 20_us);
  rig.run_for(1_ms);
  EXPECT_EQ(ended(), (List{{5, 21'500_ns}, {10, 50_us + 1_us + 500_ns + 2_us}}));
  EXPECT_EQ(rig.cpu->statistics().reentries, 1u);
}

}  // namespace
}  // namespace icesim
