// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/screen.hpp"

#include "icesim/base/printable.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/failures.hpp"
#include "icesim/result/key_text.hpp"
#include "icesim/result/power_states.hpp"
#include "icesim/result/text_table.hpp"
#include "src/result/latency_cells.hpp"
#include "src/result/page.hpp"
#include "src/result/vms/vm_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace icesim {
namespace {

/// A label and text behind it, in several lines where one is too short.
std::string paragraph(std::string label, std::string_view text, std::size_t columns) {
  label.resize(page::indent, ' ');
  std::string lines = label;
  std::size_t used = page::indent;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (used > page::indent && used + 1 + word.size() > columns) {
      lines += "\n" + std::string(page::indent, ' ');
      used = page::indent;
    }
    if (used > page::indent) lines += ' ';
    used += word.size() + (used > page::indent ? 1 : 0);
    lines += word;
  }
  return lines + "\n";
}

/// Why more requests are replayed than the trace has: the sum of the lines above and below.
std::string pieces(const Results& results) {
  const std::uint64_t replayed = results.value("driver.requests_completed") + failed_requests(results);
  if (replayed <= results.trace.requests) return "";
  const std::uint64_t more = replayed - results.trace.requests;
  return "          " + grouped_text(more) + " more than recorded: requests are cut where the key changes\n";
}

std::string headline(const Results& results, const ScreenExtras& extras) {
  const TraceSummary& trace = results.trace;
  std::string failed;
  if (const std::string failures = failures_text(results); !failures.empty()) failed += paragraph("FAILED", failures, extras.columns);
  if (const std::string errors = errors_text(results); !errors.empty()) failed += paragraph("errors", errors, extras.columns);
  if (!extras.heading) return failed.empty() ? "" : failed + "\n";
  std::string text = "icesim " + results.version + "\n";
  text += "trace     " + printable_text(trace.name) + " (" + printable_text(trace.format) + ", " +
          grouped_text(trace.requests) + " requests)\n";
  if (!extras.platform.empty()) text += paragraph("platform", printable_text(extras.platform), extras.columns);
  // A guest merges before it comes to us.
  const bool served = results.find("driver.merges") == nullptr;
  const std::uint64_t merges = results.value("driver.merges");
  text += (served ? "served    " : "replayed  ") + grouped_text(results.value("driver.requests_completed")) +
          " requests completed, read " + rounded_text(Bytes{results.value("driver.bytes_read")}) + ", wrote " +
          rounded_text(Bytes{results.value("driver.bytes_written")});
  text += served ? "\n" : ", " + grouped_text(merges) + (merges == 1 ? " merge\n" : " merges\n");
  text += failed;
  if (!served) text += pieces(results);
  text += "time      " + rounded_text(Picoseconds{results.value("simulated_time")}) + " simulated";
  if (extras.requests_per_wall_second > 0) {
    text += ", at " + grouped_text(extras.requests_per_wall_second) + " requests per second of wall time";
  }
  return text + "\n\n";
}

/// Simulated latencies, and under each what the trace says that the recorded device needed.
std::string latencies(const Results& results) {
  TextTable table("lrrrrrr");
  table.row(latency_titles("latency, us"));
  for (const std::string kind : {"read", "write", "flush", "discard", "all"}) {
    // Most runs have none of these.
    const bool is_rare = kind == "flush" || kind == "discard";
    const bool is_simulated = !is_rare || has_latency(results.statistics, "latency." + kind);
    const std::string name = "  " + kind;
    if (is_simulated) {
      table.row(latency_cells(kind == "all" ? "  all, flushes too" : name, results.statistics, "latency." + kind));
    }
    const std::string recorded = "recorded_latency." + kind;
    if (has_latency(results.statistics, recorded)) {
      table.row(latency_cells(name + ", recorded", results.statistics, recorded));
    }
  }
  return table.text();
}

/// How far the simulated means are from the recorded ones; empty where nothing was recorded.
std::string errors_of_means(const Results& results, std::size_t columns) {
  std::string text;
  for (const std::string kind : {"read", "write", "flush", "discard"}) {
    const std::string simulated = "latency." + kind, recorded = "recorded_latency." + kind;
    if (!has_latency(results.statistics, simulated) || !has_latency(results.statistics, recorded)) continue;
    const std::uint64_t is = results.value(simulated + ".mean"), was = results.value(recorded + ".mean");
    if (was == 0) continue;
    text += (text.empty() ? "" : ", ") + kind + " " + error_text(was, is);
  }
  return text.empty() ? text : paragraph("error", "of the simulated means against the recorded: " + text + "; --by class tells it by size", columns);
}

