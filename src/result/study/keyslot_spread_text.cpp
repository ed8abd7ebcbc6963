// SPDX-License-Identifier: Apache-2.0
#include "keyslot_spread_text.hpp"

#include "icesim/result/decimal_text.hpp"

namespace icesim {
namespace {

/// "-1.3 %".
std::string signed_text(std::int64_t ppm) {
  return (ppm < 0 ? "-" : "") + percent_text(static_cast<std::uint64_t>(ppm < 0 ? -ppm : ppm));
}

}  // namespace

std::string keyslot_spread_text(const KeyslotSpread& spread) {
  if (spread.fewer == 0) return "";
  const std::string fewer = std::to_string(spread.fewer);
  std::string text = "spread: with " + fewer + " it is " + signed_text(spread.whole_ppm) + " worse than with " + std::to_string(spread.keyslots);
  if (spread.parts_ppm.size() < 2) return text + "; no two parts of the trace have requests that are measured\n";
  text += ", in " + std::to_string(spread.parts_ppm.size()) + " windows of half the trace " + signed_text(spread.least_ppm()) + " to " + signed_text(spread.most_ppm()) + ": " + fewer;
  return text + (spread.is_noise() ? " is within the spread of the trace's parts: " : " is beyond the spread of the trace's parts: ") +
         percent_text(spread.spread_ppm()) + "\n";
}

}  // namespace icesim
