// SPDX-License-Identifier: Apache-2.0
#include "models/base/agenda.hpp"

#include "icesim/base/error.hpp"
#include "models/base/interrupt_line.hpp"
#include "models/system/forget_simulation.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// A module that notes when it was woken, and then does what the test says.
struct Sleeper {
  Sleeper(Agenda& agenda, std::vector<std::pair<int, Picoseconds>>& all, int number)
      : log(all), name(number), wake(agenda, run_step<Sleeper, &Sleeper::step>, this) {}
  void step() {
    log.push_back({name, wake.now()});
    if (then) then(*this);
  }
  std::vector<std::pair<int, Picoseconds>>& log;
  int name;
  Agenda::Wake wake;
  std::function<void(Sleeper&)> then;
};

/// Something outside that the kernel wakes by itself; notes the kernel's time.
struct Outsider : sc_core::sc_module {
  Outsider(const sc_core::sc_module_name& name, std::vector<std::pair<int, Picoseconds>>& all)
      : sc_module(name), log(all) {
    SC_HAS_PROCESS(Outsider);
    SC_METHOD(step);
    sensitive << event;
    dont_initialize();
  }
  void step() { log.push_back({99, kernel_now()}); }
  std::vector<std::pair<int, Picoseconds>>& log;
  sc_core::sc_event event{"event"};
};

class AgendaTest : public testing::Test {
 public:
  using Log = std::vector<std::pair<int, Picoseconds>>;

  ~AgendaTest() override {
    a.reset();
    b.reset();
    line.reset();
    outsider.reset();
    agenda.reset();
    forget_simulation();
  }
  void build(Agenda::Pace pace) {
    agenda = std::make_unique<Agenda>("agenda", pace);
    outsider = std::make_unique<Outsider>("outsider", log);
    line = std::make_unique<InterruptLine>("line", *agenda);
    a = std::make_unique<Sleeper>(*agenda, log, 1);
    b = std::make_unique<Sleeper>(*agenda, log, 2);
    sc_core::sc_start(to_sc_time(1_ps));
  }

  Log log;
  std::unique_ptr<Agenda> agenda;
  std::unique_ptr<Outsider> outsider;
  std::unique_ptr<InterruptLine> line;
  std::unique_ptr<Sleeper> a, b;
};

TEST_F(AgendaTest, WakesAtTheEarliestTimeThatWasAskedFor) {
  build(Agenda::Pace::kernel);
  a->wake.no_later_than(30_ps);
  a->wake.no_later_than(20_ps);
  a->wake.no_later_than(40_ps);
  sc_core::sc_start(to_sc_time(19_ps));
  EXPECT_TRUE(log.empty()) << "one instant early";
  sc_core::sc_start(to_sc_time(1_ps));
  EXPECT_EQ(log, (Log{{1, 20_ps}}));
  sc_core::sc_start(to_sc_time(50_ps));
  EXPECT_EQ(log.size(), 1u) << "once woken, nothing is asked for any more";
}

TEST_F(AgendaTest, WakesEveryOneOfManyAndThoseOfOneInstantInTheOrderOfTheirPlaces) {
  build(Agenda::Pace::ahead);
  a.reset();
  b.reset();
  std::vector<std::unique_ptr<Sleeper>> many;
  for (int number = 0; number < 16; ++number) many.push_back(std::make_unique<Sleeper>(*agenda, log, number));
  Log one_by_one, together;
  for (auto sleeper = many.rbegin(); sleeper != many.rend(); ++sleeper) {
    one_by_one.push_back({(*sleeper)->name, Picoseconds{100 + one_by_one.size()}});
    (*sleeper)->wake.no_later_than(one_by_one.back().second);
  }
  sc_core::sc_start();
  EXPECT_EQ(log, one_by_one);
  log.clear();
  for (auto sleeper = many.rbegin(); sleeper != many.rend(); ++sleeper) {
    together.insert(together.begin(), {(*sleeper)->name, 200_ps});
    (*sleeper)->wake.no_later_than(200_ps);
  }
  sc_core::sc_start();
  EXPECT_EQ(log, together);
}

TEST_F(AgendaTest, ALineTellsItsLevelAtOnceWhenNothingElseIsPending) {
  build(Agenda::Pace::ahead);
  struct Sink : InterruptSink {
    int edges = 0;
    void interrupt_rose() override { ++edges; }
  } sink;
  line->connect(sink);
  line->write(true);
  sc_core::sc_start(to_sc_time(1_ps));
  EXPECT_TRUE(line->read());
  EXPECT_EQ(sink.edges, 1);
}

