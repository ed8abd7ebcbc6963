// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/completion/softirqs.hpp"

#include "testbench/support/rigs/host_port_mock.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// Softirqs on three cores, the first of which takes the interrupt, and a handler or thread that tells of completions
/// when its work ends. `names` says what has ended, in order: tags, and other work by its number.
struct SoftirqsRig : HostClient {
  explicit SoftirqsRig(bool at_submitter = false, bool queues = false)
      : host(3, costs), softirqs(host, costs, 3, {{0, 0, 0}, at_submitter, queues}, [this](Tag tag, Failure) {
          names.push_back("tag " + std::to_string(tag.n));
          at.push_back(host.now());
        }) {
    host.connect(*this);
  }
  /// Work of `core` from `when` on, which tells of these completions at its end.
  void work(std::uint32_t number, Core core, Picoseconds when, Picoseconds cost, std::function<void()> at_its_end = [] {}) {
    ends[number] = std::move(at_its_end);
    host.at(when, [=] { host.queue(core, Step::compute(Work::Kind::complete, number, cost)); });
  }
  void raise(std::uint64_t tag, Core core = 0, CompletionContext context = CompletionContext::interrupt) {
    softirqs.raise(core, Tag{tag}, {}, context);
  }
  Step step(Work work, std::uint32_t) override {
    if (work.of_block_layer()) return softirqs.step(work);
    names.push_back("work " + std::to_string(work.index));
    at.push_back(host.now());
    ends[work.index]();
    return Step::done();
  }
  Step interrupt() override { return Step::compute(Work::Kind::read_status, handler, 2_us); }
  static constexpr std::uint32_t handler = 100;

  HostCosts costs;
  test::HostPortMock host;
  Softirqs softirqs;
  std::map<std::uint32_t, std::function<void()>> ends;
  std::vector<std::string> names;
  std::vector<Picoseconds> at;
};

using Names = std::vector<std::string>;

TEST(Softirqs, EndRequestsBehindTheHandlerInTheOrderOfTheirCompletionBeforeOtherWork) {
  SoftirqsRig rig;
  rig.work(1, 0, 0_us, 1_us, [&] {
    for (const std::uint64_t tag : {5, 2, 9}) rig.raise(tag);
  });
  rig.work(2, 0, 0_us, 7_us);
  const Picoseconds each = rig.costs.in_softirq();
  rig.host.run(1_us + each - 1_ps);
  EXPECT_EQ(rig.names, (Names{"work 1"})) << "a picosecond early";
  rig.host.run(1_us + each);
  EXPECT_EQ(rig.names, (Names{"work 1", "tag 5"})) << "on time";
  rig.host.run();
  EXPECT_EQ(rig.names, (Names{"work 1", "tag 5", "tag 2", "tag 9", "work 2"}));
  EXPECT_EQ(rig.at[3], 1_us + each * 3);
  EXPECT_EQ(rig.at[4], 1_us + each * 3 + 7_us);
  const SoftirqStatistics& s = rig.softirqs.statistics();
  EXPECT_EQ(s.requests, 3u);
  EXPECT_EQ(s.runs, 1u);
  EXPECT_EQ(s.ipis + s.thread_wakes, 0u);
  EXPECT_EQ(s.waiting.n, (each * 3).n) << "one of them not at all, one for one, one for two";
}

TEST(Softirqs, LetAnInterruptHandlerGoBetweenTwoRequestsWhoseOwnComeLater) {
  SoftirqsRig rig;
  rig.work(1, 0, 0_us, 1_us, [&] {
    rig.raise(5);
    rig.raise(2);
  });
  rig.ends[SoftirqsRig::handler] = [&] {
    rig.host.set_interrupt(false);
    rig.raise(7);
  };
  rig.host.at(1_us + 1_ps, [&] { rig.host.set_interrupt(true); });
  rig.host.run();
  EXPECT_EQ(rig.names, (Names{"work 1", "tag 5", "work 100", "tag 2", "tag 7"}));
  const Picoseconds each = rig.costs.in_softirq();
  EXPECT_EQ(rig.at, (std::vector<Picoseconds>{1_us, 1_us + each, 3_us + each, 3_us + each * 2, 3_us + each * 3}));
  EXPECT_EQ(rig.softirqs.statistics().runs, 2u);
}

