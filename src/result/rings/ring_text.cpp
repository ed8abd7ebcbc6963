// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/printable.hpp"
#include "icesim/result/rings/ring_writers.hpp"
#include "icesim/result/text_table.hpp"
#include "ring_words.hpp"

namespace icesim {
namespace {

using Cells = std::vector<std::string>;

std::string count_text(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : what.back() == 's' ? "es" : "s");
}

/// "ENOKEY", "present, others claim it".
std::string answer_text(const RingOutcome& outcome, std::size_t model, bool of_key) {
  const RingAnswer& answer = outcome.answers[model];
  if (answer.error != RingAnswer::Error::none) return std::string(ring_error_name(answer.error));
  if (!of_key || !outcome.statuses) return "ok";
  std::string text(ring_state_name((*outcome.statuses)[model].state));
  if (answer.files_busy) text = "busy";
  if (answer.other_users) text += ", claimed";
  return text;
}

/// Who may do what that others may not, for the first such row of a pair.
std::string first_difference(const RingScenario& s, const RingOutcome& outcome, std::size_t a, std::size_t b) {
  for (std::size_t i = 0; i < outcome.reads.size(); ++i) {
    const bool with_a = (outcome.reads[i] >> a & 1) != 0, with_b = (outcome.reads[i] >> b & 1) != 0;
    if (with_a == with_b) continue;
    return s.processes[i / s.files.size()].name + " reads " + s.files[i % s.files.size()].name + " under " + std::string(ring_models[with_a ? a : b].letter);
  }
  return "";
}

std::string differences_text(const RingReport& report) {
  TextTable table("lrl", "  ");
  for (std::size_t a = 0; a < num_ring_models; ++a) {
    for (std::size_t b = a + 1; b < num_ring_models; ++b) {
      std::size_t steps = 0;
      std::string first;
      for (std::size_t i = 0; i < report.outcomes.size(); ++i) {
        const std::string one = first_difference(report.scenario, report.outcomes[i], a, b);
        if (one.empty()) continue;
        if (steps++ == 0) first = "first in " + std::to_string(i + 1) + ": " + one;
      }
      Cells row{std::string(ring_models[a].letter) + " and " + std::string(ring_models[b].letter), steps == 0 ? "never" : count_text(steps, "step")};
      if (steps > 0) row.push_back(first);
      table.row(std::move(row));
    }
  }
  return table.text();
}

}  // namespace

std::string ring_text(const RingReport& report, bool all) {
  const RingScenario& s = report.scenario;
  std::string text = "scenario  " + printable_text(s.name) + ": " + count_text(s.users.size(), "user") + ", " + count_text(s.namespaces.size(), "namespace") +
                     ", " + count_text(s.processes.size(), "process") + ", " + count_text(s.files.size(), "file") + ", " + count_text(s.keys.size(), "key") + "\n";
  std::string names;
  for (const RingModelName& each : ring_models) names += (names.empty() ? "" : ", ") + std::string(each.letter) + " " + std::string(each.name);
  text += "models    " + names + "\n\n";
  TextTable table("rlllllll");
  Cells head{"step", ""};
  for (const RingModelName& each : ring_models) head.emplace_back(each.letter);
  table.row(std::move(head));
  for (std::size_t i = 0; i < report.outcomes.size(); ++i) {
    const RingOutcome& outcome = report.outcomes[i];
    Cells step{std::to_string(i + 1), ring_step_text(s, s.steps[i])};
    const bool of_key = s.steps[i].verb == RingScenario::Verb::add || s.steps[i].verb == RingScenario::Verb::remove;
    for (std::size_t m = 0; m < num_ring_models; ++m) step.push_back(answer_text(outcome, m, of_key));
    table.row(std::move(step));
    for (std::size_t each = 0; each < outcome.reads.size(); ++each) {
      const unsigned models = outcome.reads[each];
      const unsigned before = i == 0 ? 0 : report.outcomes[i - 1].reads[each];
      if (all ? models == 0 : models == before) continue;
      Cells row{"", "  " + s.processes[each / s.files.size()].name + " reads " + s.files[each % s.files.size()].name};
      for (std::size_t m = 0; m < num_ring_models; ++m) row.push_back((models >> m & 1) != 0 ? "reads" : "-");
      row.push_back(models == 0 || models == (1U << num_ring_models) - 1 ? "" : "*");
      table.row(std::move(row));
    }
  }
  return text + table.text() + "\n* models differ:\n" + differences_text(report);
}

}  // namespace icesim
