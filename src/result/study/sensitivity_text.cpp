// SPDX-License-Identifier: Apache-2.0
#include "sensitivity_text.hpp"

#include "icesim/base/printable.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/text_table.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::size_t most_conditions = 6;

bool flips(const SensitivityStudy& study, const Sensitivity& each) { return each.keyslots != study.keyslots; }

std::string effect_text(const Sensitivity& each) {
  constexpr std::uint64_t tenfold = 10'000'000;
  const std::uint64_t ppm = each.effect_ppm();
  if (each.after > each.before && ppm >= tenfold) return "x " + grouped_text(ppm / 1'000'000 + 1);
  return (each.after < each.before ? "-" : "+") + percent_text(ppm);
}

/// "3 keyslots; 233 if host.costs.mmio_write is 110ns or more (it is 50ns); ..."
std::string conditions(const SensitivityStudy& study) {
  std::string text = "  " + counted_text(study.keyslots, "keyslot");
  std::size_t fewer = 0, shown = 0;
  for (const Sensitivity& each : study.all) {
    if (each.keyslots < study.keyslots) ++fewer;
    if (each.keyslots <= study.keyslots || shown == most_conditions) continue;
    ++shown;
    text += "; " + std::to_string(each.keyslots) + " if " + each.path + " is " + each.value;
    if (each.from != each.value) text += ", more than " + std::to_string(study.keyslots) + " from " + each.from + " on";
    text += " (it is " + each.base + ")";
  }
  if (shown == 0) text += ", and no assumption alone would need more";
  if (fewer > 0) text += "; fewer at " + counted_text(fewer, "end");
  return text + "\n";
}

}  // namespace

std::string sensitivity_text(const KeyslotSizing& sizing) {
  const SensitivityStudy& study = sizing.sensitivity;
  if (!study.wanted) return "";
  std::string text = "\nsensitivity: " + grouped_text(study.ends) + " ends of ranges of assumptions, each alone" +
                     (sizing.traces.size() > 1 ? ", with " + printable_text(study.trace) + ", which decides" : "") + "\n";
  text += conditions(study) + "\n";
  TextTable table("lrrrrr", "  ");
  table.row({"assumption", "is", "moved to", "the metric", "keyslots", "from"});
  for (std::size_t i = 0; i < std::min(study.all.size(), most_effects_shown); ++i) {
    const Sensitivity& each = study.all[i];
    table.row({each.path, each.base, each.value, effect_text(each), flips(study, each) ? std::to_string(each.keyslots) : "-", each.from});
  }
  if (study.all.empty()) return text + "  none of them moves the " + sizing.metric.text() + " by 0.1 %, nor the number of keyslots\n";
  text += table.text();
  if (study.all.size() > most_effects_shown) text += "  and " + grouped_text(study.all.size() - most_effects_shown) + " more, which move it less\n";
  if (!study.refused.empty()) text += "  " + grouped_text(study.refused.size()) + " ends cannot be, the first: " + printable_text(study.refused.front()) + "\n";
  return text;
}

}  // namespace icesim