std::string stage_table(const Results& results) {
  const std::uint64_t requests = results.value("driver.requests_completed");
  TextTable table("lrrrl");
  table.row({"stage", "share", "total", "us per request"});
  for (const StageTime& stage : results.stages) {
    if (stage.total == TimeSum{}) continue;
    const std::uint64_t share = results.share_ppm(stage);
    const std::uint64_t bar = (share * page::bar + 500'000) / 1'000'000;
    table.row({"  " + stage.name, percent_text(share), rounded_text(stage.total),
               requests == 0 ? "-" : microseconds_text(stage.total.mean(requests)), std::string(bar, '#')});
  }
  return table.text();
}

std::string keyslots(const Results& results) {
  const std::uint64_t hits = results.value("keyslots.hits");
  const std::uint64_t programs = results.value("keyslots.programs");
  // A guest also writes keys that no request uses, after a suspend; whether its requests wait, it does not say.
  const StatisticValue* const first_uses = results.find("keyslots.first_uses");
  const std::uint64_t requests = hits + (first_uses == nullptr ? programs : first_uses->value);
  std::string text = "keyslots  ";
  text += grouped_text(hits) + " hits (" + percent_text(parts_per_million(hits, requests)) + "), ";
  text += grouped_text(programs) + " programs";
  if (const StatisticValue* const fewest = results.find("keyslots.fewest_programs"))
    text += " (at best " + grouped_text(fewest->value) + ")";
  text += ", ";
  if (const StatisticValue* const waits = results.find("keyslots.waits")) text += grouped_text(waits->value) + " waits, ";
  text += grouped_text(results.value("keyslots.evictions")) + " evictions\n";
  if (const StatisticValue* const restores = results.find("keyslots.restores")) {
    text += "          " + grouped_text(results.value("keyslots.restored_keys")) + " keys written again at " +
            grouped_text(restores->value) + " resumes\n";
  }
  if (const StatisticValue* const operations = results.find("keyslots.operations"))
    text += "          " + grouped_text(operations->value) + " operations on wrapped keys held the lock\n";
  if (const StatisticValue* const hashed = results.find("driver.hashed_duns"); hashed != nullptr && hashed->value > 0)
    text += "          " + grouped_text(hashed->value) + " requests with their data unit number hashed to 32 bits\n";
  if (const std::uint64_t recorded = results.value("keyslots.recorded"); recorded > 0) {
    text += "          " + grouped_text(results.value("keyslots.as_recorded")) + " of " + grouped_text(recorded) +
            " requests had the keyslot that they had when recorded\n";
  }
  return text;
}

/// What of all latency the keys cost, where they cost anything.
std::string key_costs(const Results& results, std::size_t columns) {
  static constexpr std::array<std::pair<const char*, const char*>, 9> costs{
      {{"keyslot_wait", "waiting for a keyslot"},
       {"keyslot_lock", "for the manager's lock"},
       {"hypervisor", "asking the hypervisor"},
       {"keyslot_program", "programming"},
       {"firmware", "in the secure world"},
       {"drain", "draining the controller"},
       {"key_power", "waking the controller"},
       {"blocked", "held back for another key"},
       {"descriptors", "for longer descriptors"}}};
  std::string parts;
  StageTime all;
  for (const StageTime& stage : results.stages) {
    for (const auto& [name, what] : costs) {
      if (stage.name != name || stage.total == TimeSum{}) continue;
      all.total += stage.total;
      parts += (parts.empty() ? ": " : ", ") + percent_text(results.share_ppm(stage)) + " " + what;
    }
  }
  return parts.empty() ? parts : paragraph("key cost", percent_text(results.share_ppm(all)) + " of all latency" + parts, columns);
}

/// How often the clocks went off, where they may.
std::string clocks_off(const Results& results, std::size_t columns) {
  const StatisticValue* const gatings = results.find("power.gatings");
  if (gatings == nullptr) return "";
  TimeSum gated;
  gated.n = results.find("power.gated_time")->whole();
  std::string text = "off " + grouped_text(gatings->value) + " times for " + rounded_text(gated);
  text += ", and on " + grouped_text(results.value("power.ungatings")) + " times in " +
          rounded_text(TimeSum{Picoseconds{results.value("power.ungate.mean")}}) + " on average; " +
          grouped_text(results.value("power.delayed")) + " requests waited";
  if (const std::uint64_t again = results.value("power.reissued"); again > 0) text += ", " + grouped_text(again) + " issued again";
  text += ", and " + counted_text(results.value("power.keys_delayed"), "key");
  if (const StatisticValue* const suspensions = results.find("power.suspensions"))
    text += "; suspended " + grouped_text(suspensions->value) + " times";
  if (const StatisticValue* const restored = results.find("power.restored_keys"))
    text += ", " + grouped_text(restored->value) + " keys put back";
  return paragraph("clocks", text, columns);
}

/// Which power states there are, and what became of the clocks.
std::string power(const Results& results, std::size_t columns) {
  const std::string states = power_states_text(power_states(results.config));
  return (states.empty() ? "" : paragraph("power", states, columns)) + clocks_off(results, columns);
}

std::string utilisations(const Results& results) {
  static constexpr std::array<std::pair<const char*, const char*>, 5> parts{
      {{"CPU", "cpu"}, {"ICE", "ice"}, {"link tx", "link_tx"}, {"link rx", "link_rx"}, {"flash", "flash"}}};
  std::string text;
  for (const auto& [name, path] : parts) {
    if (const StatisticValue* found = results.find(std::string("utilisation.") + path)) {
      text += (text.empty() ? "busy      " : ", ") + std::string(name) + " " + percent_text(found->value);
    }
  }
  return text.empty() ? text : text + "\n";
}

/// Low to high, all and by parts, where anything is known of it.
std::string energies(const Results& results, std::size_t columns) {
  static constexpr std::array<std::pair<const char*, const char*>, 4> parts{
      {{"CPU", "cpu"}, {"engine", "engine"}, {"memory", "memory"}, {"link", "link"}}};
  const auto bounds = [&](const std::string& name) {
    return rounded_text(EnergySum{results.find("energy." + name + ".low")->whole()}) + " to " +
           rounded_text(EnergySum{results.find("energy." + name + ".high")->whole()});
  };
  if (results.find("energy.all.low") == nullptr) return "";
  std::string text = bounds("all");
  std::string separator = ": ";
  for (const auto& [name, path] : parts) text += std::exchange(separator, ", ") + name + " " + bounds(path);
  if (results.find("energy.device.all.low") != nullptr) text += ", device " + bounds("device.all");
  if (results.find("energy.standing.all.all.low") != nullptr) text += ", standing " + bounds("standing.all.all");
  if (results.value("energy.keys.high") > 0) text += "; for keys " + bounds("keys");
  return paragraph("energy", text, columns);
}

/// What blocks draw with time, by state, where that is counted.
std::string standing_power(const Results& results) {
  static constexpr std::array<const char*, 5> blocks{"controller", "engine", "link", "device", "all"};
  static constexpr std::array<std::pair<const char*, const char*>, 5> states{{{"awake", "awake"},
                                                                              {"asleep", "asleep"},
                                                                              {"suspended", "suspended"},
                                                                              {"all", "all"},
                                                                              {"sleepless", "if always awake"}}};
  if (results.find("energy.standing.all.all.low") == nullptr) return "";
  TextTable table("llrrrrr");
  table.row({"standing, by assumption", "", blocks[0], blocks[1], blocks[2], blocks[3], blocks[4]});
  for (const auto& [state, name] : states) {
    for (const char* bound : {"low", "high"}) {
      std::vector<std::string> row{bound[0] == 'l' ? std::string("  ") + name : "", bound[0] == 'l' ? "at least" : "at most"};
      for (const char* block : blocks)
        row.push_back(rounded_text(EnergySum{results.find(std::string("energy.standing.") + block + "." + state + "." + bound)->whole()}));
      table.row(row);
    }
  }
  return "\n" + table.text();
}

}  // namespace

