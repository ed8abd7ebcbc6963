// SPDX-License-Identifier: Apache-2.0
#include "models/system/progress_watch.hpp"
#include "testbench/support/sim_test.hpp"

#include <memory>

namespace icesim {
namespace {

using namespace literals;
using test::Requests;

/// Ticks for ever; it may take all UPIUs off the link, once, so that what the device holds then never ends.
struct Ticker : sc_core::sc_module {
  Ticker(const sc_core::sc_module_name& name, UfsSystem& system, Picoseconds pause, bool breaks)
      : sc_module(name),
        system_(system),
        pause_(pause),
        breaks_(breaks),
        wake_(system.agenda, run_step<Ticker, &Ticker::step>, this) {
    wake_.no_later_than(wake_.now() + pause);
  }
  void step() {
    ++ticks;
    if (breaks_ && system_.player.outstanding() > 0 && system_.device->outstanding() > 0) {
      system_.link->reset();
      breaks_ = false;
    }
    if (ticks < most) wake_.no_later_than(wake_.now() + pause_);
  }
  std::uint64_t ticks = 0;
  std::uint64_t most = ~std::uint64_t{0};

 private:
  UfsSystem& system_;
  Picoseconds pause_;
  bool breaks_;
  Agenda::Wake wake_;
};

struct SimulationProgress : testing::Test {
  ~SimulationProgress() override {
    ticker.reset();
    system.reset();
    forget_simulation();
  }
  void build(std::vector<IoRequest> list, Picoseconds pause, bool breaks = false) {
    source = std::make_unique<Requests>(std::move(list));
    system = std::make_unique<UfsSystem>(config, *source, "test", 0);
    watch = std::make_unique<ProgressWatch>(*system);
    system->agenda.watch(*watch);
    system->agenda.look_every(1000);
    ticker = std::make_unique<Ticker>("ticker", *system, pause, breaks);
  }
  /// Runs to the end, or to the Bug whose text is returned.
  std::string run() {
    system->driver->start();
    try {
      sc_core::sc_start();
    } catch (const sc_core::sc_report&) {
    }
    return system->agenda.stuck();
  }

  SystemConfig config;
  std::unique_ptr<Requests> source;
  std::unique_ptr<UfsSystem> system;
  std::unique_ptr<ProgressWatch> watch;
  std::unique_ptr<Ticker> ticker;
};

TEST_F(SimulationProgress, AModuleThatTicksForEverWhileNoRequestEndsIsABugThatSaysWhoWaits) {
  build({test::request(Operation::write, 0, 256), test::request(Operation::write, 1000, 256),
         test::request(Operation::write, 2000, 1, no_key, 3_s, 7)},
        100_us, true);
  const std::string text = run();
  EXPECT_EQ(text.find("no progress since "), 0u) << text;
  EXPECT_NE(text.find(": 2 requests are outstanding; submitters asleep: 0 for a tag, 0 for a keyslot"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("controller: tag 0 was sent ("), std::string::npos) << text;
  EXPECT_NE(text.find("to be woken: ticker at "), std::string::npos) << text;
  const Picoseconds since = longest_wait(config, 2);
  EXPECT_GT(system->agenda.now(), since) << "not before it is sure";
  EXPECT_LT(system->agenda.now(), since + 300_s);
}

TEST_F(SimulationProgress, ALongIdleTraceIsNone) {
  build({test::request(Operation::write, 0, 8), test::request(Operation::read, 0, 8, no_key, 72'000_s),
         test::request(Operation::read, 0, 8, no_key, 144'000_s)},
        1_s);
  ticker->most = 145'000;
  EXPECT_EQ(run(), "");
  EXPECT_TRUE(system->player.finished());
  EXPECT_EQ(ticker->ticks, ticker->most);
}

TEST_F(SimulationProgress, EveryConfigurationHasMoreTimeThanTheProgramOfAUnitTakes) {
  EXPECT_GT(longest_wait({}, 1), 100_s);
  EXPECT_LT(longest_wait({}, 1), 1000_s);
  SystemConfig slow;
  slow.flash.program_time = 100_ms;
  slow.flash.capacity = Bytes{std::uint64_t{4} << 40};
  slow.flash.planes = 1;
  slow.flash.page_bytes = 4_KiB;
  EXPECT_GT(longest_wait(slow, 1), 1000 * longest_wait({}, 1).n * 1_ps);
  slow.flash.pages_per_block = 1;
  slow.flash.pages_per_program = 1;
  EXPECT_EQ(longest_wait(slow, ~0u).n, ~std::uint64_t{0}) << "the sum does not wrap";
}

}  // namespace
}  // namespace icesim