TEST(Softirqs, InterruptTheSubmittersCoreOnlyWhereItIsAnother) {
  SoftirqsRig rig(true);
  rig.work(1, 0, 0_us, 1_us, [&] {
    rig.raise(1, 0);
    rig.raise(2, 2);
  });
  rig.work(3, 2, 0_us, 4_us);  // runs when the interrupt comes
  rig.work(4, 2, 0_us, 4_us);  // waits
  const Picoseconds told = 4_us + rig.costs.ipi + rig.costs.in_softirq();
  rig.host.run(told - 1_ps);
  EXPECT_EQ(rig.names, (Names{"work 1", "tag 1", "work 3"})) << "a picosecond early";
  rig.host.run(told);
  EXPECT_EQ(rig.names.back(), "tag 2") << "on time";
  rig.host.run();
  EXPECT_EQ(rig.names.back(), "work 4");
  EXPECT_EQ(rig.softirqs.statistics().ipis, 1u);
  EXPECT_EQ(rig.softirqs.statistics().runs, 2u);
}

TEST(Softirqs, SendOneInterruptForAllThatIsOnTheListOfACore) {
  SoftirqsRig rig(true);
  const Picoseconds each = rig.costs.in_softirq(), begins = 1_us + rig.costs.ipi;
  const auto tell = [&](Picoseconds when, std::uint64_t tag) { rig.host.at(when, [&rig, tag] { rig.raise(tag, 1); }); };
  tell(1_us, 1);
  tell(1_us, 2);
  tell(begins - 1_ps, 3);
  rig.host.run(begins);
  EXPECT_EQ(rig.softirqs.statistics().ipis, 1u);
  tell(begins + 1_ps, 4);  // the list was taken
  tell(begins + 2_ps, 5);
  rig.host.run();
  EXPECT_EQ(rig.softirqs.statistics().ipis, 2u);
  EXPECT_EQ(rig.names, (Names{"tag 1", "tag 2", "tag 3", "tag 4", "tag 5"}));
  // The second interrupt goes behind the first request.
  EXPECT_EQ(rig.at[0], begins + each);
  EXPECT_EQ(rig.at[1], begins + each * 2 + rig.costs.ipi);
  EXPECT_EQ(rig.at[4], begins + each * 5 + rig.costs.ipi);
}

TEST(Softirqs, HaveAThreadWakeKsoftirqdWhichIsOneThreadAmongOthers) {
  SoftirqsRig rig;
  rig.work(1, 0, 0_us, 1_us, [&] {
    rig.raise(5, 0, CompletionContext::thread);
    rig.raise(2, 0, CompletionContext::thread);
  });
  rig.work(2, 0, 0_us, 7_us);
  const Picoseconds first = 8_us + rig.costs.thread_wake + rig.costs.in_softirq();
  rig.host.run(first - 1_ps);
  EXPECT_EQ(rig.names, (Names{"work 1", "work 2"})) << "a picosecond early";
  rig.host.run(first);
  EXPECT_EQ(rig.names.back(), "tag 5") << "on time";
  rig.host.run();
  EXPECT_EQ(rig.at.back(), first + rig.costs.in_softirq());
  EXPECT_EQ(rig.softirqs.statistics().thread_wakes, 1u);
}

TEST(Softirqs, RunBehindTheNextHandlerThatComesBeforeKsoftirqd) {
  SoftirqsRig rig;
  rig.work(1, 0, 0_us, 1_us, [&] { rig.raise(5, 0, CompletionContext::thread); });
  rig.work(2, 0, 0_us, 7_us);
  rig.ends[SoftirqsRig::handler] = [&] {
    rig.host.set_interrupt(false);
    rig.softirqs.handler_leaves(0);
  };
  rig.host.at(2_us, [&] { rig.host.set_interrupt(true); });
  rig.work(3, 0, 9_us, 1_us, [&] { rig.raise(6, 0, CompletionContext::thread); });
  rig.host.run();
  EXPECT_EQ(rig.names, (Names{"work 1", "work 2", "work 100", "tag 5", "work 3", "tag 6"}));
  // ksoftirqd was woken for the first, ran for nothing, and was woken again.
  EXPECT_EQ(rig.softirqs.statistics().thread_wakes, 2u);
  EXPECT_EQ(rig.at[3], 10_us + rig.costs.in_softirq());
}

TEST(Softirqs, LeaveRequestsOfTheInterruptsCoreToTheHandlerWhereThereAreQueues) {
  for (const bool queues : {false, true}) {
    const SoftirqsRig rig(true, queues);
    EXPECT_EQ(rig.softirqs.takes(0), !queues);
    EXPECT_TRUE(rig.softirqs.takes(1));
  }
}

}  // namespace
}  // namespace icesim
