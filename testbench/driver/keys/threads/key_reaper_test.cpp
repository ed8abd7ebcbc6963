// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/threads/key_reaper.hpp"

#include "testbench/support/rigs/host_port_mock.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using Outcome = KeyslotManager::Outcome;

/// A reaper over a keyslot manager, on a machine with one core.
struct ReaperRig : HostClient {
  explicit ReaperRig(const KeysConfig& config)
      : reaper(config, costs, host, keyslots, 0,
               {[this](Keyslot keyslot) {
                  cleared.emplace_back(keyslot, host.now());
                  if (naps.n > 0) return KeyWork{0_ps, naps, Stage::firmware, KeyWork::End::not_yet};
                  return KeyWork{clear_time};
                },
                [this](std::uint32_t) { return KeyWork{clear_time}; },
                [this] {
                  ++asked;
                  return hypervisor;
                },
                [this] { return free; }}) {
    host.connect(*this);
  }

  Step step(Work work, std::uint32_t value) override {
    if (work.kind == Work::Kind::forget_timer) return reaper.timer();
    if (work.kind == Work::Kind::forget_keys) return reaper.step();
    EXPECT_TRUE(keyslots.locked());
    bool ended = false;
    const Step next = reaper.clear(work, value, ended);
    if (!ended) return next;
    keyslots.unlock();
    unlocked.push_back(host.now());
    return reaper.rest();
  }
  Step interrupt() override { return Step::done(); }

  /// A request with the key, which is programmed if need be, from `from` to `to`.
  void use(KeyId key, Picoseconds from, Picoseconds to) {
    host.at(from, [=] {
      reaper.begins(key);
      const KeyslotManager::Result got = keyslots.get(key);
      outcomes.push_back(got.outcome);
      if (got.outcome == Outcome::program) keyslots.programmed(got.keyslot, key);
      host.at(to, [=] {
        keyslots.put(got.keyslot);
        reaper.ends(key);
      });
    });
  }

