// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/printable.hpp"
#include "icesim/base/text/trace_note.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/study/keyslot_sweep.hpp"
#include "icesim/result/text_table.hpp"
#include "keyslot_rates.hpp"
#include "keyslot_spread_text.hpp"
#include "sensitivity_text.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// A column of the metric where no other one shows it.
bool shows_value(const KeyslotMetric& metric) { return metric.name == "p999" || metric.name == "key-cost"; }

std::string table_of(const KeyslotSweep& sweep, const KeyslotMetric& metric) {
  const auto any = [&](auto holds) { return std::any_of(sweep.points.begin(), sweep.points.end(), holds); };
  const bool shows_fewest = any([](const KeyslotPoint& p) { return p.fewest_programs > 0; });
  const bool shows_failed = any([](const KeyslotPoint& p) { return p.failed > 0; });
  TextTable table("rrrrrrrrrr");
  std::vector<std::string> titles{"keyslots", "LRU misses", "misses", "waits", "mean us", "p99 us", "MB/s"};
  if (shows_fewest) titles.insert(titles.begin() + 3, "at best");
  if (shows_value(metric)) titles.push_back(metric.name + " us");
  if (shows_failed) titles.emplace_back("failed");
  table.row(titles);
  for (const KeyslotPoint& point : sweep.points) {
    const bool on_curve = point.keyslots >= 1 && point.keyslots <= sweep.misses.size();
    std::vector<std::string> cells{
        std::to_string(point.keyslots),
        on_curve ? percent_text(parts_per_million(sweep.misses[point.keyslots - 1], sweep.references)) : "-",
        percent_text(ppm_of_requests(point.programs, point)), grouped_text(point.waits), microseconds_text(point.measured_mean),
        precise_microseconds_text(point.measured_p99), fixed_text(bytes_per_second(point), 1'000'000, 1)};
    if (shows_fewest) cells.insert(cells.begin() + 3, percent_text(ppm_of_requests(point.fewest_programs, point)));
    if (shows_value(metric)) cells.push_back(precise_microseconds_text(Picoseconds{static_cast<std::uint64_t>(point.value)}));
    if (shows_failed) cells.push_back(grouped_text(point.failed));
    table.row(cells);
  }
  return table.text();
}

/// "44.52 uJ to 2.23 mJ".
std::string energy_text(const KeyslotPoint& point) { return rounded_text(point.keys_low) + " to " + rounded_text(point.keys_high); }

/// What the recommended keyslots cost beside latency, and a line on the parts of the trace.
std::string costs_text(const KeyslotSweep& sweep) {
  std::string text;
  for (const KeyslotPoint& point : sweep.points) {
    if (point.keyslots != sweep.advice.keyslots || point.built == 0) continue;
    text += counted_text(point.built, "keyslot") + (point.built == point.keyslots ? "" : ", those left alone included,") + " hold " + grouped_text(point.raw_bits()) + " bits of keys, " +
            grouped_text(point.expanded_bits()) + " with all round keys; the CPU's work with keys takes " + energy_text(point) + "\n";
  }
  return text + keyslot_spread_text(sweep.spread);
}

std::string advice_text(const std::string& heading, const KeyslotAdvice& advice) {
  std::string text = heading + (advice.keyslots == 0 ? "nothing" : std::to_string(advice.keyslots)) + "\n" + printable_text(advice.reason) + "\n";
  for (const std::string& remark : advice.remarks) text += remark + "\n";
  return text;
}

}  // namespace

std::string keyslot_sizing_text(const KeyslotSizing& sizing) {
  const bool several = sizing.traces.size() > 1;
  std::string text;
  std::vector<std::string> warnings;
  for (const KeyslotSweep& sweep : sizing.traces) {
    if (several) text += (text.empty() ? "trace     " : "\ntrace     ") + printable_text(sweep.trace) + "\n";
    text += sweep.keys_text + "\n";
    text += grouped_text(sweep.references) + " requests with one of " + grouped_text(sweep.keys) + " keys; latencies are of " + sizing.metric.requests_text() + "\n\n" + table_of(sweep, sizing.metric) + "\n" + advice_text("recommended: ", sweep.advice) + costs_text(sweep);
    for (const std::string& each : sweep.warnings) {
      const std::string warning = several ? note_of_trace(each, sweep.trace) : each;
      if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(warning);
    }
  }
  if (several) {
    text += "\n" + advice_text("recommended for every trace: ", sizing.every);
    if (sizing.mean.keyslots > 0) text += advice_text("recommended for their mean: ", sizing.mean);
  }
  text += sensitivity_text(sizing);
  if (!warnings.empty()) text += "\nwarnings\n";
  for (const std::string& warning : warnings) text += "  " + printable_text(warning) + "\n";
  return text;
}

}  // namespace icesim
