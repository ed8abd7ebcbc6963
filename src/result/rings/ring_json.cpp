// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/rings/ring_writers.hpp"
#include "ring_form.hpp"
#include "ring_words.hpp"
#include "src/result/json_text.hpp"

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;
using Verb = RingScenario::Verb;

Json status_json(const RingKeyStatus& status, bool has_claims) {
  Json entry{{"state", std::string(ring_state_name(status.state))}};
  if (has_claims) entry.update({{"added_by_self", status.added_by_self}, {"user_count", status.user_count}});
  return entry;
}

Json answers_json(const RingOutcome& outcome) {
  Json answers = Json::object();
  for (std::size_t m = 0; m < num_ring_models; ++m) {
    const RingAnswer& answer = outcome.answers[m];
    Json& entry = answers[std::string(ring_models[m].letter)] = {{"answer", std::string(ring_error_name(answer.error))}};
    if (answer.other_users) entry["other_users"] = true;
    if (answer.files_busy) entry["files_busy"] = true;
    if (outcome.statuses) entry["key"] = status_json((*outcome.statuses)[m], ring_models[m].letter == "B");
  }
  return answers;
}

Json reads_json(const RingScenario& s, const RingOutcome& outcome) {
  Json reads = Json::array();
  for (std::size_t i = 0; i < outcome.reads.size(); ++i) {
    if (outcome.reads[i] == 0) continue;
    Json models = Json::array();
    for (std::size_t m = 0; m < num_ring_models; ++m)
      if ((outcome.reads[i] >> m & 1) != 0) models.push_back(std::string(ring_models[m].letter));
    reads.push_back({{"process", s.processes[i / s.files.size()].name}, {"file", s.files[i % s.files.size()].name}, {"models", std::move(models)}});
  }
  return reads;
}

/// The steps in which two models let other processes read.
Json differences_json(const std::vector<RingOutcome>& outcomes) {
  Json pairs = Json::array();
  for (std::size_t a = 0; a < num_ring_models; ++a) {
    for (std::size_t b = a + 1; b < num_ring_models; ++b) {
      Json steps = Json::array();
      for (std::size_t i = 0; i < outcomes.size(); ++i) {
        bool differ = false;
        for (const unsigned models : outcomes[i].reads) differ |= (models >> a & 1) != (models >> b & 1);
        if (differ) steps.push_back(i + 1);
      }
      pairs.push_back({{"models", {std::string(ring_models[a].letter), std::string(ring_models[b].letter)}}, {"steps", std::move(steps)}});
    }
  }
  return pairs;
}

}  // namespace

std::string ring_step_text(const RingScenario& s, const RingScenario::Step& step) {
  const std::string by = s.processes[step.by].name;
  switch (step.verb) {
    case Verb::add: return by + " adds " + s.keys[step.what] + (step.process_ring ? " for itself" : "");
    case Verb::use: return by + " opens " + s.files[step.what].name;
    case Verb::close: return by + " closes " + s.files[step.what].name;
    case Verb::remove: return by + " removes " + s.keys[step.what] + (step.all_users ? " for all users" : "");
    case Verb::unshare: return by + " unshares into " + s.namespaces[step.what].name;
    case Verb::chmod: return by + " changes " + s.files[step.what].name + " to " + ring_mode_text(step.mode);
    case Verb::kill: return by + " is killed";
  }
  return "";
}

std::string ring_json(const RingReport& report) {
  const RingScenario& s = report.scenario;
  Json document{{"icesim_rings", std::string(ring_form)}, {"version", report.origin.version}, {"command", report.origin.command}};
  document["scenario"] = {{"name", s.name}, {"sha256", report.sha256}};
  Json& models = document["models"] = Json::array();
  for (const RingModelName& each : ring_models)
    models.push_back({{"letter", std::string(each.letter)}, {"name", std::string(each.name)}, {"sentence", std::string(each.sentence)}});
  Json& steps = document["steps"] = Json::array();
  for (std::size_t i = 0; i < report.outcomes.size(); ++i)
    steps.push_back({{"step", i + 1}, {"text", ring_step_text(s, s.steps[i])}, {"models", answers_json(report.outcomes[i])}, {"reads", reads_json(s, report.outcomes[i])}});
  document["differences"] = differences_json(report.outcomes);
  return dump_json(document);
}

}  // namespace icesim
