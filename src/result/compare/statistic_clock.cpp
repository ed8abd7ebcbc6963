// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/compare/statistic_clock.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/decimal_text.hpp"

#include <array>

namespace icesim {
namespace {

struct ClockOf {
  std::string_view beginning;  ///< of a statistic's path
  std::string_view clock;
};

/// The first that fits; the host controller's is that of all others.
constexpr std::array<ClockOf, 6> clocks{{{"ice.", "ice"},
                                         {"device.", "device"},
                                         {"flash.", "nand"},
                                         {"stages.crypto", "ice"},
                                         {"stages.device", "device"},
                                         {"stages.flash", "nand"}}};

/// 0 when the text is no number of that kind.
std::uint64_t number_of(std::string_view text, Unit unit) {
  try {
    return parse_quantity(text, unit);
  } catch (const UserError&) {
    return 0;
  }
}

}  // namespace

StatisticClock::StatisticClock(const RecordedResults& results) : results_(results) {
  const std::string_view gear = results.setting("link.gear");
  ice_is_low_ =
      !gear.empty() && number_of(gear, Unit::count) <= number_of(results.setting("clocks.ice_low_gears"), Unit::count);
}

std::string_view StatisticClock::of(std::string_view statistic) const {
  for (const ClockOf& each : clocks) {
    if (statistic.substr(0, each.beginning.size()) != each.beginning) continue;
    return each.clock == "ice" && ice_is_low_ ? "ice_low" : each.clock;
  }
  return "bus";
}

std::string StatisticClock::cycles(std::string_view clock, Wide picoseconds) const {
  const std::uint64_t hertz = number_of(results_.setting("clocks." + std::string(clock)), Unit::hertz);
  if (hertz == 0 || hertz >> 32 != 0 || picoseconds >> 88 != 0) return "";
  const Wide hundredths = (picoseconds * hertz + 5'000'000'000) / 10'000'000'000;
  std::string text = decimal_text(hundredths / 100) + "." + decimal_text(hundredths % 100 + 100).substr(1);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace icesim
