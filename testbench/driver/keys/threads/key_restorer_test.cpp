// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/threads/key_restorer.hpp"

#include "icesim/driver/keys/replacement/make_replacement.hpp"
#include "testbench/support/rigs/host_port_mock.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using Outcome = KeyslotManager::Outcome;

constexpr Picoseconds smallest{1};

/// A restorer over a keyslot manager, on a machine with one core.
struct RestorerRig : HostClient {
  explicit RestorerRig(bool at_once = false)
      : restorer(1_ms, costs, host, std::vector<KeyslotManager*>{&keyslots}, 0, at_once,
                 [this](Keyslot keyslot, KeyId) {
                   written.emplace_back(keyslot.n, host.now());
                   if (naps.n > 0) return KeyWork{0_ps, naps, Stage::firmware, KeyWork::End::not_yet};
                   return KeyWork{write_time, 0_ps, Stage::keyslot_program, end};
                 },
                 [this](std::uint32_t) { return KeyWork{write_time}; }) {
    host.connect(*this);
  }

  Step step(Work work, std::uint32_t value) override {
    EXPECT_TRUE(work.of_key_restorer() && work.is_rare() && !work.of_key_reaper());
    EXPECT_TRUE(keyslots.locked());
    bool restored = false;
    const Step next = restorer.step(work, value, restored);
    if (!restored) return next;
    restorer.free();
    freed.push_back(host.now());
    return next;
  }
  Step interrupt() override { return Step::done(); }

  /// Puts a key in a keyslot, and leaves it there idle.
  void put_in(KeyId key) {
    const KeyslotManager::Result got = keyslots.get(key);
    ASSERT_EQ(got.outcome, Outcome::program);
    keyslots.programmed(got.keyslot, key);
    keyslots.put(got.keyslot);
  }
  void at(Picoseconds when, std::function<void()> what) { host.at(when, std::move(what)); }

