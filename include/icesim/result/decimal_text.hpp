// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <cstdint>
#include <string>

namespace icesim {

/// Rounded numbers for people, computed in integers; files get exact ones instead (base/quantity_text.hpp).

/// value / divisor with a fixed number of decimals, rounded to the nearest.
std::string fixed_text(std::uint64_t value, std::uint64_t divisor, unsigned decimals);
/// "61.2 %" from 612345 parts per million.
std::string percent_text(std::uint64_t parts_per_million);
/// All digits of a number.
std::string decimal_text(Wide value);
/// From one number to another: "+3", "-3", "+0"; with other words for how far, "+1.5 %".
std::string difference_text(Wide before, Wide after);
std::string difference_text(Wide before, Wide after, const std::string& distance);
/// How far what was simulated is from what was recorded, which is not 0: "+12.3 %".
std::string error_text(std::uint64_t recorded, std::uint64_t simulated);
/// "84,197".
std::string grouped_text(std::uint64_t value);
/// "1 request", "84,197 requests".
std::string counted_text(std::uint64_t count, const std::string& noun);
/// Microseconds with two decimals: "65.10".
std::string microseconds_text(Picoseconds time);
/// The same with four digits at least, so that rounding moves a percentile by less than a 2000th: "5.103", "65.10".
std::string precise_microseconds_text(Picoseconds time);
/// Largest unit that leaves at least one digit, four digits at least: "1.234 ms", "12.35 s".
std::string precise_text(Picoseconds time);
/// Largest unit that leaves at least one digit, two decimals: "12.35 s", "1.20 GiB".
std::string rounded_text(TimeSum time);
std::string rounded_text(Bytes size);
std::string rounded_text(EnergySum energy);

}  // namespace icesim
