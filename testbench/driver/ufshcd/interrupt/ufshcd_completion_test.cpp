// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/ufshcd_rig.hpp"

#include <gtest/gtest.h>

/// Where requests end whose commands have ended.
namespace icesim {
namespace {

using namespace literals;
using test::ControllerMock;
using test::UfshcdRig;
using test::read_of;

/// From the interrupt to the first completion: entry, then R IS, R IE and R UTRLDBR.
Picoseconds seen(const HostCosts& costs) { return costs.interrupt_entry + costs.mmio_read * 3; }

TEST(UfshcdCompletion, HoldsKeyslotAndTagUntilTheSoftirqHasEnded) {
  UfshcdRig rig({Completion::softirq});
  for (std::uint32_t i = 0; i < 32; ++i) rig.submit(read_of(100 * i, i, 7));
  rig.controller.service = [](const ControllerMock::Listed& command) { return 1_ms - command.rung; };
  // One handler for all, which reads IS once more before the softirqs.
  const Picoseconds first = 1_ms + seen(rig.costs) + rig.costs.in_handler() * 31 + rig.costs.mmio_read + rig.costs.in_softirq();
  rig.host.run(first - 1_ps);
  EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 31u) << "all wait, the hardware has long been done";
  EXPECT_EQ(rig.blocks.sleeping().for_tag, 1u);
  EXPECT_TRUE(rig.ended.empty());
  rig.host.run(first);
  EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 30u);
  EXPECT_EQ(rig.blocks.sleeping().for_tag, 0u);
  EXPECT_EQ(rig.ended.size(), 1u);
  rig.controller.service = [](const ControllerMock::Listed&) { return 50_us; };
  rig.host.run();
  ASSERT_EQ(rig.ended.size(), 32u);
  for (std::uint32_t i = 0; i < 31; ++i) EXPECT_EQ(rig.timelines[i].last(), first + rig.costs.in_softirq() * i);
  EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
}

TEST(UfshcdCompletion, CountsTheWaitForASoftirqAsCompletion) {
  UfshcdRig rig({Completion::softirq});
  rig.submit(read_of(0));
  rig.host.run();
  const Timeline& life = rig.timelines.at(0);
  EXPECT_EQ(life.spent(Stage::interrupt), seen(rig.costs));
  EXPECT_EQ(life.spent(Stage::completion), rig.costs.complete + rig.costs.mmio_read);
  EXPECT_EQ(life.total(), life.latency());
}

TEST(UfshcdCompletion, DividesItsWorkByTheSoftirqsShare) {
  for (const std::uint64_t share : {0u, 1u, 50u, 100u}) {
    HostCosts costs;
    costs.softirq_share = share;
    EXPECT_EQ(costs.in_softirq(), Picoseconds{costs.complete.n * share / 100});
    EXPECT_EQ(costs.in_handler() + costs.in_softirq(), costs.complete);
    for (const Completion completion : {Completion::handler, Completion::softirq}) {
      UfshcdRig rig({completion}, costs);
      rig.submit(read_of(0));
      rig.submit(read_of(100));
      rig.controller.service = [](const ControllerMock::Listed& command) { return 80_us - command.rung; };
      rig.host.run();
      const bool split = completion == Completion::softirq;
      EXPECT_EQ(rig.timelines.at(1).last(),
                80_us + seen(costs) + costs.complete * 2 + (split ? costs.mmio_read : 0_ps));
      EXPECT_EQ(rig.timelines.at(0).last(), rig.timelines.at(1).last() - (split ? costs.in_softirq() : costs.complete));
    }
  }
}

TEST(UfshcdCompletion, EndsARequestOnTheCoreOfItsSubmitter) {
  UfshcdRig rig({Completion::submitter});
  rig.submit(read_of(0, 0));
  rig.submit(read_of(100, 1));
  rig.controller.service = [](const ControllerMock::Listed& command) { return 80_us - command.rung; };
  rig.host.run();
  ASSERT_EQ(rig.ended.size(), 2u);
  // Both are told of in the handler; the other core begins at once, this one behind the handler's last read.
  const Picoseconds told = 80_us + seen(rig.costs) + rig.costs.in_handler() * 2;
  const Timeline& here = rig.timelines[rig.ended[0].lba == Lba{0} ? 0 : 1];
  const Timeline& there = rig.timelines[rig.ended[0].lba == Lba{0} ? 1 : 0];
  EXPECT_EQ(here.last(), told + rig.costs.mmio_read + rig.costs.in_softirq());
  EXPECT_EQ(there.last(), told + rig.costs.ipi + rig.costs.in_softirq());
  EXPECT_EQ(rig.blocks.softirq_statistics().ipis, 1u);
}

TEST(UfshcdCompletion, FailsARequestInTheSoftirqToo) {
  UfshcdRig rig({Completion::softirq});
  rig.controller.ocs = [](const ControllerMock::Listed&) { return Ocs::fatal_error; };
  rig.submit(read_of(0, 0, 7));
  rig.host.run();
  ASSERT_EQ(rig.ended.size(), 1u);
  EXPECT_TRUE(rig.ended[0].failure);
  EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
}

TEST(UfshcdCompletion, SendsTheDataOfAFlushInTheSoftirq) {
  UfshcdRig rig({Completion::softirq});
  IoRequest io = read_of(0);
  io.operation = Operation::write;
  io.flags = IoRequest::preflush;
  rig.submit(io);
  rig.host.run();
  ASSERT_EQ(rig.controller.commands.size(), 2u);
  const Timeline& life = rig.timelines.at(0);
  EXPECT_EQ(life.spent(Stage::completion), rig.costs.complete + rig.costs.mmio_read) << "of one command";
  EXPECT_EQ(life.total(), life.latency());
}

}  // namespace
}  // namespace icesim
