// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/miss_curve.hpp"
#include "testbench/support/odd_system.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using namespace literals;
using test::Values;

SystemConfig with_life(KeyLifeRule rule) {
  SystemConfig config;
  config.keys.life = rule;
  return config;
}

Values replay_lru(std::uint64_t open_keys, std::uint64_t keyslots) {
  SystemConfig config = with_life(KeyLifeRule::lru);
  config.keys.open_keys = open_keys;
  config.keyslots.num_keyslots = keyslots;
  return test::simulate(config, test::k61);
}

TEST(SimulationKeyLife, WithManyKeyslotsKeysAreProgrammedAsOftenAsTheyAreOpened) {
  const MissCurve opened = miss_curve(*open_trace(test::bundled(test::k61)));
  for (const std::uint64_t open_keys : {4u, 16u, 64u, 200u}) {
    const Values v = replay_lru(open_keys, 256);
    EXPECT_GE(v.at("keyslots.programs"), opened.misses(open_keys) * 99 / 100) << open_keys;
    EXPECT_LE(v.at("keyslots.programs"), opened.misses(open_keys) * 101 / 100) << open_keys;
    EXPECT_GE(v.at("keyslots.forgotten") + open_keys, v.at("keyslots.programs")) << "all others have been open before";
    EXPECT_EQ(v.at("keyslots.cleared"), v.at("keyslots.forgotten"));
    EXPECT_EQ(v.at("keyslots.evictions"), 0u);
    EXPECT_EQ(v.at("keyslots_hw.programs"), v.at("keyslots.programs"));
    EXPECT_GE(v.at("keyslots_hw.evictions"), v.at("keyslots.cleared"));
    EXPECT_EQ(v.at("keyslots_hw.hazards"), 0u);
  }
}

TEST(SimulationKeyLife, KeysThatAreAllKeptLiveForEver) {
  Values kept = replay_lru(1'000'000, 8);
  EXPECT_EQ(kept.at("keyslots.forgotten"), 0u);
  for (const char* own : {"keyslots.forgotten", "keyslots.cleared", "keyslots.forgotten_late", "keyslots.forget_lock_waits"}) kept.erase(own);
  SystemConfig forever;
  forever.keyslots.num_keyslots = 8;
  EXPECT_TRUE(test::equal(kept, test::simulate(forever, test::k61)));
}

/// Two reads with one key, the second so long after the end of the first.
Values two_reads(Picoseconds between) {
  SystemConfig config = with_life(KeyLifeRule::idle);
  config.keys.idle_time = 2_ms;
  test::Requests alone({test::request(Operation::read, 0, 1, 7)});
  const test::Observed first = test::observe(config, alone);
  const Picoseconds ended = first.seen[0].end() - first.started;
  test::Requests both({test::request(Operation::read, 0, 1, 7), test::request(Operation::read, 100, 1, 7, ended + between)});
  return test::simulate(config, both);
}

TEST(SimulationKeyLife, AnIdleKeyIsMissedFromTheTimeItIsForgotten) {
  const Picoseconds forgotten = 2_ms + HostCosts{}.thread_wake;
  const Values before = two_reads(forgotten - Picoseconds{1});
  EXPECT_EQ(before.at("keyslots.hits"), 1u);
  EXPECT_EQ(before.at("keyslots.programs"), 1u);
  EXPECT_EQ(before.at("keyslots.forgotten"), 0u) << "nothing is forgotten behind the last request";
  const Values after = two_reads(forgotten + Picoseconds{1});
  EXPECT_EQ(after.at("keyslots.hits"), 0u);
  EXPECT_EQ(after.at("keyslots.programs"), 2u);
  EXPECT_EQ(after.at("keyslots.forgotten"), 1u);
  EXPECT_EQ(after.at("stages.keyslot_lock"), 0u) << "the request is not so far while the lock is held";
}

/// Requests, and events of keys in front of those whose times are not before theirs.
class RequestsAndEvents : public test::Requests {
 public:
  RequestsAndEvents(std::vector<IoRequest> list, std::vector<KeyEvent> events)
      : Requests(std::move(list)), events_(std::move(events)) {}
  void tell_keys(KeyListener& listener) override { listener_ = &listener; }
  bool next(IoRequest& request) override {
    const bool more = Requests::next(request);
    for (; listener_ != nullptr && told_ < events_.size() && (!more || events_[told_].time <= request.time); ++told_)
      listener_->key_event(events_[told_]);
    return more;
  }

 private:
  std::vector<KeyEvent> events_;
  std::size_t told_ = 0;
  KeyListener* listener_ = nullptr;
};

using Kind = KeyEvent::Kind;

TEST(SimulationKeyLife, ByTheTraceAKeyIsClearedAtItsTimeInEveryModeOfReplay) {
  const std::vector<IoRequest> list{test::request(Operation::write, 0, 1, 7), test::request(Operation::read, 0, 1, 7, 5_ms),
                                    test::request(Operation::read, 0, 1, 7, 9_ms)};
  const std::vector<KeyEvent> events{{Picoseconds{}, Kind::birth, 7}, {6_ms, Kind::eviction, 7}, {8_ms, Kind::suspend},
                                     {8_ms, Kind::resume},            {9_ms, Kind::birth, 7},    {20_ms, Kind::eviction, 7}};
  for (const ReplayMode mode : {ReplayMode::open, ReplayMode::closed, ReplayMode::asap}) {
    SystemConfig config = with_life(KeyLifeRule::trace);
    config.payload = Payload::verify;
    config.replay.mode = mode;
    config.replay.queue_depth = 1;
    RequestsAndEvents source(list, events);
    const Values v = test::simulate(config, source);
    EXPECT_EQ(v.at("keyslots.programs"), 2u);
    EXPECT_EQ(v.at("keyslots.hits"), 1u);
    EXPECT_EQ(v.at("keyslots.forgotten"), 1u) << "and nothing behind the last request";
    EXPECT_EQ(v.at("keyslots.cleared"), 1u);
    EXPECT_EQ(v.at("payload.mismatches"), 0u);
    RequestsAndEvents unheard(list, events);
    config.keys.life = KeyLifeRule::forever;
    EXPECT_EQ(test::simulate(config, unheard).at("keyslots.programs"), 1u);
  }
}

