// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/quantity_text.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/wide.hpp"

#include <array>

namespace icesim {
namespace {

struct Scale {
  std::string_view symbol;
  std::uint64_t factor;
  bool written = true;  // false: accepted when reading only
};

// Descending, so that the first one that fits is the largest.
constexpr std::array<Scale, 5> time_scales{
    {{"s", 1'000'000'000'000}, {"ms", 1'000'000'000}, {"us", 1'000'000}, {"ns", 1'000}, {"ps", 1}}};
constexpr std::array<Scale, 4> hertz_scales{{{"GHz", 1'000'000'000}, {"MHz", 1'000'000}, {"kHz", 1'000}, {"Hz", 1}}};
constexpr std::array<Scale, 11> byte_scales{{{"PiB", std::uint64_t{1} << 50},
                                             {"TiB", std::uint64_t{1} << 40},
                                             {"GiB", std::uint64_t{1} << 30},
                                             {"MiB", std::uint64_t{1} << 20},
                                             {"KiB", std::uint64_t{1} << 10},
                                             {"B", 1},
                                             {"PB", 1'000'000'000'000'000, false},
                                             {"TB", 1'000'000'000'000, false},
                                             {"GB", 1'000'000'000, false},
                                             {"MB", 1'000'000, false},
                                             {"kB", 1'000, false}}};

struct Kind {
  const Scale* scales = nullptr;
  std::size_t count = 0;
  std::string_view noun;
  std::string_view allowed;

  const Scale* begin() const { return scales; }
  const Scale* end() const { return scales + count; }
};

Kind kind_of(Unit unit) {
  switch (unit) {
    case Unit::picoseconds:
      return {time_scales.data(), time_scales.size(), "a time", "a number with ps, ns, us, ms or s"};
    case Unit::hertz:
      return {hertz_scales.data(), hertz_scales.size(), "a frequency", "a number with Hz, kHz, MHz or GHz"};
    case Unit::bytes:
      return {byte_scales.data(), byte_scales.size(), "a size",
              "a number with B, KiB, MiB, GiB, TiB, PiB, kB, MB, GB, TB or PB"};
    case Unit::cycles:
      return {nullptr, 0, "a number of cycles", "a plain integer"};
    case Unit::picojoules:  // only statistics are energies
    case Unit::none:
    case Unit::count:
      break;
  }
  return {nullptr, 0, "a count", "a plain integer"};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::uint64_t multiply_add(std::uint64_t value, std::uint64_t factor, std::uint64_t addend, bool& overflow) {
  std::uint64_t product = 0;
  overflow |= __builtin_mul_overflow(value, factor, &product) || __builtin_add_overflow(product, addend, &product);
  return product;
}

}  // namespace

std::string quantity_text(std::uint64_t value, Unit unit) {
  const Kind kind = kind_of(unit);
  if (kind.count == 0) return std::to_string(value);
  for (const Scale& scale : kind) {
    if (!scale.written || value < scale.factor) continue;
    if (unit == Unit::bytes) {
      if (value % scale.factor == 0) return std::to_string(value / scale.factor).append(scale.symbol);
      continue;
    }
    std::string text = std::to_string(value / scale.factor);
    if (std::uint64_t rest = value % scale.factor; rest != 0) {
      // factor + rest has a leading 1 followed by exactly the decimals, zeros included.
      std::string decimals = std::to_string(scale.factor + rest).substr(1);
      decimals.erase(decimals.find_last_not_of('0') + 1);
      text += "." + decimals;
    }
    return text.append(scale.symbol);
  }
  return std::string("0").append(unit_symbol(unit));
}

std::uint64_t parse_quantity(std::string_view text, Unit unit) {
  const Kind kind = kind_of(unit);
  auto fail = [&](std::string_view why) {
    throw UserError("'" + std::string(text) + "' " + std::string(why) + "; write " + std::string(kind.allowed));
  };
  const std::string not_kind = "is not " + std::string(kind.noun);
  bool overflow = false;
  std::size_t at = 0;
  std::uint64_t whole = 0;
  while (at < text.size() && is_digit(text[at])) {
    whole = multiply_add(whole, 10, static_cast<std::uint64_t>(text[at++] - '0'), overflow);
  }
  if (at == 0) fail(not_kind);
  std::string_view decimals;
  if (at < text.size() && text[at] == '.') {
    const std::size_t first = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    decimals = text.substr(first, at - first);
    if (decimals.empty()) fail(not_kind);
    while (!decimals.empty() && decimals.back() == '0') decimals.remove_suffix(1);
  }
  std::string_view symbol = text.substr(at);
  if (!symbol.empty() && symbol.front() == ' ') symbol.remove_prefix(1);

  std::uint64_t factor = 1;
  if (!symbol.empty()) {
    const Scale* found = nullptr;
    for (const Scale& scale : kind) {
      if (scale.symbol == symbol) found = &scale;
    }
    if (found == nullptr) fail(not_kind);
    factor = found->factor;
  }
  if (decimals.size() > 18) fail("has too many decimals");
  Wide fraction = 0;
  Wide denominator = 1;
  for (char c : decimals) {
    fraction = fraction * 10 + static_cast<unsigned>(c - '0');
    denominator *= 10;
  }
  fraction *= factor;
  if (fraction % denominator != 0) fail("is not a whole number of " + std::string(unit_symbol(unit)));
  const std::uint64_t value = multiply_add(whole, factor, static_cast<std::uint64_t>(fraction / denominator), overflow);
  if (overflow) fail("is too large");
  return value;
}

std::string_view unit_symbol(Unit unit) {
  switch (unit) {
    case Unit::picoseconds:
      return "ps";
    case Unit::bytes:
      return "B";
    case Unit::hertz:
      return "Hz";
    case Unit::picojoules:
      return "pJ";
    case Unit::cycles:
      return "cycles";
    case Unit::none:
    case Unit::count:
      break;
  }
  return "count";
}

}  // namespace icesim
