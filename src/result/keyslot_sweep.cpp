// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/keyslot_sweep.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/results.hpp"
#include "icesim/result/text_table.hpp"
#include "json_text.hpp"

#include <algorithm>

namespace icesim {
namespace {

std::uint64_t ppm_of_requests(std::uint64_t programs, const KeyslotPoint& point) {
  return parts_per_million(programs, point.hits + point.programs);
}
std::uint64_t miss_ppm(const KeyslotPoint& point) { return ppm_of_requests(point.programs, point); }

bool has_fewest(const KeyslotSweep& sweep) {
  return std::any_of(sweep.points.begin(), sweep.points.end(), [](const KeyslotPoint& p) { return p.fewest_programs > 0; });
}

std::uint64_t bytes_per_second(const KeyslotPoint& point) {
  constexpr std::uint64_t second = 1'000'000'000'000;
  return point.simulated_time.n == 0
             ? 0
             : static_cast<std::uint64_t>(Wide{point.moved.n} * second / point.simulated_time.n);
}

/// A share as a decimal fraction of six digits; the nearest double prints back as these digits.
double fraction(std::uint64_t ppm) { return static_cast<double>(ppm) / 1e6; }

std::string percent_above(Picoseconds mean, Picoseconds reference) {
  return percent_text(parts_per_million(mean.n - reference.n, reference.n));
}

}  // namespace

KeyslotAdvice keyslot_advice(const KeyslotSweep& sweep) {
  ensure(!sweep.points.empty(), "a keyslot sweep needs at least one simulation");
  const auto failed = std::find_if(sweep.points.begin(), sweep.points.end(), [](const KeyslotPoint& p) { return p.failed > 0; });
  if (failed != sweep.points.end())
    return {0, "With " + std::to_string(failed->keyslots) + (failed->keyslots == 1 ? " keyslot " : " keyslots ") +
                   grouped_text(failed->failed) + (failed->failed == 1 ? " request" : " requests") +
                   " failed, and a run with failures says nothing about keyslots; 'icesim run' tells what failed."};
  const KeyslotPoint& reference = sweep.points.back();
  const KeyslotPoint* cheaper = nullptr;
  for (const KeyslotPoint& point : sweep.points) {
    if (Wide{point.mean.n} * 100 > Wide{reference.mean.n} * 101) {
      cheaper = &point;
      continue;
    }
    std::string reason = std::to_string(point.keyslots) + " keyslots give a mean latency of " +
                         microseconds_text(point.mean) + " us, within 1 % of the " + microseconds_text(reference.mean) +
                         " us with " + std::to_string(reference.keyslots);
    if (cheaper == nullptr) {
      reason += ", and no fewer were tried";
    } else {
      reason += "; with " + std::to_string(cheaper->keyslots) + " it is " +
                percent_above(cheaper->mean, reference.mean) + " higher";
    }
    return {point.keyslots, reason + "."};
  }
  throw_bug("the reference point is within 1 % of itself");
}

std::string keyslot_sweep_text(const KeyslotSweep& sweep) {
  const KeyslotAdvice advice = keyslot_advice(sweep);
  const bool shows_fewest = has_fewest(sweep);
  TextTable table("rrrrrrrrr");
  std::vector<std::string> titles{"keyslots", "LRU misses", "misses", "waits", "mean us", "p99 us", "MB/s"};
  if (shows_fewest) titles.insert(titles.begin() + 3, "at best");
  if (advice.keyslots == 0) titles.emplace_back("failed");
  table.row(titles);
  for (const KeyslotPoint& point : sweep.points) {
    const bool on_curve = point.keyslots >= 1 && point.keyslots <= sweep.misses.size();
    std::vector<std::string> cells{
        std::to_string(point.keyslots),
               on_curve ? percent_text(parts_per_million(sweep.misses[point.keyslots - 1], sweep.references)) : "-",
               percent_text(miss_ppm(point)), grouped_text(point.waits), microseconds_text(point.mean),
               precise_microseconds_text(point.p99), fixed_text(bytes_per_second(point), 1'000'000, 1)};
    if (shows_fewest) cells.insert(cells.begin() + 3, percent_text(ppm_of_requests(point.fewest_programs, point)));
    if (advice.keyslots == 0) cells.push_back(grouped_text(point.failed));
    table.row(cells);
  }
  std::string text = grouped_text(sweep.references) + " requests with one of " + grouped_text(sweep.keys) +
                     " keys\n\n" + table.text() + "\nrecommended: " +
                     (advice.keyslots == 0 ? "nothing" : std::to_string(advice.keyslots)) + "\n" + advice.reason + "\n";
  if (!sweep.warnings.empty()) text += "\nwarnings\n";
  for (const std::string& warning : sweep.warnings) text += "  " + printable_text(warning) + "\n";
  return text;
}

std::string keyslot_sweep_json(const KeyslotSweep& sweep) {
  using Json = nlohmann::ordered_json;
  Json document;
  // Members of an ordered object move when one is added: no references to them.
  document["miss_curve"] = Json::object();
  document["misses"] = Json::object();
  for (std::size_t i = 0; i < sweep.misses.size(); ++i) {
    const std::string keyslots = std::to_string(i + 1);
    document["miss_curve"][keyslots] = fraction(parts_per_million(sweep.misses[i], sweep.references));
    document["misses"][keyslots] = sweep.misses[i];
  }
  document["references"] = sweep.references;
  document["keys"] = sweep.keys;
  Json& simulated = document["simulated"] = Json::array();
  for (const KeyslotPoint& point : sweep.points) {
    Json entry;
    entry["keyslots"] = point.keyslots;
    entry["miss_rate"] = fraction(miss_ppm(point));
    if (point.fewest_programs > 0) entry["fewest_miss_rate"] = fraction(ppm_of_requests(point.fewest_programs, point));
    entry["waits"] = point.waits;
    entry["mean_ps"] = point.mean.n;
    entry["p99_ps"] = point.p99.n;
    entry["throughput_bytes_per_second"] = bytes_per_second(point);
    entry["failed"] = point.failed;
    simulated.push_back(std::move(entry));
  }
  const KeyslotAdvice advice = keyslot_advice(sweep);
  document["recommended"] = advice.keyslots == 0 ? Json(nullptr) : Json(advice.keyslots);
  document["reason"] = advice.reason;
  document["warnings"] = sweep.warnings;
  return dump_json(document);
}

}  // namespace icesim
