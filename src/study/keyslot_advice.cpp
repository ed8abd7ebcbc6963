// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/keyslot_advice.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/stages.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/study/keyslot_search.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// A lag of a hundredth of the replay, beyond what one request takes: requests pile up.
constexpr std::uint64_t shortest_lag = 10'000'000'000;

std::string keyslots_text(std::uint64_t count) { return counted_text(count, "keyslot"); }

std::string percent_between(Wide value, const TriedKeyslots& best) {
  const Wide distance = value > best.value ? value - best.value : best.value - value;
  return percent_text(parts_per_million(distance, best.whole));
}

/// "72.01 us with 2 keyslots, within 1 % of the best, 71.68 us with 256; with 1 it is 3.2 % higher."
std::string reason_of(const std::vector<TriedKeyslots>& tried, const KeyslotMetric& metric) {
  const TriedKeyslots& best = best_of(tried, metric);
  const TriedKeyslots& good = smallest_good(tried, metric);
  std::string text = "The " + metric.text() + " is " + metric.value_text(good.value) + " with " + keyslots_text(good.keyslots);
  if (good.keyslots == best.keyslots) {
    text += ", the best of all tried";
  } else {
    text += ", " + metric.within_text() + ", " + metric.value_text(best.value) + " with " + std::to_string(best.keyslots);
  }
  if (good.keyslots == tried.front().keyslots) return text + (good.keyslots == 1 ? "." : "; no fewer were tried.");
  const TriedKeyslots& fewer = *(&good - 1);
  return text + "; with " + std::to_string(fewer.keyslots) + " it is " + percent_between(fewer.value, best) +
         (metric.more_is_better() ? " lower." : " higher.");
}

const KeyslotPoint& point_with(const KeyslotSweep& sweep, std::uint64_t keyslots) {
  return *std::find_if(sweep.points.begin(), sweep.points.end(), [&](const KeyslotPoint& p) { return p.keyslots == keyslots; });
}

Picoseconds per_request(const KeyslotPoint& point, std::size_t stage) {
  return point.requests == 0 ? Picoseconds{} : point.stages.at(stage).total.mean(point.requests);
}

/// What requests spend more time in with more keyslots: "a request spends 2.10 us more in keyslot_lock (another key ...)".
std::string what_grows(const KeyslotPoint& fewer, const KeyslotPoint& more) {
  std::size_t found = 0;
  std::uint64_t growth = 0;
  for (std::size_t i = 0; i < std::min(fewer.stages.size(), more.stages.size()); ++i) {
    const Picoseconds before = per_request(fewer, i), after = per_request(more, i);
    if (after.n <= before.n + growth) continue;
    growth = after.n - before.n;
    found = i;
  }
  if (growth == 0) return "";
  std::string text = "; a request spends " + microseconds_text(Picoseconds{growth}) + " us more in " + more.stages[found].name;
  for (const StageName& stage : stages)
    if (stage.name == more.stages[found].name) text += " (" + std::string(stage.sentence) + ")";
  return text;
}

void remark_on_more(const KeyslotSweep& sweep, const KeyslotMetric& metric, KeyslotAdvice& advice) {
  const std::vector<TriedKeyslots> tried = tried_of(sweep);
  const TriedKeyslots& best = best_of(tried, metric);
  const TriedKeyslots& most = tried.back();
  const Wide distance = most.value > best.value ? most.value - best.value : best.value - most.value;
  // A tenth of a percent is worth a word.
  if (distance * 1000 <= best.whole) return;
  advice.remarks.push_back("More keyslots make it worse: with " + std::to_string(most.keyslots) + " it is " + percent_between(most.value, best) +
                           (metric.more_is_better() ? " lower" : " higher") + " than with " + std::to_string(best.keyslots) +
                           what_grows(point_with(sweep, best.keyslots), sweep.points.back()) + ".");
}

void remark_on_pace(const KeyslotSweep& sweep, KeyslotAdvice& advice) {
  const KeyslotPoint* last = nullptr;
  bool all = true;
  for (const KeyslotPoint& point : sweep.points) {
    const bool lags = point.lag.n >= shortest_lag && Wide{point.lag.n} * 100 >= point.simulated_time.n;
    if (lags) last = &point;
    all = all && lags;
  }
  if (last == nullptr) return;
  advice.remarks.push_back("Saturated: the replay does not keep the trace's pace with " +
                           (all ? "any number of keyslots" : std::to_string(last->keyslots) + " keyslots or fewer") + "; with " +
                           std::to_string(last->keyslots) + " it ends " + precise_text(last->lag) +
                           " behind it, and latencies grow with the length of the trace.");
}

std::string failure_of(const KeyslotSweep& sweep) {
  for (const KeyslotPoint& point : sweep.points) {
    if (point.failed > 0)
      return "With " + keyslots_text(point.keyslots) + " " + counted_text(point.failed, "request") +
             " failed, and a run with failures says nothing about keyslots; 'icesim run' tells what failed.";
  }
  return "";
}

}  // namespace

KeyslotAdvice keyslot_advice(const KeyslotSweep& sweep, const KeyslotMetric& metric) {
  ensure(!sweep.points.empty(), "a keyslot sweep needs at least one simulation");
  if (std::string failure = failure_of(sweep); !failure.empty()) return {0, std::move(failure), {}};
  const std::vector<TriedKeyslots> tried = tried_of(sweep);
  KeyslotAdvice advice{smallest_good(tried, metric).keyslots, reason_of(tried, metric), {}};
  remark_on_more(sweep, metric, advice);
  remark_on_pace(sweep, advice);
  return advice;
}

void advise(KeyslotSizing& sizing) {
  const KeyslotSweep* worst = nullptr;
  for (KeyslotSweep& sweep : sizing.traces) {
    sweep.advice = keyslot_advice(sweep, sizing.metric);
    if (sweep.advice.keyslots == 0) {
      sizing.every = sizing.mean = {0, sweep.trace + ": " + sweep.advice.reason, {}};
      return;
    }
    if (worst == nullptr || sweep.advice.keyslots > worst->advice.keyslots) worst = &sweep;
  }
  if (sizing.traces.size() < 2) return;
  const bool alike = std::all_of(sizing.traces.begin(), sizing.traces.end(),
                                 [&](const KeyslotSweep& each) { return each.advice.keyslots == worst->advice.keyslots; });
  sizing.every = {worst->advice.keyslots, alike ? "Each of them needs so many." : "It is what " + worst->trace + " needs, the most of all.", {}};
  const std::vector<TriedKeyslots> means = mean_of(sizing.traces);
  sizing.mean = {smallest_good(means, sizing.metric).keyslots, reason_of(means, sizing.metric), {}};
}

}  // namespace icesim