std::string screen_text(const Results& results, const ScreenExtras& extras) {
  std::string text = headline(results, extras) + latencies(results) + errors_of_means(results, extras.columns) + "\n";
  if (!results.stages.empty()) text += stage_table(results) + "\n";
  if (const std::string machines = vm_table(results); !machines.empty()) text += machines + "\n";
  if (!results.by.empty()) text += group_tables_text(results.by, results.where) + "\n";
  if (!results.trace.keys.empty()) text += key_rules_text(results.trace.keys, results.statistics, "keys.", extras.columns);
  text += keyslots(results) + key_costs(results, extras.columns) + power(results, extras.columns) + utilisations(results) + energies(results, extras.columns);
  if (const std::string payload = payload_text(results); !payload.empty()) text += "payload   " + payload + "\n";
  text += standing_power(results);
  if (results.sensitivity.wanted) {
    text += "\n" + run_sensitivity_text(results.sensitivity);
  } else if (const std::string assumed = assumptions_in_short(results); !assumed.empty()) {
    // A guest cannot be run again.
    const bool served = results.find("driver.merges") == nullptr;
    text += paragraph("assumed", assumed + (served ? "" : "; --sensitivity tells which of them move the result"), extras.columns);
  }
  // What failed stands at the top.
  if (!results.warnings.empty()) text += "\nwarnings\n";
  for (const std::string& warning : results.warnings) text += "  " + printable_text(warning) + "\n";
  return text;
}

}  // namespace icesim
