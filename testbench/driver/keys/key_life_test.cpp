// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/key_life.hpp"

#include "icesim/base/error.hpp"
#include "testbench/support/random_cases.hpp"

#include <map>
#include <vector>

namespace icesim {
namespace {

using namespace literals;

KeysConfig lru(std::uint64_t open_keys) {
  KeysConfig config;
  config.life = KeyLifeRule::lru;
  config.open_keys = open_keys;
  return config;
}
KeysConfig idle(Picoseconds time) {
  KeysConfig config;
  config.life = KeyLifeRule::idle;
  config.idle_time = time;
  return config;
}

TEST(KeyLife, ForgetsTheKeyThatEndedLongestAgoWhenThereAreTooMany) {
  KeyLife life(lru(2));
  for (const KeyId key : {7u, 8u, 7u}) {
    life.begins(key);
    life.ends(key, 1_us);
  }
  EXPECT_EQ(life.open(), 2u);
  EXPECT_EQ(life.due(2_us), KeyLife::never);
  life.begins(9);
  EXPECT_EQ(life.due(2_us), 2_us);
  EXPECT_EQ(life.forget(), 8u);
  EXPECT_EQ(life.due(2_us), KeyLife::never);
  life.begins(8);
  EXPECT_EQ(life.open(), 3u) << "it is opened again";
  EXPECT_EQ(life.forget(), 7u);
}

TEST(KeyLife, NeverForgetsAKeyThatRequestsUse) {
  KeyLife life(lru(1));
  for (const KeyId key : {7u, 8u, 9u, 7u}) life.begins(key);
  EXPECT_EQ(life.due(2_us), KeyLife::never);
  EXPECT_THROW(life.forget(), Bug);
  life.ends(7, 3_us);
  EXPECT_EQ(life.due(3_us), KeyLife::never) << "another one uses it";
  life.ends(7, 4_us);
  EXPECT_EQ(life.due(4_us), 4_us);
  EXPECT_EQ(life.forget(), 7u);
  EXPECT_EQ(life.due(4_us), KeyLife::never);
  EXPECT_THROW(life.ends(7, 5_us), Bug);
  EXPECT_THROW(life.ends(10, 5_us), Bug);
}

TEST(KeyLife, ForgetsAKeyThatWasIdleForTheTime) {
  KeyLife life(idle(10_us));
  life.begins(7);
  EXPECT_EQ(life.due(50_us), KeyLife::never);
  life.ends(7, 50_us);
  life.begins(8);
  life.ends(8, 52_us);
  EXPECT_EQ(life.due(50_us), 60_us);
  life.begins(7);
  EXPECT_EQ(life.due(55_us), 62_us);
  life.ends(7, 58_us);
  EXPECT_EQ(life.due(62_us), 62_us);
  EXPECT_EQ(life.forget(), 8u);
  EXPECT_EQ(life.due(62_us), 68_us);
  EXPECT_EQ(life.due(70_us), 70_us) << "it is late";
}

KeysConfig by_trace() {
  KeysConfig config;
  config.life = KeyLifeRule::trace;
  return config;
}

TEST(KeyLife, ForgetsKeysThatTheTraceEvictsInItsOrderAndNoOthers) {
  KeyLife life(by_trace());
  for (const KeyId key : {7u, 8u, 9u}) {
    life.begins(key);
    life.ends(key, 1_us);
  }
  EXPECT_EQ(life.due(9_us), KeyLife::never);
  EXPECT_TRUE(life.evicted(9));
  EXPECT_TRUE(life.evicted(7));
  EXPECT_TRUE(life.evicted(9)) << "once more, which is nothing";
  EXPECT_TRUE(life.evicted(10)) << "nobody knows it";
  EXPECT_EQ(life.due(9_us), 9_us);
  EXPECT_EQ(life.forget(), 9u);
  EXPECT_EQ(life.forget(), 7u);
  EXPECT_EQ(life.due(9_us), KeyLife::never);
  EXPECT_EQ(life.open(), 1u);
  life.begins(7);
  life.ends(7, 10_us);
  EXPECT_EQ(life.due(10_us), KeyLife::never) << "it is a new key";
}

TEST(KeyLife, KeepsAKeyThatTheTraceEvictsUntilItsRequestsHaveEnded) {
  KeyLife life(by_trace());
  life.begins(7);
  life.begins(7);
  EXPECT_FALSE(life.evicted(7));
  EXPECT_EQ(life.due(1_us), KeyLife::never);
  life.ends(7, 1_us);
  EXPECT_EQ(life.due(1_us), KeyLife::never);
  life.ends(7, 2_us);
  EXPECT_EQ(life.due(2_us), 2_us);
  life.begins(7);
  EXPECT_EQ(life.due(2_us), KeyLife::never) << "one more has come before it was forgotten";
  life.ends(7, 3_us);
  EXPECT_EQ(life.due(3_us), 3_us);
  EXPECT_EQ(life.forget(), 7u);
  EXPECT_EQ(life.open(), 0u);
}

/// Keys with the requests that use them, and when the last one ended.
struct PlainLife {
  struct Key {
    int requests = 0;
    std::uint64_t ended = 0;  ///< as which end of all
    Picoseconds at{};
  };
  std::map<KeyId, Key> open;
  std::uint64_t ends = 0;

  KeyId first() const {
    KeyId found = no_key;
    for (const auto& [key, each] : open)
      if (each.requests == 0 && (found == no_key || each.ended < open.at(found).ended)) found = key;
    return found;
  }
  Picoseconds due(const KeysConfig& config, Picoseconds now) const {
    const KeyId key = first();
    if (key == no_key) return KeyLife::never;
    if (config.life == KeyLifeRule::lru) return open.size() > config.open_keys ? now : KeyLife::never;
    return std::max(now, open.at(key).at + config.idle_time);
  }
};

TEST(KeyLife, EqualsAPlainModelStepByStep) {
  test::check_cases(300, [] {
    const KeysConfig config = *rc::gen::arbitrary<bool>().as("lru") ? lru(*rc::gen::inRange<std::uint64_t>(1, 6))
                                                                   : idle(Picoseconds{*rc::gen::inRange<std::uint64_t>(1, 60)});
    KeyLife life(config);
    PlainLife plain;
    Picoseconds now{};
    const auto steps = *rc::gen::container<std::vector<std::pair<int, KeyId>>>(
        rc::gen::pair(rc::gen::inRange(0, 30), rc::gen::inRange<KeyId>(1, 9)));
    for (const auto& [what, key] : steps) {
      now += Picoseconds{static_cast<std::uint64_t>(what) / 3};
      const auto found = plain.open.find(key);
      if (what % 3 == 0 && found != plain.open.end() && found->second.requests > 0) {
        life.ends(key, now);
        if (--found->second.requests == 0) found->second.ended = ++plain.ends;
        found->second.at = now;
      } else if (what % 3 == 1) {
        life.begins(key);
        ++plain.open[key].requests;
      }
      RC_ASSERT(life.due(now) == plain.due(config, now));
      RC_ASSERT(life.open() == plain.open.size());
      if (life.due(now) != now || what % 3 != 2) continue;
      RC_ASSERT(life.forget() == plain.first());
      plain.open.erase(plain.first());
    }
  });
}

}  // namespace
}  // namespace icesim
