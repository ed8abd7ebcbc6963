// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"

#include "icesim/base/wide.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace icesim {
namespace {

using Scale = std::pair<const char*, std::uint64_t>;

constexpr std::array<Scale, 5> time_scales{
    {{"s", 1'000'000'000'000}, {"ms", 1'000'000'000}, {"us", 1'000'000}, {"ns", 1'000}, {"ps", 1}}};

constexpr std::array<Scale, 5> energy_scales{
    {{"J", 1'000'000'000'000}, {"mJ", 1'000'000'000}, {"uJ", 1'000'000}, {"nJ", 1'000}, {"pJ", 1}}};

/// Decimals with which value / divisor has four digits, two at least.
unsigned precise_decimals(std::uint64_t value, std::uint64_t divisor) {
  unsigned decimals = 2;
  for (Wide ten = Wide{10} * divisor; decimals < 6 && Wide{value} < ten; ten /= 10) ++decimals;
  return decimals;
}

template <std::size_t N>
std::string scaled_text(std::uint64_t value, const std::array<Scale, N>& scales) {
  for (const auto& [symbol, factor] : scales) {
    if (value >= factor && factor > 1) return fixed_text(value, factor, 2) + " " + symbol;
  }
  return std::to_string(value) + " " + scales.back().first;
}

/// Of a sum that may have more than 64 bits; the first scale is 10^12.
std::string sum_text(Wide sum, const std::array<Scale, 5>& scales) {
  if (sum >> 64 == 0) return scaled_text(static_cast<std::uint64_t>(sum), scales);
  const Wide hundredths = (sum + 5'000'000'000) / 10'000'000'000;
  return decimal_text(hundredths / 100) + "." + decimal_text(hundredths % 100 + 100).substr(1) + " " + scales[0].first;
}

}  // namespace

std::string fixed_text(std::uint64_t value, std::uint64_t divisor, unsigned decimals) {
  std::uint64_t scale = 1;
  for (unsigned i = 0; i < decimals; ++i) scale *= 10;
  const Wide scaled = (Wide{value} * scale + divisor / 2) / divisor;
  const std::string whole = std::to_string(static_cast<std::uint64_t>(scaled / scale));
  if (decimals == 0) return whole;
  return whole + "." + std::to_string(scale + static_cast<std::uint64_t>(scaled % scale)).substr(1);
}

std::string decimal_text(Wide value) {
  std::string text;
  do text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
  while ((value /= 10) != 0);
  return text;
}

std::string percent_text(std::uint64_t parts_per_million) { return fixed_text(parts_per_million, 10'000, 1) + " %"; }

std::string difference_text(Wide before, Wide after) {
  return difference_text(before, after, decimal_text(after < before ? before - after : after - before));
}

std::string difference_text(Wide before, Wide after, const std::string& distance) {
  return (after < before ? "-" : "+") + distance;
}

std::string error_text(std::uint64_t recorded, std::uint64_t simulated) {
  const std::uint64_t distance = std::max(recorded, simulated) - std::min(recorded, simulated);
  return difference_text(recorded, simulated, percent_text(parts_per_million(distance, recorded)));
}

std::string counted_text(std::uint64_t count, const std::string& noun) {
  return grouped_text(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string grouped_text(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string microseconds_text(Picoseconds time) { return fixed_text(time.n, 1'000'000, 2); }

std::string rounded_text(TimeSum time) { return sum_text(time.n, time_scales); }

std::string rounded_text(EnergySum energy) { return sum_text(energy.n, energy_scales); }

std::string precise_microseconds_text(Picoseconds time) {
  return fixed_text(time.n, 1'000'000, precise_decimals(time.n, 1'000'000));
}

std::string precise_text(Picoseconds time) {
  for (const auto& [symbol, factor] : time_scales) {
    if (time.n >= factor && factor > 1)
      return fixed_text(time.n, factor, precise_decimals(time.n, factor)) + " " + symbol;
  }
  return rounded_text(time);
}

std::string rounded_text(Bytes size) {
  static constexpr std::array<Scale, 6> scales{{{"PiB", std::uint64_t{1} << 50},
                                                {"TiB", std::uint64_t{1} << 40},
                                                {"GiB", std::uint64_t{1} << 30},
                                                {"MiB", std::uint64_t{1} << 20},
                                                {"KiB", std::uint64_t{1} << 10},
                                                {"B", 1}}};
  return scaled_text(size.n, scales);
}

}  // namespace icesim
