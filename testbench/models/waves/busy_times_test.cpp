// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/odd_system.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/watched_run.hpp"

#include <map>

/// What engine, link and dies are said to do, against what they count, and against the requests.
namespace icesim {
namespace {

using namespace literals;
using test::Values;
using Part = BusyTime::Part;

class BusyNotes : public BusyRecorder {
 public:
  void busy(const BusyTime& time) override { seen[{time.part, time.number}].push_back(time); }
  std::map<std::pair<Part, std::uint32_t>, std::vector<BusyTime>> seen;

  std::uint64_t count(Part part) const { return sum(part, [](const BusyTime&) { return 1; }); }
  std::uint64_t bytes(Part part) const { return sum(part, [](const BusyTime& t) { return t.length.n; }); }
  std::uint64_t time(Part part) const { return sum(part, [](const BusyTime& t) { return (t.end - t.begin).n; }); }

 private:
  template <class Value>
  std::uint64_t sum(Part part, const Value& value) const {
    std::uint64_t all = 0;
    for (const auto& [what, times] : seen)
      for (const BusyTime& each : times) all += what.first == part ? value(each) : 0;
    return all;
  }
};

struct Watched {
  BusyNotes busy;
  test::RequestNotes requests;
  Values values;
};

Watched watched_run(const SystemConfig& config, const std::vector<IoRequest>& list, bool watched = true) {
  Watched run;
  {
    test::Requests source(list);
    Simulation simulation(config, source, "test", 0, {nullptr, &run.requests, nullptr, watched ? &run.busy : nullptr});
    simulation.run();
    run.values = test::values_of(simulation);
  }
  forget_simulation();
  return run;
}

SystemConfig small_system() {
  SystemConfig config;
  config.flash = test::small_flash();
  config.keyslots.num_keyslots = 4;
  config.replay.mode = ReplayMode::asap;
  return config;
}

std::vector<IoRequest> odd_list(std::uint64_t seed) {
  Random random(seed);
  return test::odd_requests(random, 300);
}

TEST(BusyTimes, AreWhatThePartsCount) {
  for (const bool shared : {false, true}) {
    SystemConfig config = small_system();
    if (shared) config.ice.engines = Engines::shared;
    const Watched run = watched_run(config, odd_list(21));
    const Values& v = run.values;
    EXPECT_EQ(run.busy.time(Part::die), v.at("flash.die_busy"));
    EXPECT_EQ(run.busy.count(Part::encrypt), v.at("ice.to_device.jobs"));
    EXPECT_EQ(run.busy.count(Part::decrypt), v.at("ice.to_host.jobs"));
    EXPECT_EQ(run.busy.bytes(Part::encrypt), v.at("ice.to_device.bytes"));
    EXPECT_EQ(run.busy.bytes(Part::decrypt), v.at("ice.to_host.bytes"));
    EXPECT_EQ(run.busy.count(Part::link_to_device), v.at("link.to_device.upius"));
    EXPECT_EQ(run.busy.count(Part::link_to_host), v.at("link.to_host.upius"));
    // Gaps between the frames of a UPIU are part of its time, and each time is cut to whole picoseconds.
    EXPECT_GE(run.busy.time(Part::link_to_device) + run.busy.count(Part::link_to_device), v.at("link.to_device.busy"));
    EXPECT_GE(run.busy.time(Part::link_to_host) + run.busy.count(Part::link_to_host), v.at("link.to_host.busy"));
    EXPECT_GT(run.busy.count(Part::die), 100U);
  }
}

TEST(BusyTimes, ChangeNothing) {
  const Watched seen = watched_run(small_system(), odd_list(22)), unseen = watched_run(small_system(), odd_list(22), false);
  EXPECT_TRUE(test::equal(seen.values, unseen.values));
  EXPECT_TRUE(test::equal(seen.requests.seen, unseen.requests.seen));
}

TEST(BusyTimes, OfOnePartFollowEachOther) {
  const Watched run = watched_run(small_system(), odd_list(23));
  for (const auto& [what, times] : run.busy.seen) {
    Picoseconds free{};
    for (const BusyTime& each : times) {
      ASSERT_GE(each.begin, free) << static_cast<int>(what.first) << " " << what.second;
      ASSERT_GE(each.end, each.begin);
      free = each.end;
    }
  }
}

TEST(BusyTimes, LieInTheLivesOfTheirRequests) {
  const Watched run = watched_run(small_system(), odd_list(24));
  std::map<std::uint64_t, std::pair<Picoseconds, Picoseconds>> lives;
  for (const RequestRecord& r : run.requests.seen) {
    auto& life = lives.try_emplace(r.id, r.timeline.start(), r.timeline.last()).first->second;
    life = {std::min(life.first, r.timeline.start()), std::max(life.second, r.timeline.last())};
  }
  std::size_t told = 0;
  for (const auto& [what, times] : run.busy.seen) {
    for (const BusyTime& each : times) {
      if (each.request == 0) continue;
      ++told;
      ASSERT_TRUE(each.tag);
      ASSERT_EQ(lives.count(each.request), 1U);
      const auto& [start, end] = lives.at(each.request);
      ASSERT_GE(each.begin, start) << each.work << " of " << each.request;
      ASSERT_LE(each.end, end) << each.work << " of " << each.request;
    }
  }
  EXPECT_GT(told, 1000U);
}

TEST(BusyTimes, OfAReadGoFromTheDieThroughTheLinkToTheEngine) {
  SystemConfig config;
  const Watched run = watched_run(config, {test::request(Operation::write, 0, 1, 7), test::request(Operation::read, 0, 1, 7, 1_s)});
  const auto last = [&](Part part) {
    for (const auto& [what, times] : run.busy.seen)
      if (what.first == part)
        for (auto each = times.rbegin(); each != times.rend(); ++each)
          if (each->request == 2 && each->length.n > 0) return *each;
    throw_bug("the read was there");
  };
  const BusyTime link = last(Part::link_to_host), engine = last(Part::decrypt);
  EXPECT_EQ(link.work, "DATA IN");
  EXPECT_EQ(link.length, 4_KiB);
  EXPECT_EQ(engine.length, 4_KiB);
  EXPECT_GT(engine.begin, link.begin);
  EXPECT_GT(engine.end, link.end);
  EXPECT_EQ(link.tag, engine.tag);
}

}  // namespace
}  // namespace icesim