TEST_F(AgendaTest, ALineTellsMessagesBehindItsEdgeInTheirOrderWhenAllHaveRun) {
  build(Agenda::Pace::ahead);
  struct Sink : InterruptSink {
    explicit Sink(const Log& l) : log(l) {}
    const Log& log;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> told;
    std::size_t run = 0;
    void interrupt_rose() override { told.emplace_back(0, 0); }
    void message_came(std::uint64_t address, std::uint32_t data) override {
      told.emplace_back(address, data);
      run = log.size();
    }
  } sink(log);
  line->connect(sink);
  a->then = [this](Sleeper&) {
    line->message(7, 2);
    line->message(7, 1);
    line->write(true);
  };
  a->wake.no_later_than(10_ps);
  b->wake.no_later_than(10_ps);
  sc_core::sc_start();
  EXPECT_EQ(sink.told, (std::vector<std::pair<std::uint64_t, std::uint32_t>>{{0, 0}, {7, 2}, {7, 1}}));
  EXPECT_EQ(sink.run, 2u) << "both had run";
}

TEST_F(AgendaTest, OneHasTheLastWord) {
  build(Agenda::Pace::kernel);
  const auto nothing = [](void*) {};
  EXPECT_THROW(Agenda::LastWord(*agenda, nothing, nullptr), Bug);
  line.reset();
  EXPECT_NO_THROW(Agenda::LastWord(*agenda, nothing, nullptr));
}

TEST_F(AgendaTest, AheadRunsOnWithoutTheKernelWhoseTimeCatchesUp) {
  build(Agenda::Pace::ahead);
  int rounds = 0;
  std::vector<Picoseconds> kernel;
  a->then = [&](Sleeper& me) {
    kernel.push_back(kernel_now());
    if (++rounds < 5) me.wake.no_later_than(me.wake.now() + 10_ps);
  };
  a->wake.no_later_than(10_ps);
  sc_core::sc_start();
  EXPECT_EQ(log, (Log{{1, 10_ps}, {1, 20_ps}, {1, 30_ps}, {1, 40_ps}, {1, 50_ps}}));
  EXPECT_EQ(kernel, (std::vector<Picoseconds>(5, 10_ps))) << "one kernel wake-up for all";
  EXPECT_EQ(kernel_now(), 50_ps);
  EXPECT_EQ(agenda->now(), 50_ps);
}

TEST_F(AgendaTest, AheadStopsBeforeWhatIsPendingInTheKernel) {
  build(Agenda::Pace::ahead);
  a->then = [&](Sleeper& me) {
    if (me.wake.now() < 40_ps) me.wake.no_later_than(me.wake.now() + 10_ps);
  };
  a->wake.no_later_than(10_ps);
  outsider->event.notify(to_sc_time(25_ps - kernel_now()));
  sc_core::sc_start();
  EXPECT_EQ(log, (Log{{1, 10_ps}, {1, 20_ps}, {99, 25_ps}, {1, 30_ps}, {1, 40_ps}}));
}

TEST_F(AgendaTest, AheadWakesWithTheKernelWhereTheKernelHasSomethingOfItsOwn) {
  build(Agenda::Pace::ahead);
  std::vector<Picoseconds> kernel;
  a->then = [&](Sleeper& me) {
    kernel.push_back(kernel_now());
    if (me.wake.now() < 40_ps) me.wake.no_later_than(me.wake.now() + 10_ps);
  };
  a->wake.no_later_than(10_ps);
  outsider->event.notify(to_sc_time(30_ps - kernel_now()));
  sc_core::sc_start();
  EXPECT_EQ(kernel, (std::vector<Picoseconds>{10_ps, 10_ps, 30_ps, 30_ps})) << "not before the kernel is there";
}

TEST_F(AgendaTest, AModuleThatGoesAwayIsNotWokenAndTheOthersAre) {
  build(Agenda::Pace::kernel);
  a->wake.no_later_than(20_ps);
  b->wake.no_later_than(30_ps);
  a.reset();
  sc_core::sc_start();
  EXPECT_EQ(log, (Log{{2, 30_ps}}));
  a = std::make_unique<Sleeper>(*agenda, log, 3);
  a->wake.no_later_than(40_ps);
  b->wake.no_later_than(50_ps);
  sc_core::sc_start();
  EXPECT_EQ(log, (Log{{2, 30_ps}, {3, 40_ps}, {2, 50_ps}}));
}