  HostCosts costs;
  test::HostPortMock host{1, costs};
  KeyslotManager keyslots{5};
  const Picoseconds write_time{950'000};
  Picoseconds naps{};  ///< before a key is written
  KeyWork::End end = KeyWork::End::done;
  KeyRestorer restorer;
  std::vector<std::pair<std::uint64_t, Picoseconds>> written;
  std::vector<Picoseconds> freed;
};

TEST(KeyRestorer, ARequestAfterTheIdleTimeResumesTheControllerAndNoneBefore) {
  for (const Picoseconds gap : {1_ms - smallest, 1_ms}) {
    RestorerRig rig;
    rig.put_in(7);
    bool first = true, second = false;
    rig.at(10_us, [&] { first = rig.restorer.begins(); });
    rig.at(20_us, [&] { rig.restorer.ends(); });
    rig.at(20_us + gap, [&] { second = rig.restorer.begins(); });
    rig.host.run();
    EXPECT_FALSE(first) << "the service has only begun";
    EXPECT_EQ(second, gap == 1_ms);
    EXPECT_EQ(rig.restorer.statistics().restores, gap == 1_ms ? 1u : 0u);
  }
}

TEST(KeyRestorer, WhileARequestIsUnderWayTheControllerHasPower) {
  RestorerRig rig;
  rig.put_in(7);
  rig.at(0_us, [&] { EXPECT_FALSE(rig.restorer.begins()); });
  rig.at(5_ms, [&] { EXPECT_FALSE(rig.restorer.begins()) << "the first one is under way"; });
  rig.at(6_ms, [&] { rig.restorer.ends(); });
  rig.at(7_ms, [&] { rig.restorer.ends(); });
  rig.at(8_ms - smallest, [&] { EXPECT_FALSE(rig.restorer.begins()) << "idle from the last end on"; });
  rig.host.run();
}

TEST(KeyRestorer, WritesAllKeysInOrderUnderTheLockAndThenFreesIt) {
  RestorerRig rig;
  for (const KeyId key : {7u, 8u, 9u}) rig.put_in(key);
  Keyslot gone;
  ASSERT_EQ(rig.keyslots.evict(8, gone), KeyslotManager::EvictResult::evicted);
  rig.at(1_ms, [&] {
    EXPECT_TRUE(rig.restorer.begins());
    EXPECT_TRUE(rig.keyslots.locked()) << "from the same instant on";
    EXPECT_EQ(rig.keyslots.get(7).outcome, Outcome::wait_unlocked);
    EXPECT_FALSE(rig.restorer.resumed()) << "one at a time";
  });
  const Picoseconds begins = 1_ms + rig.costs.thread_wake;
  const Picoseconds ends = begins + rig.write_time + rig.write_time;
  rig.host.run(ends - smallest);
  using Written = std::vector<std::pair<std::uint64_t, Picoseconds>>;
  EXPECT_EQ(rig.written, (Written{{0, begins}, {2, begins + rig.write_time}}));
  EXPECT_TRUE(rig.keyslots.locked());
  rig.host.run();
  EXPECT_EQ(rig.freed, std::vector<Picoseconds>{ends});
  EXPECT_EQ(rig.restorer.statistics().keys, 2u);
  EXPECT_EQ(rig.restorer.statistics().time, TimeSum{} + (ends - 1_ms));
  EXPECT_FALSE(rig.restorer.unlocked()) << "the resume meanwhile needs no restore of its own";
  EXPECT_TRUE(rig.restorer.resumed()) << "a later one does";
  rig.host.run();
  EXPECT_EQ(rig.restorer.statistics().keys, 4u);
}

TEST(KeyRestorer, KeysThatThePathRemembersComeBackInOnePiece) {
  RestorerRig rig(true);
  for (const KeyId key : {7u, 8u, 9u}) rig.put_in(key);
  rig.at(1_ms, [&] { EXPECT_TRUE(rig.restorer.resumed()); });
  rig.host.run();
  EXPECT_EQ(rig.written.size(), 1u);
  EXPECT_EQ(rig.restorer.statistics().keys, 3u);
  EXPECT_EQ(rig.freed, std::vector<Picoseconds>{1_ms + rig.costs.thread_wake + rig.write_time});
}

TEST(KeyRestorer, TheThreadMaySleepBetweenPieces) {
  RestorerRig rig;
  rig.naps = 30_ms;
  rig.put_in(7);
  rig.put_in(8);
  rig.at(1_ms, [&] { EXPECT_TRUE(rig.restorer.resumed()); });
  rig.host.run();
  const Picoseconds each = 30_ms + rig.costs.thread_wake + rig.write_time;
  EXPECT_EQ(rig.freed, std::vector<Picoseconds>{1_ms + rig.costs.thread_wake + each + each});
}

TEST(KeyRestorer, WaitsForTheLockThatAnotherHolds) {
  RestorerRig rig;
  rig.put_in(7);
  ASSERT_EQ(rig.keyslots.get(8).outcome, Outcome::program);
  EXPECT_FALSE(rig.restorer.unlocked()) << "it does not wait";
  EXPECT_FALSE(rig.restorer.resumed());
  EXPECT_FALSE(rig.restorer.resumed()) << "it waits once";
  rig.keyslots.programmed(Keyslot{1}, 8);
  EXPECT_TRUE(rig.restorer.unlocked());
  EXPECT_TRUE(rig.keyslots.locked());
  rig.host.run();
  EXPECT_EQ(rig.restorer.statistics().restores, 1u);
  EXPECT_EQ(rig.restorer.statistics().keys, 2u);
  EXPECT_FALSE(rig.keyslots.locked());
}

/// Two virtual machines, each with its keyslots and its lock.
struct TwoManagers : HostClient {
  KeyslotManager first{2};
  KeyslotManager second{3, make_replacement({}, 3, 0), Keyslot{2}};
  HostCosts costs;
  test::HostPortMock host{1, costs};
  std::vector<std::uint64_t> written;
  bool restored = false;
  KeyRestorer restorer{1_ms, costs, host, {&first, &second}, 0, false,
                       [this](Keyslot keyslot, KeyId key) {
                         written.insert(written.end(), {keyslot.n, key});
                         return KeyWork{1_us};
                       },
                       [](std::uint32_t) { return KeyWork{}; }};

