// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/threads/key_restorer.hpp"

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
      : restorer(1_ms, costs, host, keyslots, 0, at_once,
                 [this](Keyslot keyslot) {
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
    keyslots.unlock();
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