TEST(SimulationKeyLife, ARequestThatWasHeldGoesOutWhenTheTraceSaysSo) {
  std::vector<IoRequest> list{test::request(Operation::read, 0, 1, 7), test::request(Operation::read, 9, 1, 8, 1_us),
                              test::request(Operation::read, 18, 1, 9, 3_ms)};
  list[0].flags = IoRequest::held;
  list[2].flags = IoRequest::held;  // and nothing says until when
  const std::vector<KeyEvent> events{{2_ms, Kind::issue, 2}};
  SystemConfig config = with_life(KeyLifeRule::trace);
  RequestsAndEvents source(list, events);
  const test::Observed held = test::observe(config, source);
  ASSERT_EQ(held.seen.size(), 3u);
  const auto ended = [](const test::Observed& run, std::size_t i) { return run.seen[i].end() - run.started; };
  Picoseconds before_the_doorbell{};
  for (const Stage stage : {Stage::cpu, Stage::submit, Stage::keyslot_program, Stage::plug})
    before_the_doorbell += held.seen[0].timeline.spent(stage);
  EXPECT_EQ(before_the_doorbell, 2_ms);
  EXPECT_LT(ended(held, 0), 3_ms);
  EXPECT_LT(ended(held, 1), 2_ms);
  EXPECT_LT(ended(held, 2), 4_ms);
  list[2].time = Picoseconds{std::uint64_t{3600} * 1'000'000'000'000};
  RequestsAndEvents for_an_hour(list, {{list[2].time, Kind::issue, 2}});
  EXPECT_GE(ended(test::observe(config, for_an_hour), 0), list[2].time);
  config.replay.mode = ReplayMode::closed;
  RequestsAndEvents free(list, events);
  EXPECT_LT(ended(test::observe(config, free), 0), 2_ms) << "only in open mode";
}

TEST(SimulationKeyLife, TheDevicesKeyIsInAKeyslotNearlyAlwaysAndNeverForgotten) {
  SystemConfig config;
  config.keyslots.num_keyslots = 4;
  const Values without = test::simulate(config, test::k61);
  config.keys.device_key = true;
  const Values with = test::simulate(config, test::k61);
  EXPECT_GT(with.at("keyslots.programs"), without.at("keyslots.programs")) << "one keyslot less for the files";
  EXPECT_GT(with.at("keyslots.hits"), without.at("keyslots.hits"));
  EXPECT_EQ(with.at("ice.to_device.bypassed"), 0u) << "no block goes plain";
  EXPECT_LT(with.at("ice.to_host.bypassed"), 4096u) << "but what the initialisation reads";
  EXPECT_GT(without.at("ice.to_device.bypassed"), 0u);
  test::Requests plain({test::request(Operation::write, 5, 1), test::request(Operation::read, 5, 1, no_key, 9_ms),
                        test::request(Operation::write, 9, 1, no_key, 20_ms)});
  config.payload = Payload::verify;
  config.keys.life = KeyLifeRule::idle;
  config.keys.idle_time = 1_us;
  const Values v = test::simulate(config, plain);
  EXPECT_EQ(v.at("keyslots.programs"), 1u);
  EXPECT_EQ(v.at("keyslots.hits"), 2u);
  EXPECT_EQ(v.at("payload.mismatches"), 0u);
}

TEST(SimulationKeyLife, KeysComeAndGoWithoutHarm) {
  test::check_cases(25, [] {
    Random random(*rc::gen::arbitrary<std::uint64_t>().as("seed"));
    SystemConfig config = test::odd_system(random);
    config.keys.life = std::array{KeyLifeRule::lru, KeyLifeRule::idle, KeyLifeRule::trace}[random.below(3)];
    config.keys.open_keys = 1 + random.below(5);
    config.keys.idle_time = Picoseconds{std::uint64_t{1'000'000} << random.below(12)};
    config.keys.device_key = random.chance(30);
    config.keys.optimum = true;
    config.keys.replacement = static_cast<ReplacementPolicy>(random.below(KeysConfig::policies.size()));
    std::vector<IoRequest> list = test::odd_requests(random, 60);
    std::vector<KeyEvent> events;
    for (IoRequest& each : list) {
      if (random.chance(10)) each.flags = static_cast<std::uint8_t>(each.flags | IoRequest::held);
      if (random.chance(30)) events.push_back({each.time, Kind::eviction, static_cast<KeyId>(1 + random.below(9))});
      if (random.chance(20) && &each != list.data()) events.push_back({each.time, Kind::issue, 1});
    }
    RequestsAndEvents source(list, events);
    const Values v = test::simulate(config, source);
    RC_ASSERT(v.at("driver.requests_completed") == 60u);
    RC_ASSERT(v.at("payload.mismatches") == 0u);
    RC_ASSERT(v.at("keyslots_hw.hazards") == 0u);
    RC_ASSERT(v.at("keyslots_hw.violations") == 0u);
    RC_ASSERT(v.at("keyslots.cleared") <= v.at("keyslots.forgotten"));
    RC_ASSERT(v.at("keyslots.programs") >= v.at("keyslots.fewest_programs"));
  });
}

}  // namespace
}  // namespace icesim