  TwoManagers() { host.connect(*this); }
  Step step(Work work, std::uint32_t value) override {
    EXPECT_TRUE(first.locked() && second.locked());
    const Step next = restorer.step(work, value, restored);
    if (restored) restorer.free();
    return next;
  }
  Step interrupt() override { return Step::done(); }
  static void put_in(KeyslotManager& keyslots, KeyId key) {
    const Keyslot got = keyslots.get(key).keyslot;
    keyslots.programmed(got, key);
    keyslots.put(got);
  }
};

TEST(KeyRestorer, WritesTheKeysOfAllManagersUnderAllTheirLocks) {
  TwoManagers vms;
  vms.put_in(vms.first, 7);
  vms.put_in(vms.second, 8);
  vms.put_in(vms.second, 9);
  EXPECT_TRUE(vms.restorer.resumed());
  EXPECT_TRUE(vms.first.locked() && vms.second.locked());
  vms.host.run();
  EXPECT_EQ(vms.written, (std::vector<std::uint64_t>{0, 7, 2, 8, 3, 9}));
  EXPECT_TRUE(vms.restored);
  EXPECT_FALSE(vms.first.locked() || vms.second.locked());
  EXPECT_EQ(vms.restorer.statistics().restores, 1u);
  EXPECT_EQ(vms.restorer.statistics().keys, 3u);
}

TEST(KeyRestorer, TakesEachLockAsSoonAsItIsFreeAndBeginsWithAll) {
  TwoManagers vms;
  vms.put_in(vms.second, 8);
  ASSERT_EQ(vms.second.get(9).outcome, Outcome::program);
  EXPECT_FALSE(vms.restorer.resumed());
  EXPECT_TRUE(vms.first.locked()) << "nobody may come between";
  vms.host.run();
  EXPECT_TRUE(vms.written.empty());
  EXPECT_FALSE(vms.restorer.unlocked()) << "it was another lock";
  vms.second.programmed(Keyslot{3}, 9);
  EXPECT_TRUE(vms.restorer.unlocked());
  vms.host.run();
  EXPECT_EQ(vms.written, (std::vector<std::uint64_t>{2, 8, 3, 9}));
  EXPECT_FALSE(vms.first.locked() || vms.second.locked());
}

TEST(KeyRestorer, GivesTheLocksBackWhereTheKeyThatItWaitedForIsNot) {
  TwoManagers vms;
  const Keyslot got = vms.second.get(9).keyslot;
  EXPECT_FALSE(vms.restorer.resumed());
  vms.second.programmed(got, 9, false);
  EXPECT_TRUE(vms.restorer.unlocked());
  vms.host.run();
  EXPECT_TRUE(vms.written.empty());
  EXPECT_TRUE(vms.restored);
  EXPECT_FALSE(vms.first.locked() || vms.second.locked());
}

TEST(KeyRestorer, WithoutKeysThereIsNothingToDo) {
  RestorerRig rig;
  EXPECT_FALSE(rig.restorer.resumed());
  EXPECT_FALSE(rig.keyslots.locked());
  EXPECT_EQ(rig.restorer.statistics().restores, 0u);
}

TEST(KeyRestorer, AKeyThatCannotBeWrittenIsStillBelievedInPlace) {
  RestorerRig rig;
  rig.end = KeyWork::End::failed;
  rig.put_in(7);
  rig.put_in(8);
  EXPECT_TRUE(rig.restorer.resumed());
  rig.host.run();
  EXPECT_EQ(rig.written.size(), 2u);
  EXPECT_EQ(rig.restorer.statistics().failures, 2u);
  EXPECT_EQ(rig.keyslots.key_in(Keyslot{0}), 7u);
}

}  // namespace
}  // namespace icesim
