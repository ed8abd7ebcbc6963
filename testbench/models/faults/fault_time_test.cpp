// SPDX-License-Identifier: Apache-2.0
#include "models/faults/fault_injector.hpp"
#include "models/system/forget_simulation.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// Link events and device of a device whose clock has an edge each 10 ns, and that does something on each of some edges.
struct FaultTimeTest : testing::Test, LinkEvents, UpiuSink {
  struct Link : LinkManagement {
    void set_gear(std::uint64_t) override {}
    void reset() override {}
    bool comes_up() override { return true; }
    Picoseconds hibernation_time(bool) const override { return {}; }
    std::uint64_t connected_lanes() const override { return 1; }
    std::uint64_t max_gear() const override { return 1; }
  };

  std::vector<std::string> log;
  Link link;
  std::unique_ptr<Agenda> agenda;
  std::unique_ptr<Agenda::Wake> works;
  std::unique_ptr<FaultInjector> faults;
  LinkManagement* management = nullptr;

  void note(const std::string& what) { log.push_back(what + " " + std::to_string(agenda->now().n)); }
  void link_lost(Picoseconds at) override { note("link lost at " + std::to_string(at.n) + ","); }
  void data_link_error(std::uint32_t, Picoseconds) override {}
  void receive(const Upiu&, Cycles, Picoseconds) override {}
  void link_reset() override { note("reset"); }
  void step() { note("work"); }

  /// Runs with work at `at`.
  std::vector<std::string> run(const std::string& fault, Picoseconds begin, std::initializer_list<Picoseconds> at, bool up = true) {
    log.clear();
    agenda = std::make_unique<Agenda>("agenda", Agenda::Pace::ahead);
    works = std::make_unique<Agenda::Wake>(*agenda, run_step<FaultTimeTest, &FaultTimeTest::step>, this);
    faults = std::make_unique<FaultInjector>(*agenda, std::vector<Fault>{Fault::parse(fault)}, 32);
    management = &faults->between(static_cast<LinkManagement&>(link));
    const ClockDomain clock(Hertz{100'000'000}, Cycles{2});
    faults->connect({*this, *this, [this] { note("power lost"); return std::uint64_t{7}; }, clock, true});
    if (up) up = management->comes_up();
    for (const Picoseconds each : at) works->no_later_than(each);
    faults->begin(begin);
    sc_core::sc_start();
    return log;
  }
  void forget() {
    faults.reset();
    works.reset();
    agenda.reset();
    forget_simulation();
  }
  void TearDown() override { forget(); }
};

using Log = std::vector<std::string>;

TEST_F(FaultTimeTest, PowerGoesOnTheFirstEdgeAtOrAfterItsTimeBehindWhatIsDoneOnIt) {
  EXPECT_EQ(run("power-loss@20ns", 30_ns, {50_ns}), (Log{"work 50000", "link lost at 50000, 50000", "reset 50000", "power lost 50000"}));
  EXPECT_EQ(faults->outcomes()[0].at, 50_ns);
  EXPECT_EQ(faults->outcomes()[0].lost_blocks, 7u);
  forget();
  EXPECT_EQ(run("power-loss@20001ps", 30_ns, {}), (Log{"link lost at 60000, 60000", "reset 60000", "power lost 60000"}));
  forget();
  EXPECT_EQ(run("power-loss@19999ps", 30_ns, {}).back(), "power lost 50000");
}

TEST_F(FaultTimeTest, ALinkThatIsNotUpIsNotLost) {
  EXPECT_EQ(run("power-loss@0ps", 30_ns, {}, false), (Log{"reset 30000", "power lost 30000"}));
}

TEST_F(FaultTimeTest, NothingHappensBehindTheEndOrAtTimesThatNeverCome) {
  EXPECT_EQ(run("power-loss@18446744073709551615ps", 30_ns, {40_ns}), (Log{"work 40000"}));
  EXPECT_FALSE(agenda->out_of_time());
  EXPECT_FALSE(faults->outcomes()[0].happened);
}

}  // namespace
}  // namespace icesim
