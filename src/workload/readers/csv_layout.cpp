// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/csv_layout.hpp"

#include "src/workload/text/cursor.hpp"
#include "src/workload/text/fnv1a.hpp"

#include <algorithm>
#include <cctype>

namespace icesim::csv {
namespace {

constexpr std::uint64_t nanosecond = 1;
constexpr std::uint64_t windows_tick = 100;
constexpr std::uint64_t microsecond = 1'000;
constexpr std::uint64_t millisecond = 1'000'000;
constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t byte = 1;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A decimal number times `unit`, digits beyond the ninth of the fraction dropped.
bool parse_decimal(std::string_view text, std::uint64_t unit, std::uint64_t& value) {
  Cursor at(text);
  std::uint64_t whole = 0;
  if (!is_digit(at.peek()) || !at.number(whole) || __builtin_mul_overflow(whole, unit, &value)) return false;
  if (at.at_end()) return true;
  if (!at.literal('.') || at.at_end()) return false;
  std::string_view digits = at.rest();
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return false;
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
  return event.set(text, 0, 0);
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
      return parse_decimal(text, column.unit, row.event.nanoseconds);
    default:
      break;
  }
  if (!parse_decimal(text, column.unit, value)) return false;
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

/// Takes the next field off a line, which has no data behind its last one; several spaces separate like one.
bool take(std::string_view& line, char separator, std::string_view& field) {
  if (separator == ' ') line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  if (line.data() == nullptr || (line.empty() && separator == ' ')) return false;
  const std::size_t end = std::min(separator == ' ' ? line.find_first_of(" \t") : line.find(separator), line.size());
  field = line.substr(0, end);
  line = end == line.size() ? std::string_view() : line.substr(end + 1);
  return true;
}

}  // namespace

bool parse_row(const Layout& layout, std::string_view line, Row& row) {
  row = {};
  std::string_view field;
  for (const Column column : layout.columns) {
    if (!take(line, layout.separator, field) || !parse_field(layout, column, field, row)) return false;
  }
  if (row.event.request.operation == Operation::flush) row.event.request.offset = row.event.request.length = Bytes{};
  return layout.more_may_follow || line.find_first_not_of(" \t") == std::string_view::npos;
}

const std::vector<Layout>& headless_layouts() {
  const auto sectors = sector_size.n;
  static const std::vector<Layout> layouts{
      {"msr", ',', false, "Read", "Write", false,
       {{Field::time, windows_tick}, {}, {Field::device}, {Field::operation}, {Field::offset, byte},
        {Field::length, byte}, {Field::latency, windows_tick}}},
      {"spc", ',', false, "R", "W", true,
       {{Field::device}, {Field::offset, sectors}, {Field::length, byte}, {Field::operation}, {Field::time, second}}},
      {"fiu", ' ', false, "R", "W", false,
       {{Field::time, nanosecond}, {Field::process}, {Field::comm}, {Field::offset, sectors}, {Field::length, sectors},
        {Field::operation}, {}, {Field::device}, {}}},
      {"tencent", ',', false, "0", "1", false,
       {{Field::time, second}, {Field::offset, sectors}, {Field::length, sectors}, {Field::operation}, {Field::device}}},
      {"mqsim", ' ', false, "1", "0", false,
       {{Field::time, nanosecond}, {Field::device}, {Field::offset, sectors}, {Field::length, sectors},
        {Field::operation}}},
  };
  return layouts;
}

const Layout& pixel_layout() {
  static const Layout layout{"pixel6a", ',', true, "R", "W", false,
                             {{Field::process}, {Field::device}, {Field::operation}, {Field::offset, sector_size.n},
                              {Field::length, sector_size.n}, {Field::time, second}}};
  return layout;
}

std::optional<Layout> named_columns(std::string_view header) {
  struct Name {
    std::string_view name;
    Column column;
  };
  static const Name names[] = {
      {"time_s", {Field::time, second}},          {"time_ms", {Field::time, millisecond}},
      {"time_us", {Field::time, microsecond}},    {"time_ns", {Field::time, nanosecond}},
      {"operation", {Field::operation}},          {"offset", {Field::offset, byte}},
      {"sector", {Field::offset, sector_size.n}}, {"length", {Field::length, byte}},
      {"sectors", {Field::length, sector_size.n}}, {"process", {Field::process}},
      {"comm", {Field::comm}},
      {"device", {Field::device}},                {"key", {Field::key}},
      {"latency_us", {Field::latency, microsecond}}, {"latency_ns", {Field::latency, nanosecond}},
  };
  Layout layout{"csv", ',', true, {}, {}, false, {}};
  std::string_view field;
  while (take(header, ',', field)) {
    const auto found =
        std::find_if(std::begin(names), std::end(names), [&](const Name& name) { return name.name == field; });
    layout.columns.push_back(found == std::end(names) ? Column{} : found->column);
  }
  for (const Field needed : {Field::time, Field::operation, Field::offset, Field::length}) {
    const auto count = std::count_if(layout.columns.begin(), layout.columns.end(),
                                     [&](const Column& column) { return column.field == needed; });
    if (count != 1) return std::nullopt;
  }
  return layout;
}

}  // namespace icesim::csv
