// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/printable.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/power_states.hpp"
#include "icesim/result/study/keyslot_alternatives.hpp"
#include "icesim/result/text_table.hpp"

namespace icesim {
namespace {

std::string keyslots_of(const KeyslotAlternative& each) {
  if (!each.refused.empty()) return "refused";
  if (!each.has_keyslots) return "no keyslots";
  return each.advice.keyslots == 0 ? "nothing" : std::to_string(each.advice.keyslots);
}

std::string values_text(const KeyslotAlternatives& all, const KeyslotAlternative& each) {
  std::string text;
  for (std::size_t i = 0; i < all.names.size(); ++i) text += (i == 0 ? "" : ", ") + all.names[i] + "=" + each.values[i];
  return printable_text(text);
}

}  // namespace

std::string keyslot_alternatives_text(const KeyslotAlternatives& all) {
  std::string text = all.keys_text.empty() ? "" : all.keys_text + "\n";
  text += "the smallest number of keyslots whose " + all.metric.text() + " is " + all.metric.within_text() + "; latencies are of " + all.metric.requests_text() + "\n\n";
  TextTable table(std::string(all.names.size(), 'l') + "rrrrrrr");
  std::vector<std::string> titles = all.names;
  for (const char* title : {"keyslots", "mean us", "p99 us", "key cost us", "energy of keys", "key bits", "expanded"}) titles.emplace_back(title);
  table.row(titles);
  std::string below;
  for (const KeyslotAlternative& each : all.rows) {
    std::vector<std::string> cells;
    for (const std::string& value : each.values) cells.push_back(printable_text(value));
    cells.push_back(keyslots_of(each));
    const KeyslotPoint& point = each.point;
    if (each.refused.empty()) {
      cells.push_back(microseconds_text(point.measured_mean));
      cells.push_back(precise_microseconds_text(point.measured_p99));
      cells.push_back(microseconds_text(point.key_cost));
      cells.push_back(rounded_text(point.keys_low) + " to " + rounded_text(point.keys_high));
      cells.push_back(point.built == 0 ? "-" : grouped_text(point.raw_bits()));
      cells.push_back(point.built == 0 ? "-" : grouped_text(point.expanded_bits()));
    }
    table.row(cells);
    if (const std::string power = power_states_text(each.power_states); !power.empty()) below += values_text(all, each) + ": " + power + "\n";
    const std::string& line = each.refused.empty() ? each.advice.reason : each.refused;
    if (!each.refused.empty() || (each.has_keyslots && each.advice.keyslots == 0)) below += values_text(all, each) + ": " + printable_text(line) + "\n";
  }
  text += table.text();
  if (!below.empty()) text += "\n" + below;
  if (!all.warnings.empty()) text += "\nwarnings\n";
  for (const std::string& warning : all.warnings) text += "  " + printable_text(warning) + "\n";
  return text;
}

}  // namespace icesim