  HostCosts costs;
  test::HostPortMock host{1, costs};
  KeyslotManager keyslots{4};
  const Picoseconds clear_time{950'000};
  Picoseconds naps{};  ///< before an eviction
  Picoseconds hypervisor{};
  unsigned asked = 0;
  bool free = true;  ///< the hardware's keyslots are
  KeyReaper reaper;
  std::vector<std::pair<Keyslot, Picoseconds>> cleared;
  std::vector<Picoseconds> unlocked;
  std::vector<Outcome> outcomes;
};

KeysConfig idle(Picoseconds time) {
  KeysConfig config;
  config.life = KeyLifeRule::idle;
  config.idle_time = time;
  return config;
}
KeysConfig lru(std::uint64_t open_keys) {
  KeysConfig config;
  config.life = KeyLifeRule::lru;
  config.open_keys = open_keys;
  return config;
}

constexpr Picoseconds one{1};

TEST(KeyReaper, ClearsTheKeyslotWhenItHasWokenAndHoldsTheLockMeanwhile) {
  ReaperRig rig(idle(1_ms));
  rig.use(7, 0_us, 10_us);
  const Picoseconds clears = 10_us + 1_ms + rig.costs.thread_wake;
  rig.host.run(clears - one);
  EXPECT_EQ(rig.keyslots.key_in(Keyslot{0}), 7u);
  EXPECT_TRUE(rig.cleared.empty());
  rig.host.run(clears);
  ASSERT_EQ(rig.cleared.size(), 1u);
  EXPECT_EQ(rig.cleared[0].second, clears);
  EXPECT_EQ(rig.keyslots.key_in(Keyslot{0}), no_key);
  rig.host.run(clears + rig.clear_time - one);
  EXPECT_TRUE(rig.keyslots.locked());
  EXPECT_EQ(rig.keyslots.get(9).outcome, Outcome::wait_unlocked);
  rig.host.run(clears + rig.clear_time);
  EXPECT_FALSE(rig.keyslots.locked());
  rig.host.run();
  EXPECT_EQ(rig.reaper.statistics().forgotten, 1u);
  EXPECT_EQ(rig.reaper.statistics().cleared, 1u);
}

TEST(KeyReaper, LeavesAKeyForWhichARequestComesBeforeItHasWoken) {
  const Picoseconds wakes = 10_us + 1_ms + HostCosts{}.thread_wake;
  ReaperRig saved(idle(1_ms));
  saved.use(7, 0_us, 10_us);
  saved.use(7, wakes - one, wakes + 20_us);
  saved.host.run(wakes + 20_us);
  EXPECT_EQ(saved.outcomes.back(), Outcome::hit);
  EXPECT_EQ(saved.reaper.statistics().forgotten, 0u);
  saved.host.run();
  EXPECT_EQ(saved.reaper.statistics().forgotten, 1u);
  EXPECT_EQ(saved.cleared[0].second, wakes + 20_us + 1_ms + HostCosts{}.thread_wake);
  ReaperRig late(idle(1_ms));
  late.use(7, 0_us, 10_us);
  late.use(7, wakes + late.clear_time + one, wakes + 20_us);
  late.host.run(wakes + 20_us);
  EXPECT_EQ(late.outcomes.back(), Outcome::program);
}

TEST(KeyReaper, ForgetsOneOfTooManyAtOnceAndOneMoreEachTimeItWakes) {
  ReaperRig rig(lru(1));
  rig.use(7, 0_us, 10_us);
  rig.use(8, 1_us, 11_us);
  rig.use(9, 2_us, 100_us);
  rig.host.run(90_us);
  const Picoseconds first = 10_us + rig.costs.thread_wake;
  const Picoseconds second = first + rig.clear_time + rig.costs.thread_wake;
  ASSERT_EQ(rig.cleared.size(), 2u);
  EXPECT_EQ(rig.cleared[0], std::make_pair(Keyslot{0}, first));
  EXPECT_EQ(rig.cleared[1], std::make_pair(Keyslot{1}, second));
  rig.host.run();
  EXPECT_EQ(rig.cleared.size(), 2u) << "one is left";
}

TEST(KeyReaper, ClearsNothingForAKeyThatIsInNoKeyslot) {
  ReaperRig rig(idle(1_ms));
  for (const KeyId key : {7u, 8u, 9u, 10u, 11u}) rig.use(key, key * 10_us, key * 10_us + 1_us);
  rig.host.run();
  EXPECT_EQ(rig.reaper.statistics().forgotten, 5u);
  EXPECT_EQ(rig.reaper.statistics().cleared, 4u) << "the first has made room for the last";
}

TEST(KeyReaper, WaitsForTheLockAndIsWokenWhenItIsFree) {
  ReaperRig rig(idle(1_ms));
  rig.use(7, 0_us, 10_us);
  const Picoseconds wakes = 10_us + 1_ms + rig.costs.thread_wake;
  rig.host.at(wakes - one, [&] { rig.keyslots.lock(); });
  rig.host.run(wakes + 1_us);
  EXPECT_EQ(rig.reaper.statistics().lock_waits, 1u);
  EXPECT_EQ(rig.keyslots.key_in(Keyslot{0}), 7u);
  rig.host.at(wakes + 2_us, [&] {
    rig.keyslots.unlock();
    rig.reaper.unlocked();
  });
  rig.host.run();
  ASSERT_EQ(rig.cleared.size(), 1u);
  EXPECT_EQ(rig.cleared[0].second, wakes + 2_us + rig.costs.thread_wake);
}

TEST(KeyReaper, HoldsTheLockWhileItSleepsBetweenThePiecesOfAnEviction) {
  ReaperRig rig(idle(1_ms));
  rig.naps = 300_us;
  rig.use(7, 0_us, 10_us);
  const Picoseconds ends = 10_us + 1_ms + rig.costs.thread_wake + rig.naps + rig.costs.thread_wake + rig.clear_time;
  rig.host.run(ends - one);
  EXPECT_EQ(rig.cleared.size(), 1u);
  EXPECT_TRUE(rig.keyslots.locked());
  rig.host.run(ends);
  EXPECT_FALSE(rig.keyslots.locked());
  EXPECT_EQ(rig.unlocked, std::vector<Picoseconds>{ends});
}

KeysConfig by_trace() {
  KeysConfig config;
  config.life = KeyLifeRule::trace;
  return config;
}

TEST(KeyReaper, IsAwakeWhenTheTraceEvictsAKey) {
  ReaperRig rig(by_trace());
  rig.use(7, 0_us, 10_us);
  rig.use(8, 1_us, 11_us);
  rig.host.at(20_us, [&] {
    rig.reaper.evicted(8);
    rig.reaper.evicted(7);
  });
  rig.host.run();
  ASSERT_EQ(rig.cleared.size(), 2u);
  EXPECT_EQ(rig.cleared[0], std::make_pair(Keyslot{1}, 20_us));
  EXPECT_EQ(rig.cleared[1], std::make_pair(Keyslot{0}, 20_us + rig.clear_time));
  EXPECT_EQ(rig.reaper.statistics().late, 0u);
}

TEST(KeyReaper, EvictsAKeyThatIsInUseBehindItsRequests) {
  ReaperRig rig(by_trace());
  rig.use(7, 0_us, 10_us);
  rig.use(7, 2_us, 30_us);
  rig.host.at(5_us, [&] { rig.reaper.evicted(7); });
  rig.host.run(30_us - one);
  EXPECT_TRUE(rig.cleared.empty());
  rig.host.run();
  ASSERT_EQ(rig.cleared.size(), 1u);
  EXPECT_EQ(rig.cleared[0], std::make_pair(Keyslot{0}, 30_us));
  EXPECT_EQ(rig.reaper.statistics().late, 1u);
}

TEST(KeyReaper, LeavesKeysWhenNoRequestComesAnyMore) {
  ReaperRig rig(idle(1_ms));
  rig.use(7, 0_us, 10_us);
  rig.host.at(20_us, [&] { rig.reaper.stop(); });
  rig.host.run();
  EXPECT_EQ(rig.reaper.statistics().forgotten, 0u);
  EXPECT_EQ(rig.keyslots.key_in(Keyslot{0}), 7u);
}

/// When the first key is cleared that is forgotten 1 ms after its end at 1 ms.
Picoseconds cleared_with(Picoseconds hypervisor, Picoseconds free_at, unsigned& asked) {
  ReaperRig rig(idle(1_ms));
  rig.hypervisor = hypervisor;
  rig.free = free_at.n == 0;
  rig.use(1, 0_ps, 1_ms);
  if (!rig.free) {
    rig.host.at(free_at, [&rig] {
      EXPECT_TRUE(rig.cleared.empty());
      EXPECT_TRUE(rig.keyslots.locked()) << "it waits under its lock";
      rig.reaper.turn();
    });
  }
  rig.host.run();
  EXPECT_EQ(rig.cleared.size(), 1u);
  asked = rig.asked;
  return rig.cleared.empty() ? Picoseconds{} : rig.cleared[0].second;
}

TEST(KeyReaper, AsksTheHypervisorOnceForEachKeyItClears) {
  unsigned asked = 0;
  const Picoseconds at_once = cleared_with(0_ps, 0_ps, asked);
  EXPECT_EQ(cleared_with(7_us, 0_ps, asked), at_once + 7_us);
  EXPECT_EQ(asked, 1u);
}

TEST(KeyReaper, WaitsForItsTurnAtTheHardwaresKeyslots) {
  unsigned asked = 0;
  EXPECT_EQ(cleared_with(7_us, 5_ms, asked), 5_ms + HostCosts{}.thread_wake);
  EXPECT_EQ(asked, 1u) << "not again when it is woken";
}

}  // namespace
}  // namespace icesim
