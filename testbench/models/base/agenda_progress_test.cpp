// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "models/base/agenda.hpp"
#include "models/system/forget_simulation.hpp"

#include <gtest/gtest.h>
#include <memory>

namespace icesim {
namespace {

using namespace literals;

/// A module that wakes itself again and again, some time later.
struct Busybody : sc_core::sc_module {
  Busybody(const sc_core::sc_module_name& name, Agenda& agenda)
      : sc_module(name), wake(agenda, run_step<Busybody, &Busybody::step>, this) {
    wake.no_later_than(wake.now());
  }
  void step() {
    if (++steps < most) wake.no_later_than(wake.now() + pause);
  }
  Agenda::Wake wake;
  Picoseconds pause{};
  std::uint64_t steps = 0;
  std::uint64_t most = ~std::uint64_t{0};
};

struct FakeWatch : Agenda::Watch {
  std::uint64_t progress() const override { return module->steps / steps_per_end; }
  Picoseconds patience() const override { return enough; }
  std::string waiting() const override { return "somebody waits"; }
  const Busybody* module = nullptr;
  std::uint64_t steps_per_end = ~std::uint64_t{0};
  Picoseconds enough{};
};

constexpr std::uint64_t a_look = 1000;

class AgendaProgressTest : public testing::TestWithParam<Agenda::Pace> {
 public:
  AgendaProgressTest() {
    watch.module = &module;
    agenda.look_every(a_look);
  }
  ~AgendaProgressTest() override {
    made_module.reset();
    made_agenda.reset();
    forget_simulation();
  }

  /// Runs to the end, or to the Bug whose text is returned.
  std::string run() {
    try {
      sc_core::sc_start();
    } catch (const sc_core::sc_report&) {
    }
    return agenda.stuck();
  }

  std::unique_ptr<Agenda> made_agenda = std::make_unique<Agenda>("agenda", GetParam());
  Agenda& agenda = *made_agenda;
  std::unique_ptr<Busybody> made_module = std::make_unique<Busybody>("busybody", agenda);
  Busybody& module = *made_module;
  FakeWatch watch;
};

TEST_P(AgendaProgressTest, EndlessWorkAtOneInstantEndsAndNamesWhoIsDue) {
  EXPECT_EQ(run(), "endless work at 0ps; to be woken: busybody at 0ps");
  EXPECT_EQ(module.steps, 17 * a_look - 1) << "sixteen looks find what the first one of this instant found";
}

TEST_P(AgendaProgressTest, WorkAtOneInstantThatLeadsSomewhereGoesOn) {
  watch.steps_per_end = 15 * a_look;
  module.most = 40 * a_look;
  agenda.watch(watch);
  EXPECT_EQ(run(), "");
  EXPECT_EQ(module.steps, module.most);
}

TEST_P(AgendaProgressTest, MuchWorkAtOneInstantThatEndsIsNone) {
  module.most = 15 * a_look;
  EXPECT_EQ(run(), "");
}

TEST_P(AgendaProgressTest, TimeThatNothingNeedsEndsWithWhoWaits) {
  module.pause = 1_ms;
  watch.enough = 10_s;
  agenda.watch(watch);
  const std::string text = run();
  EXPECT_EQ(text.find("no progress since "), 0u) << text;
  EXPECT_NE(text.find(", when 10s are enough for everything: somebody waits; to be woken: "), std::string::npos)
      << text;
  EXPECT_GT(module.steps, 10'000u);
  EXPECT_LT(module.steps, 10'000u + 3 * a_look);
}

TEST_P(AgendaProgressTest, TimeInWhichSomethingComesAboutNowAndThenIsNone) {
  module.pause = 1_ms;
  module.most = 50 * a_look;
  watch.enough = 10_s;
  watch.steps_per_end = 9'000;
  agenda.watch(watch);
  EXPECT_EQ(run(), "");
}

TEST_P(AgendaProgressTest, AsLongAsNothingIsWaitedForTimeDoesNotCount) {
  module.pause = 1_s;
  module.most = 3 * a_look;
  agenda.watch(watch);
  EXPECT_EQ(run(), "");
}

TEST_P(AgendaProgressTest, WithoutAWatchTimeDoesNotCount) {
  module.pause = 1_s;
  module.most = 3 * a_look;
  EXPECT_EQ(run(), "");
}

INSTANTIATE_TEST_SUITE_P(AtAnyPace, AgendaProgressTest, testing::Values(Agenda::Pace::kernel, Agenda::Pace::ahead),
                         [](const auto& each) { return each.param == Agenda::Pace::kernel ? "kernel" : "ahead"; });

}  // namespace
}  // namespace icesim
