// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/csv_layout.hpp"

#include "src/workload/text/csv_fields.hpp"
#include "src/workload/text/cursor.hpp"
#include "src/workload/text/fnv1a.hpp"

#include <algorithm>
#include <cctype>

namespace icesim::csv {
namespace {

constexpr std::uint64_t nanosecond = 1;
constexpr std::uint64_t windows_tick = 100;
constexpr std::uint64_t byte = 1;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What may stand behind the point of a number. Programs that know no whole numbers write zeros there.
enum class Fraction { none, zeros, any };

/// A decimal number times `unit`, digits beyond the ninth of the fraction dropped.
bool parse_decimal(std::string_view text, std::uint64_t unit, Fraction fractions, std::uint64_t& value) {
  Cursor at(text);
  std::uint64_t whole = 0;
  if (!is_digit(at.peek()) || !at.number(whole) || __builtin_mul_overflow(whole, unit, &value)) return false;
  if (at.at_end()) return true;
  if (fractions == Fraction::none || !at.literal('.') || at.at_end()) return false;
  std::string_view digits = at.rest();
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return false;
  if (fractions == Fraction::zeros) return digits.find_first_not_of('0') == std::string_view::npos;
  constexpr std::size_t most_digits = 9;
  digits = digits.substr(0, most_digits);
  std::uint64_t fraction = 0;
  Cursor(digits).number(fraction);
  std::uint64_t scale = 1;
  for (std::size_t i = 0; i < digits.size(); ++i) scale *= 10;
  return !__builtin_add_overflow(value, fraction * unit / scale, &value);
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

bool parse_operation(const Layout& layout, std::string_view text, RequestEvent& event) {
  if (!layout.read_word.empty()) {
    const bool is_read = same_word(text, layout.read_word);
    event.request.operation = is_read ? Operation::read : Operation::write;
    return is_read || same_word(text, layout.write_word);
  }
  constexpr std::pair<std::string_view, Operation> words[] = {{"read", Operation::read},
                                                              {"write", Operation::write},
                                                              {"flush", Operation::flush},
                                                              {"sync", Operation::flush},
                                                              {"discard", Operation::discard},
                                                              {"trim", Operation::discard}};
  for (const auto& [word, operation] : words) {
    if (!same_word(text, word)) continue;
    event.request.operation = operation;
    return true;
  }
  // Address and length may stand before it.
  const IoRequest before = event.request;
  if (!event.set(text, 0, 0) || event.has_unknown_flags) return false;
  event.request.offset = before.offset;
  event.request.length = before.length;
  return true;
}

bool is_number(std::string_view text, std::uint32_t& number) {
  Cursor at(text);
  return at.number(number) && at.at_end();
}

/// COMM-PID, PID or COMM. A process without a number gets one made of its name, above all that Linux gives, so that
/// such processes are told apart.
void take_process(std::string_view text, Row& row) {
  std::uint32_t& process = row.event.request.process;
  const std::size_t dash = text.rfind('-');
  if (text.empty() || is_number(text, process)) return;
  row.comm = text;
  if (dash != std::string_view::npos && is_number(text.substr(dash + 1), process)) {
    row.comm = text.substr(0, dash);
    return;
  }
  constexpr std::uint32_t made_up = std::uint32_t{1} << 31;
  Fnv1a hash;
  hash.add(text);
  process = static_cast<std::uint32_t>(hash.value()) | made_up;
}

bool parse_field(const Layout& layout, Column column, std::string_view text, Row& row) {
  IoRequest& request = row.event.request;
  constexpr std::uint64_t most_bytes = std::uint64_t{1} << 62;
  std::uint64_t value = 0;
  switch (column.field) {
    case Field::ignored:
      return true;
    case Field::process:
      take_process(text, row);
      return true;
    case Field::comm:
      row.comm = text;
      return true;
    case Field::operation:
      return parse_operation(layout, text, row.event);
    case Field::time:
      return parse_decimal(text, column.unit, layout.is_whole ? Fraction::none : Fraction::any, row.event.nanoseconds);
    case Field::latency:
      if (text.empty()) return true;  // it is not known
      break;
    default:
      break;
  }
  const Fraction fractions = layout.is_whole                  ? Fraction::none
                             : column.field == Field::latency ? Fraction::any
                                                              : Fraction::zeros;
  if (!parse_decimal(text, column.unit, fractions, value)) return false;
  if (column.field == Field::device) {
    // 8388608 is 8,0; the small number of a disk or volume is a minor one.
    row.event.device = BlockDevice::of_number(value);
  } else if (column.field == Field::key) {
    request.key = static_cast<KeyId>(value);
    return value <= ~KeyId{0};
  } else if (column.field == Field::latency) {
    constexpr std::uint64_t longest = std::uint64_t{1} << 50;
    row.latency = Picoseconds{value * 1'000};
    return value <= longest;
  } else {
    (column.field == Field::offset ? request.offset : request.length) = Bytes{value};
    return value <= most_bytes;
  }
  return true;
}

}  // namespace

bool parse_row(const Layout& layout, std::string_view line, Row& row) {
  row = {};
  std::string_view field;
  for (const Column column : layout.columns) {
    if (!take_field(line, layout.separator, field) || !parse_field(layout, column, field, row)) return false;
  }
  if (row.event.request.operation == Operation::flush) row.event.request.offset = row.event.request.length = Bytes{};
  return layout.more_may_follow || line.find_first_not_of(" \t") == std::string_view::npos;
}

const std::vector<Layout>& headless_layouts() {
  const auto sectors = sector_size.n;
  static const std::vector<Layout> layouts{
      {"msr", ',', false, "Read", "Write", false, true,
       {{Field::time, windows_tick}, {}, {Field::device}, {Field::operation}, {Field::offset, byte},
        {Field::length, byte}, {Field::latency, windows_tick}}},
      {"spc", ',', false, "R", "W", true, false,
       {{Field::device}, {Field::offset, sectors}, {Field::length, byte}, {Field::operation}, {Field::time, second}}},
      {"fiu", ' ', false, "R", "W", false, true,
       {{Field::time, nanosecond}, {Field::process}, {Field::comm}, {Field::offset, sectors}, {Field::length, sectors},
        {Field::operation}, {}, {Field::device}, {}}},
      {"tencent", ',', false, "0", "1", false, true,
       {{Field::time, second}, {Field::offset, sectors}, {Field::length, sectors}, {Field::operation}, {Field::device}}},
      {"mqsim", ' ', false, "1", "0", false, true,
       {{Field::time, nanosecond}, {Field::device}, {Field::offset, sectors}, {Field::length, sectors},
        {Field::operation}}},
  };
  return layouts;
}

const Layout& pixel_layout() {
  static const Layout layout{"pixel6a", ',', true, "R", "W", false, false,
                             {{Field::process}, {Field::device}, {Field::operation}, {Field::offset, sector_size.n},
                              {Field::length, sector_size.n}, {Field::time, second}}};
  return layout;
}

}  // namespace icesim::csv
