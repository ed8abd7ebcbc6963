// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/threads/key_operations.hpp"

#include "testbench/support/rigs/host_port_mock.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using Outcome = KeyslotManager::Outcome;
using Times = std::vector<Picoseconds>;

constexpr Picoseconds instant{1};

/// Operations over a keyslot manager, on a machine with one core.
struct OperationsRig : HostClient {
  OperationsRig()
      : operations(10_ms, costs, host, keyslots, 0,
                   {[this] {
                      began.push_back(host.now());
                      return KeyWork{buffers, naps, Stage::keyslot_program, KeyWork::End::not_yet};
                    },
                    [this](std::uint32_t) { return KeyWork{call, 0_ps, Stage::firmware, end}; },
                    [this] {
                      ++asked;
                      return hypervisor;
                    },
                    [this] { return free; }},
                   3) {
    host.connect(*this);
  }
  Step step(Work work, std::uint32_t value) override {
    EXPECT_TRUE(work.of_key_operations() && work.is_rare() && !work.of_key_restorer() && !work.of_key_reaper());
    EXPECT_EQ(work.index, 3u);
    bool over = false;
    const Step next = operations.step(work, value, over);
    if (!over) return next;
    EXPECT_TRUE(keyslots.locked());
    keyslots.unlock();
    ended.push_back(host.now());
    operations.rest();
    return next;
  }
  Step interrupt() override { return Step::done(); }

  HostCosts costs;
  test::HostPortMock host{1, costs};
  KeyslotManager keyslots{4};
  const Picoseconds buffers{2'000'000}, call{50'000'000};
  Picoseconds naps{};  ///< before the call
  Picoseconds hypervisor{};
  unsigned asked = 0;
  bool free = true;  ///< the hardware's keyslots are
  KeyWork::End end = KeyWork::End::done;
  KeyOperations operations;
  Times began, ended;
};

TEST(KeyOperations, HoldTheLockForACallAndPauseFromItsEnd) {
  OperationsRig rig;
  rig.host.run(10_ms - instant);
  EXPECT_FALSE(rig.keyslots.locked());
  rig.host.run(10_ms);
  EXPECT_TRUE(rig.keyslots.locked());
  EXPECT_EQ(rig.keyslots.get(7).outcome, Outcome::wait_unlocked);
  const Picoseconds first = 10_ms + rig.buffers + rig.call;
  rig.host.run(first - instant);
  EXPECT_TRUE(rig.keyslots.locked());
  rig.host.run(first + 10_ms - instant);
  EXPECT_FALSE(rig.keyslots.locked());
  rig.host.run(first + 15_ms);
  EXPECT_EQ(rig.began, (Times{10_ms, first + 10_ms}));
  EXPECT_EQ(rig.ended, (Times{first, first + 10_ms + rig.buffers + rig.call}));
  const KeyOperationStatistics& s = rig.operations.statistics();
  EXPECT_EQ(s.operations, 2u);
  EXPECT_EQ(s.lock_waits + s.failures, 0u);
  EXPECT_EQ(s.time, TimeSum{} + (rig.buffers + rig.call) * 2);
}

TEST(KeyOperations, WaitForTheLockAndTryAgainWhenTheyHaveWoken) {
  OperationsRig rig;
  ASSERT_EQ(rig.keyslots.get(7).outcome, Outcome::program);
  rig.operations.unlocked();  // nobody waits yet
  rig.host.at(12_ms, [&] {
    EXPECT_TRUE(rig.began.empty());
    rig.keyslots.programmed(Keyslot{0}, 7);
    rig.operations.unlocked();
    EXPECT_FALSE(rig.keyslots.locked());
  });
  rig.host.at(12_ms + instant, [&] { EXPECT_EQ(rig.keyslots.get(8).outcome, Outcome::program) << "a request is faster"; });
  rig.host.at(13_ms, [&] {
    rig.keyslots.programmed(Keyslot{1}, 8);
    rig.operations.unlocked();
  });
  rig.host.run(15_ms);
  EXPECT_EQ(rig.began, Times{13_ms + rig.costs.thread_wake});
  EXPECT_EQ(rig.operations.statistics().lock_waits, 2u);
  EXPECT_EQ(rig.operations.statistics().time, TimeSum{} + (rig.buffers + rig.call)) << "from when they have it";
}

TEST(KeyOperations, HoldTheLockWhileTheySleepBetweenPieces) {
  OperationsRig rig;
  rig.naps = 1_ms;
  const Picoseconds wakes = 10_ms + rig.buffers + 1_ms;
  rig.host.at(wakes, [&] { EXPECT_TRUE(rig.keyslots.locked()); });
  rig.host.run(15_ms);
  EXPECT_EQ(rig.ended, Times{wakes + rig.costs.thread_wake + rig.call});
}

TEST(KeyOperations, AskTheHypervisorUnderTheLockAndWaitForTheirTurn) {
  OperationsRig rig;
  rig.hypervisor = 7_us;
  rig.host.run(15_ms);
  EXPECT_EQ(rig.began, Times{10_ms + 7_us});
  EXPECT_EQ(rig.asked, 1u);
  OperationsRig late;
  late.hypervisor = 7_us;
  late.free = false;
  late.host.at(11_ms, [&] {
    EXPECT_TRUE(late.keyslots.locked());
    EXPECT_TRUE(late.began.empty());
    late.operations.turn();
  });
  late.host.run(15_ms);
  EXPECT_EQ(late.began, Times{11_ms + late.costs.thread_wake});
  EXPECT_EQ(late.asked, 1u) << "not again when it is woken";
  EXPECT_EQ(late.operations.statistics().time, TimeSum{} + (late.ended.at(0) - 10_ms));
}

TEST(KeyOperations, CountThoseThatFail) {
  OperationsRig rig;
  rig.end = KeyWork::End::failed;
  rig.host.run(25_ms);
  EXPECT_EQ(rig.operations.statistics().failures, 2u);
  EXPECT_FALSE(rig.keyslots.locked());
}

TEST(KeyOperations, EndWithTheLastRequest) {
  OperationsRig rig;
  rig.host.at(15_ms, [&] { rig.operations.stop(); });
  rig.host.run();
  EXPECT_EQ(rig.began.size(), 1u);
  OperationsRig waiting;
  ASSERT_EQ(waiting.keyslots.get(7).outcome, Outcome::program);
  waiting.host.at(11_ms, [&] {
    waiting.operations.stop();
    waiting.keyslots.programmed(Keyslot{0}, 7);
    waiting.operations.unlocked();
  });
  waiting.host.run();
  EXPECT_TRUE(waiting.began.empty());
  EXPECT_FALSE(waiting.keyslots.locked());
}

}  // namespace
}  // namespace icesim