TEST_F(AgendaTest, TimeIsNeverBehindTheKernels) {
  build(Agenda::Pace::kernel);
  sc_core::sc_start(to_sc_time(99_ps));
  EXPECT_EQ(agenda->now(), 100_ps);
  a->wake.no_later_than(110_ps);
  sc_core::sc_start();
  EXPECT_EQ(log, (Log{{1, 110_ps}}));
}

TEST_F(AgendaTest, NobodyIsWokenInThePast) {
  build(Agenda::Pace::kernel);
  sc_core::sc_start(to_sc_time(99_ps));
  EXPECT_THROW(a->wake.no_later_than(99_ps), Bug);
}

TEST_F(AgendaTest, NothingIsWokenAfterStop) {
  build(Agenda::Pace::ahead);
  a->then = [&](Sleeper&) { agenda->stop(); };
  a->wake.no_later_than(10_ps);
  b->wake.no_later_than(11_ps);
  sc_core::sc_start();
  EXPECT_EQ(log, (Log{{1, 10_ps}}));
}

TEST_F(AgendaTest, ALineTellsItsLevelAfterAllModulesOfTheInstant) {
  build(Agenda::Pace::ahead);
  struct Sink : InterruptSink {
    Log& log;
    Agenda& agenda;
    Sink(Log& l, Agenda& a) : log(l), agenda(a) {}
    void interrupt_rose() override { log.push_back({3, agenda.now()}); }
  } sink{log, *agenda};
  line->connect(sink);
  a->then = [&](Sleeper&) {
    line->write(true);
    EXPECT_FALSE(line->read()) << "not before the others of the instant have run";
  };
  b->then = [&](Sleeper&) { EXPECT_EQ(line->read(), b->wake.now() > 10_ps); };
  a->wake.no_later_than(10_ps);
  b->wake.no_later_than(10_ps);
  sc_core::sc_start();
  EXPECT_EQ(log, (Log{{1, 10_ps}, {2, 10_ps}, {3, 10_ps}}));
  b->wake.no_later_than(11_ps);
  line->write(false);
  line->write(true);
  sc_core::sc_start();
  EXPECT_EQ(log.size(), 4u) << "a level that changes and changes back has no edge";
}

/// Whatever two modules ask of each other, both paces wake them at the same times.
RC_GTEST_PROP(AgendaProperty, BothPacesWakeAtTheSameTimes, ()) {
  const auto gaps = *rc::gen::container<std::vector<std::uint8_t>>(20, rc::gen::arbitrary<std::uint8_t>());
  const auto outside = *rc::gen::container<std::vector<std::uint8_t>>(3, rc::gen::arbitrary<std::uint8_t>());
  std::array<std::vector<std::pair<int, Picoseconds>>, 2> logs;
  for (const Agenda::Pace pace : {Agenda::Pace::kernel, Agenda::Pace::ahead}) {
    auto& log = logs[static_cast<std::size_t>(pace)];
    {
      Agenda agenda("agenda", pace);
      Outsider outsider("outsider", log);
      Sleeper a(agenda, log, 1), b(agenda, log, 2);
      std::size_t next = 0;
      const auto pass_on = [&](Sleeper& other) {
        if (next < gaps.size()) other.wake.no_later_than(agenda.now() + Picoseconds{1u + gaps[next++]});
      };
      a.then = [&](Sleeper& me) { pass_on(next % 3 == 0 ? me : b); };
      b.then = [&](Sleeper& me) { pass_on(next % 5 == 0 ? me : a); };
      sc_core::sc_start(to_sc_time(1_ps));
      a.wake.no_later_than(5_ps);
      for (const std::uint8_t at : outside) outsider.event.notify(to_sc_time(Picoseconds{at * 8u + 1u}));
      sc_core::sc_start();
    }
    forget_simulation();
  }
  // What happens at one instant inside and outside has no order.
  for (auto& log : logs)
    std::stable_sort(log.begin(), log.end(), [](const auto& x, const auto& y) {
      return x.second != y.second ? x.second < y.second : x.first < y.first;
    });
  RC_ASSERT(logs[0] == logs[1]);
}

}  // namespace
}  // namespace icesim
