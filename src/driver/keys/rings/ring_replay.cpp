// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/rings/ring_replay.hpp"

#include "ring_model.hpp"

namespace icesim {
namespace {

using Verb = RingScenario::Verb;

/// What is the same under all models; none where they are asked.
void change_world(UnixWorld& world, const RingScenario::Step& step, RingAnswer& answer) {
  if (step.verb == Verb::unshare) world.unshare(step.by, step.what);
  if (step.verb == Verb::kill) world.kill(step.by);
  if (step.verb != Verb::chmod) return;
  if (world.may_change_mode(step.by, step.what)) {
    world.change_mode(step.what, step.mode);
  } else {
    answer.error = RingAnswer::Error::permission;
  }
}

RingAnswer ask(RingModel& model, const RingScenario::Step& step, const RingAnswer& of_world) {
  switch (step.verb) {
    case Verb::add: return model.add(step);
    case Verb::remove: return model.remove(step);
    case Verb::use: return model.use(step.by, step.what);
    case Verb::close: return model.close(step.by, step.what);
    case Verb::kill: model.ended(step.by); return of_world;
    case Verb::unshare:
    case Verb::chmod: return of_world;
  }
  return of_world;
}

/// The key that a step is about, or none.
std::size_t key_of(const RingScenario& scenario, const RingScenario::Step& step) {
  if (step.verb == Verb::add || step.verb == Verb::remove) return step.what;
  return step.verb == Verb::use || step.verb == Verb::close ? scenario.files[step.what].key : RingScenario::none;
}

}  // namespace

std::vector<RingOutcome> replay_rings(const RingScenario& scenario) {
  UnixWorld world(scenario);
  const auto models = make_ring_models(world);
  std::vector<RingOutcome> outcomes;
  for (const RingScenario::Step& step : scenario.steps) {
    RingOutcome& outcome = outcomes.emplace_back();
    RingAnswer of_world;
    change_world(world, step, of_world);
    const std::size_t key = key_of(scenario, step);
    if (key != RingScenario::none) outcome.statuses.emplace();
    outcome.reads.resize(scenario.processes.size() * scenario.files.size());
    for (std::size_t m = 0; m < num_ring_models; ++m) {
      outcome.answers[m] = ask(*models[m], step, of_world);
      if (key != RingScenario::none) (*outcome.statuses)[m] = models[m]->status(step.by, key);
      for (std::size_t i = 0; i < outcome.reads.size(); ++i) {
        const std::size_t process = i / scenario.files.size(), file = i % scenario.files.size();
        if (models[m]->reads(process, file)) outcome.reads[i] = static_cast<std::uint8_t>(outcome.reads[i] | 1U << m);
      }
    }
  }
  return outcomes;
}

}  // namespace icesim
