// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/ufshcd_rig.hpp"

#include <gtest/gtest.h>

/// Where the work of an interrupt is done: in its handler, its thread, or both.
namespace icesim {
namespace {

using namespace literals;
using test::ControllerMock;
using test::UfshcdRig;
using test::read_of;

constexpr Picoseconds rises{100'000'000};

/// `count` commands that end at once.
struct Burst {
  Burst(const UfshcdRig::Ways& ways, const HostCosts& costs, std::uint64_t count) : rig(ways, costs) {
    rig.controller.service = [](const ControllerMock::Listed& command) { return rises - command.rung; };
    for (std::uint64_t i = 0; i < count; ++i) rig.submit(read_of(100 * i));
  }
  /// When each has ended.
  std::vector<Picoseconds> run() {
    rig.host.run();
    std::vector<Picoseconds> ends;
    for (const Timeline& life : rig.timelines) ends.push_back(life.last());
    return ends;
  }
  UfshcdRig rig;
};

/// First instruction of the handler to the first completion's beginning: R IS, R IE and R UTRLDBR.
Picoseconds looks(const HostCosts& costs) { return costs.mmio_read * 3; }

Picoseconds moved(Picoseconds time, int by) { return Picoseconds{time.n + static_cast<std::uint64_t>(by)}; }

TEST(UfshcdInterrupt, WakesAThreadFirstWhenTheHandlerIsThreaded) {
  const HostCosts costs;
  UfshcdRig rig({Completion::handler, InterruptHandling::threaded}, costs);
  rig.submit(read_of(0));
  rig.host.run();
  EXPECT_EQ(rig.timelines.at(0).spent(Stage::interrupt),
            costs.interrupt_entry + costs.thread_wake + costs.mmio_read * 3);
  EXPECT_EQ(rig.hcd.threads_woken(), 1u);
}

TEST(UfshcdInterrupt, HasItsThreadGoBeforeOthersOfItsCore) {
  const HostCosts costs;
  Burst burst({Completion::handler, InterruptHandling::threaded}, costs, 1);
  // Submitters of that core, just as the interrupt comes: one runs, one waits.
  burst.rig.submit(read_of(1000, 2), rises - 1_us);
  burst.rig.submit(read_of(2000, 4), rises - 1_us);
  burst.rig.controller.service = [](const ControllerMock::Listed& command) {
    return command.rung < rises ? rises - command.rung : 50_us;
  };
  const auto ends = burst.run();
  // The one that runs has its bio placed and its request issued before anybody gets the core.
  const Picoseconds free = rises - 1_us + costs.submit + costs.dispatch;
  EXPECT_EQ(ends[0], free + costs.interrupt_entry + costs.thread_wake + looks(costs) + costs.complete);
}

TEST(UfshcdInterrupt, HasKsoftirqdEndWhatAThreadCompletes) {
  const HostCosts costs;
  Burst burst({Completion::softirq, InterruptHandling::threaded}, costs, 2);
  const auto ends = burst.run();
  const Picoseconds handled =
      rises + costs.interrupt_entry + costs.thread_wake + looks(costs) + costs.in_handler() * 2 + costs.mmio_read;
  EXPECT_EQ(ends, (std::vector<Picoseconds>{handled + costs.thread_wake + costs.in_softirq(),
                                            handled + costs.thread_wake + costs.in_softirq() * 2}));
  EXPECT_EQ(burst.rig.blocks.softirq_statistics().thread_wakes, 1u);
}

TEST(UfshcdInterrupt, HasNoThreadWithinItsLimit) {
  for (const Completion completion : {Completion::handler, Completion::softirq}) {
    Burst limited({completion, InterruptHandling::limited}, {}, 4), hard({completion, InterruptHandling::hard}, {}, 4);
    EXPECT_EQ(limited.run(), hard.run());
    EXPECT_EQ(limited.rig.hcd.threads_woken(), 0u);
  }
}

/// Looked at behind each completion: the rest is the thread's when the time is up then, and not a picosecond before.
TEST(UfshcdInterrupt, LeavesTheRestToItsThreadWhenItsTimeIsUp) {
  for (const int off : {-1, 0, 1}) {
    SCOPED_TRACE(off);
    HostCosts costs;
    // Up exactly when the second completion ends.
    costs.interrupt_limit = moved(looks(costs) + costs.complete * 2, off);
    Burst burst({Completion::handler, InterruptHandling::limited}, costs, 4);
    const auto ends = burst.run();
    const Picoseconds first = rises + costs.interrupt_entry + looks(costs) + costs.complete;
    // Left with a last look at IS. The thread reads IS, which is 0, and the doorbell.
    const Picoseconds thread = costs.mmio_read + costs.thread_wake + costs.mmio_read * 2;
    const std::size_t in_handler = off == 1 ? 3 : 2;
    for (std::size_t i = 0; i < 4; ++i)
      EXPECT_EQ(ends[i], first + costs.complete * i + (i < in_handler ? 0_ps : thread)) << i;
    EXPECT_EQ(burst.rig.hcd.threads_woken(), 1u);
    EXPECT_EQ(burst.rig.hcd.statistics().interrupts, 1u);
  }
}

TEST(UfshcdInterrupt, NeedsNoThreadWhenItsTimeIsUpWithTheLastOne) {
  HostCosts costs;
  costs.interrupt_limit = 1_us;
  Burst burst({Completion::handler, InterruptHandling::limited}, costs, 1);
  const auto ends = burst.run();
  EXPECT_EQ(ends[0], rises + costs.interrupt_entry + looks(costs) + costs.complete);
  EXPECT_EQ(burst.rig.hcd.threads_woken(), 0u);
}

/// The first IS is read for what the interrupt came for, however long that takes.
TEST(UfshcdInterrupt, DoesNotLookAtItsLimitBeforeItHasDoneAnything) {
  HostCosts costs;
  costs.interrupt_limit = 1_us;
  costs.mmio_read = 5_us;
  Burst burst({Completion::handler, InterruptHandling::limited}, costs, 1);
  EXPECT_EQ(burst.run()[0], rises + costs.interrupt_entry + looks(costs) + costs.complete);
  EXPECT_EQ(burst.rig.hcd.threads_woken(), 0u);
}

/// Another command ends while the first one's completion runs: IS is not 0 when it is read again.
TEST(UfshcdInterrupt, LeavesANewEventToItsThreadWhenItsTimeIsUp) {
  for (const int off : {-1, 0, 1}) {
    SCOPED_TRACE(off);
    HostCosts costs;
    const Picoseconds again = looks(costs) + costs.complete + costs.mmio_read;  // the answer is there
    costs.interrupt_limit = moved(again, off);
    Burst burst({Completion::handler, InterruptHandling::limited}, costs, 1);
    burst.rig.submit(read_of(1000));
    const Picoseconds later = costs.interrupt_entry + looks(costs) + Picoseconds{costs.complete.n / 2};
    burst.rig.controller.service = [=](const ControllerMock::Listed& command) {
      return rises - command.rung + (command.tag.n == 0 ? 0_ps : later);
    };
    const auto ends = burst.run();
    ASSERT_EQ(ends.size(), 2u);
    const bool threaded = off <= 0;
    EXPECT_EQ(burst.rig.hcd.threads_woken(), threaded ? 1u : 0u);
    // Where the handler goes on it reads IE and the doorbell; the thread reads IS before.
    const Picoseconds thread = threaded ? costs.thread_wake + costs.mmio_read : 0_ps;
    EXPECT_EQ(ends[1], rises + costs.interrupt_entry + again + thread + costs.mmio_read * 2 + costs.complete);
  }
}

TEST(UfshcdInterrupt, HasSoftirqsGoBeforeTheThreadThatTheRestIsLeftTo) {
  HostCosts costs;
  costs.interrupt_limit = looks(costs) + costs.in_handler();
  Burst burst({Completion::softirq, InterruptHandling::limited}, costs, 2);
  const auto ends = burst.run();
  const Picoseconds left = rises + costs.interrupt_entry + looks(costs) + costs.in_handler() + costs.mmio_read;
  EXPECT_EQ(ends[0], left + costs.in_softirq());
  const Picoseconds thread = ends[0] + costs.thread_wake + costs.mmio_read * 2 + costs.in_handler() + costs.mmio_read;
  EXPECT_EQ(ends[1], thread + costs.thread_wake + costs.in_softirq()) << "by ksoftirqd, behind the thread";
}

/// The line is masked until the thread has ended.
TEST(UfshcdInterrupt, IsNotTakenAgainBeforeItsThreadHasEnded) {
  const HostCosts costs;
  Burst burst({Completion::handler, InterruptHandling::threaded}, costs, 1);
  burst.rig.submit(read_of(1000));
  burst.rig.controller.service = [&](const ControllerMock::Listed& command) {
    return rises - command.rung + (command.tag.n == 0 ? 0_ps : costs.interrupt_entry + 1_us);
  };
  burst.run();
  EXPECT_EQ(burst.rig.hcd.statistics().interrupts, 1u);
  EXPECT_EQ(burst.rig.ended.size(), 2u);
}

}  // namespace
}  // namespace icesim
