// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/keys/rings/fscrypt_oracle.hpp"
#include "testbench/support/random_cases.hpp"

namespace icesim {
namespace {

using namespace test;

/// Goes through a random scenario step by step, with the kernel as it is after the step.
template <class Check>
void go_through(const Check& check) {
  const RingScenario s = random_scenario();
  const std::vector<RingOutcome> outcomes = replay_rings(s);
  RC_ASSERT(outcomes.size() == s.steps.size());
  Kernel kernel(s);
  for (std::size_t i = 0; i < s.steps.size(); ++i) {
    const bool may_change = s.steps[i].verb == Verb::chmod && kernel.may_change_mode(s.steps[i].by, s.steps[i].what);
    kernel.take(s.steps[i]);
    if (s.steps[i].verb == Verb::chmod)
      for (const RingAnswer& each : outcomes[i].answers)
        RC_ASSERT(each.error == (may_change ? RingAnswer::Error::none : RingAnswer::Error::permission));
    check(s, s.steps[i], outcomes[i], kernel);
  }
}

bool reads(const RingScenario& s, const RingOutcome& outcome, std::size_t p, std::size_t f, std::size_t model) {
  return (outcome.reads[p * s.files.size() + f] >> model & 1) != 0;
}

TEST(RingProperties, NoModelGrantsWhatUnixPermissionsDeny) {
  check_cases(500, [] {
    // Descriptors of each model, opened when it was permitted.
    std::set<std::tuple<std::size_t, std::size_t, std::size_t>> open;
    go_through([&](const RingScenario& s, const RingScenario::Step& step, const RingOutcome& outcome, const Kernel& kernel) {
      for (std::size_t m = 0; m < num_ring_models; ++m) {
        const bool ok = outcome.answers[m].error == RingAnswer::Error::none;
        if (step.verb == Verb::use && ok) {
          RC_ASSERT(kernel.may_read(step.by, step.what));
          open.insert({m, step.by, step.what});
        }
        if (step.verb == Verb::close) open.erase({m, step.by, step.what});
        for (std::size_t p = 0; p < s.processes.size(); ++p)
          for (std::size_t f = 0; f < s.files.size(); ++f)
            if (reads(s, outcome, p, f, m)) RC_ASSERT(!kernel.dead[p] && (kernel.may_read(p, f) || open.count({m, p, f}) > 0));
      }
    });
  });
}

TEST(RingProperties, WithoutAKeyAllModelsAreUnix) {
  check_cases(500, [] {
    go_through([&](const RingScenario& s, const RingScenario::Step&, const RingOutcome& outcome, const Kernel& kernel) {
      for (std::size_t p = 0; p < s.processes.size(); ++p)
        for (std::size_t f = 0; f < s.files.size(); ++f)
          if (s.files[f].key == RingScenario::none && kernel.may_read(p, f) && !kernel.dead[p]) RC_ASSERT(outcome.reads[p * s.files.size() + f] == 31);
    });
  });
}

TEST(RingProperties, ClaimsAreFscrypts) {
  check_cases(500, [] {
    const RingScenario s = random_scenario();
    const std::vector<RingOutcome> outcomes = replay_rings(s);
    Kernel kernel(s);
    FscryptOracle oracle(s, kernel);
    for (std::size_t i = 0; i < s.steps.size(); ++i) {
      const RingScenario::Step& step = s.steps[i];
      kernel.take(step);
      const RingAnswer expected = oracle.answer(step);
      if (step.verb != Verb::chmod) RC_ASSERT(outcomes[i].answers[B] == expected);
      const std::size_t key = step.verb == Verb::add || step.verb == Verb::remove ? step.what
                              : step.verb == Verb::use || step.verb == Verb::close ? s.files[step.what].key : RingScenario::none;
      RC_ASSERT(outcomes[i].statuses.has_value() == (key != RingScenario::none));
      if (key != RingScenario::none) RC_ASSERT((*outcomes[i].statuses)[B] == oracle.status(step.by, key));
      for (std::size_t p = 0; p < s.processes.size(); ++p)
        for (std::size_t f = 0; f < s.files.size(); ++f) RC_ASSERT(reads(s, outcomes[i], p, f, B) == oracle.reads(p, f));
    }
  });
}

TEST(RingProperties, AKeyOfANamespaceServesItAndThoseBelow) {
  check_cases(500, [] {
    std::set<std::pair<std::size_t, std::size_t>> added;  // namespace, key: since nobody there removed it
    std::set<std::pair<std::size_t, std::size_t>> ever;
    std::set<std::pair<std::size_t, std::size_t>> open;
    go_through([&](const RingScenario& s, const RingScenario::Step& step, const RingOutcome& outcome, const Kernel& kernel) {
      const bool ok = outcome.answers[C].error == RingAnswer::Error::none;
      const std::pair<std::size_t, std::size_t> here{kernel.spaces[step.by], step.what};
      if (step.verb == Verb::add || step.verb == Verb::remove) {
        // Its own root adds and removes.
        if (!kernel.is_root(step.by)) RC_ASSERT(outcome.answers[C].error == RingAnswer::Error::access);
        if (kernel.is_root(step.by) && step.verb == Verb::add) RC_ASSERT(ok);
      }
      if (step.verb == Verb::add && ok) added.insert(here), ever.insert(here);
      if (step.verb == Verb::remove && ok)
        for (std::size_t space = 0; space < s.namespaces.size(); ++space)
          if (space == here.first || (step.all_users && kernel.is_within(space, here.first))) added.erase({space, step.what});
      if (step.verb == Verb::use && ok) open.insert({step.by, step.what});
      if (step.verb == Verb::close) open.erase({step.by, step.what});
      for (std::size_t p = 0; p < s.processes.size(); ++p) {
        for (std::size_t f = 0; f < s.files.size(); ++f) {
          bool is_above = false, was_above = false;
          for (std::size_t space = 0; space < s.namespaces.size(); ++space) {
            if (!kernel.is_within(kernel.spaces[p], space)) continue;
            is_above |= added.count({space, s.files[f].key}) > 0;
            was_above |= ever.count({space, s.files[f].key}) > 0;
          }
          if (s.files[f].key == RingScenario::none || kernel.dead[p] || open.count({p, f}) > 0) continue;
          // A key that is in no ring from here up is not found; one that was removed may still be with an open file.
          if (!was_above) RC_ASSERT(!reads(s, outcome, p, f, C));
          if (is_above) RC_ASSERT(reads(s, outcome, p, f, C) == kernel.may_read(p, f));
          bool is_busy = false;
          for (const auto& each : open) is_busy |= each.second == f;
          if (step.verb == Verb::remove && step.all_users && ok && here.first == 0 && s.files[f].key == step.what && !is_busy)
            RC_ASSERT(!reads(s, outcome, p, f, C));
        }
      }
    });
  });
}

TEST(RingProperties, TheEngineAsksNothingButWhetherTheKeyIsThere) {
  check_cases(500, [] {
    std::set<std::size_t> loaded;
    std::set<std::pair<std::size_t, std::size_t>> open;
    go_through([&](const RingScenario& s, const RingScenario::Step& step, const RingOutcome& outcome, const Kernel& kernel) {
      if (step.verb == Verb::add) loaded.insert(step.what);
      if (step.verb == Verb::remove) loaded.erase(step.what);
      if (step.verb == Verb::use && outcome.answers[D].error == RingAnswer::Error::none) open.insert({step.by, step.what});
      if (step.verb == Verb::close) open.erase({step.by, step.what});
      for (std::size_t p = 0; p < s.processes.size(); ++p)
        for (std::size_t f = 0; f < s.files.size(); ++f)
          RC_ASSERT(reads(s, outcome, p, f, D) == (!kernel.dead[p] && (kernel.may_read(p, f) || open.count({p, f}) > 0) &&
                                                   (s.files[f].key == RingScenario::none || loaded.count(s.files[f].key) > 0)));
    });
  });
}

TEST(RingProperties, AKeyOfASessionServesItsProcesses) {
  check_cases(500, [] {
    std::set<std::pair<std::size_t, std::size_t>> of_process, of_session, open;
    go_through([&](const RingScenario& s, const RingScenario::Step& step, const RingOutcome& outcome, const Kernel& kernel) {
      const std::size_t session = s.processes[step.by].session;
      if (step.verb == Verb::add && step.process_ring) of_process.insert({step.by, step.what});
      if (step.verb == Verb::add && !step.process_ring) of_session.insert({session, step.what});
      if (step.verb == Verb::remove) {
        const bool was_own = of_process.erase({step.by, step.what}) > 0;
        if (!was_own || step.all_users) of_session.erase({session, step.what});
      }
      if (step.verb == Verb::use && outcome.answers[E].error == RingAnswer::Error::none) open.insert({step.by, step.what});
      if (step.verb == Verb::close) open.erase({step.by, step.what});
      for (std::size_t p = 0; p < s.processes.size(); ++p) {
        for (std::size_t f = 0; f < s.files.size(); ++f) {
          const std::size_t key = s.files[f].key;
          const bool found = key == RingScenario::none || of_process.count({p, key}) > 0 || of_session.count({s.processes[p].session, key}) > 0;
          RC_ASSERT(reads(s, outcome, p, f, E) == (!kernel.dead[p] && (open.count({p, f}) > 0 || (kernel.may_read(p, f) && found))));
        }
      }
    });
  });
}

TEST(RingProperties, OnlyTheInitialRootFillsTheGlobalRing) {
  check_cases(500, [] {
    std::set<std::size_t> added;
    go_through([&](const RingScenario& s, const RingScenario::Step& step, const RingOutcome& outcome, const Kernel& kernel) {
      const bool is_root = kernel.spaces[step.by] == 0 && kernel.user(step.by).uid == 0;
      if ((step.verb == Verb::add || step.verb == Verb::remove) && !is_root) RC_ASSERT(outcome.answers[A].error == RingAnswer::Error::access);
      if (step.verb == Verb::add && is_root) added.insert(step.what);
      if (step.verb == Verb::remove && is_root) added.erase(step.what);
      for (std::size_t p = 0; p < s.processes.size(); ++p)
        for (std::size_t f = 0; f < s.files.size(); ++f)
          if (added.count(s.files[f].key) > 0 && kernel.may_read(p, f) && !kernel.dead[p]) RC_ASSERT(reads(s, outcome, p, f, A));
    });
  });
}

}  // namespace
}  // namespace icesim
