// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/csv_header.hpp"

#include "icesim/base/edit_distance.hpp"
#include "src/workload/text/csv_fields.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace icesim::csv {
namespace {

struct Name {
  std::string_view name;
  Column column;
};
constexpr Name names[] = {
    {"time_s", {Field::time, second}},
    {"time_ms", {Field::time, 1'000'000}},
    {"time_us", {Field::time, 1'000}},
    {"time_ns", {Field::time, 1}},
    {"operation", {Field::operation}},
    {"offset", {Field::offset, 1}},
    {"sector", {Field::offset, sector_size.n}},
    {"length", {Field::length, 1}},
    {"sectors", {Field::length, sector_size.n}},
    {"process", {Field::process}},
    {"comm", {Field::comm}},
    {"device", {Field::device}},
    {"key", {Field::key}},
    {"latency_s", {Field::latency, second}},
    {"latency_ms", {Field::latency, 1'000'000}},
    {"latency_us", {Field::latency, 1'000}},
    {"latency_ns", {Field::latency, 1}},
};

/// What a column is called that tells a field.
std::string_view called(Field field) {
  switch (field) {
    case Field::time:
      return "time_s, time_ms, time_us or time_ns";
    case Field::latency:
      return "latency_s, latency_ms, latency_us or latency_ns";
    case Field::offset:
      return "offset (bytes) or sector (512 bytes)";
    case Field::length:
      return "length (bytes) or sectors (512 bytes)";
    default:
      return std::find_if(std::begin(names), std::end(names),
                          [&](const Name& name) { return name.column.field == field; })
          ->name;
  }
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

/// The field whose column a name looks like: `key_id`, `keyid`, `latency (ms)`, `lenght`; else `ignored`.
Field looks_like(std::string_view column) {
  constexpr std::size_t longest = 32;
  constexpr std::string_view tails[] = {"s", "id", "ids", "no", "nr", "num"};
  if (column.size() > longest) return Field::ignored;
  for (const Name& each : names) {
    const std::string_view root = each.name.substr(0, each.name.find('_'));
    if (column.substr(0, root.size()) != root) continue;
    const std::string_view tail = column.substr(root.size());
    const bool is_word_of_its_own = tail.empty() || std::isalnum(static_cast<unsigned char>(tail[0])) == 0;
    if (is_word_of_its_own || std::find(std::begin(tails), std::end(tails), tail) != std::end(tails))
      return each.column.field;
  }
  for (const Name& each : names) {
    const std::size_t most = each.name.size() < 5 ? 1 : 2;
    if (column.size() > 2 && edit_distance(column, each.name) <= most) return each.column.field;
  }
  return Field::ignored;
}

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  for (std::string_view field; take_field(line, ',', field);) columns.push_back(field);
  return columns;
}

bool is_whole(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_fraction(std::string_view text) {
  const std::size_t point = text.find('.');
  return point != std::string_view::npos && is_whole(text.substr(0, point)) && is_whole(text.substr(point + 1));
}

bool is_table(std::string_view line) {
  const auto& layouts = headless_layouts();
  return read_header(line).known > 1 || std::any_of(layouts.begin(), layouts.end(), [&](const Layout& layout) {
           Row row;
           return parse_row(layout, line, row);
         });
}

bool has_fields(std::string_view line, char separator, bool (*first)(std::string_view), std::size_t count) {
  std::string_view field;
  std::size_t fields = 0;
  for (; take_field(line, separator, field); ++fields) {
    if (!(fields == 0 ? first : is_whole)(field)) return false;
  }
  return fields == count;
}

/// Alibaba's: device, operation, offset, length, microseconds.
bool is_alibaba(std::string_view line) {
  const auto columns = columns_of(line);
  return columns.size() == 5 && is_whole(columns[0]) && (columns[1] == "R" || columns[1] == "W") &&
         is_whole(columns[2]) && is_whole(columns[3]) && is_whole(columns[4]);
}

}  // namespace

Header read_header(std::string_view line) {
  Header header{{"csv", ',', true, {}, {}, false, false, {}}, 0, {}, {}};
  std::vector<std::pair<Field, std::string_view>> similar;
  const auto count = [&](Field field) {
    return std::count_if(header.layout.columns.begin(), header.layout.columns.end(),
                         [&](const Column& column) { return column.field == field; });
  };
  for (const std::string_view column : columns_of(line)) {
    const std::string wanted = lower(column);
    const auto found =
        std::find_if(std::begin(names), std::end(names), [&](const Name& each) { return each.name == wanted; });
    header.layout.columns.push_back(found == std::end(names) ? Column{} : found->column);
    if (found != std::end(names))
      ++header.known;
    else if (const Field field = looks_like(wanted); field != Field::ignored)
      similar.emplace_back(field, column);
  }
  for (const Field needed : {Field::time, Field::operation, Field::offset, Field::length}) {
    if (count(needed) > 0) continue;
    header.lacks += (header.lacks.empty() ? "" : "; ") + std::string(called(needed));
  }
  if (!header.lacks.empty()) header.lacks = "it lacks a column " + header.lacks;
  for (const Name& each : names) {
    if (count(each.column.field) > 1 && header.lacks.empty())
      header.lacks = "it has two columns of " + std::string(called(each.column.field));
  }
  for (const auto& [field, column] : similar) {
    if (count(field) > 0) continue;
    header.doubts += (header.doubts.empty() ? "" : "; ") + ("column \"" + std::string(column)) +
                     "\" is not known; did you mean " + std::string(called(field)) + "?";
  }
  return header;
}

std::string foreign_table(std::string_view line) {
  if (has_fields(line, ' ', is_fraction, 5)) {
    return "its five columns are not MQSim's, whose times are whole nanoseconds: these have fractions, as DiskSim's "
           "milliseconds have; name the columns (time_s when they are seconds): (echo "
           "time_ms,device,sector,sectors,operation; awk '{print $1\",\"$2\",\"$3\",\"$4\",\"($5%2?\"R\":\"W\")}' "
           "FILE) > t.csv";
  }
  for (const auto& [separator, what] :
       {std::pair{';',
                  "is a table separated by semicolons; make them commas: sed 's/,/./g; "
                  "s/;/,/g' FILE > t.csv"},
        std::pair{'\t',
                  "is a table separated by tabs; make them commas: tr '\\t' , < FILE > "
                  "t.csv"},
        std::pair{'|', "is a table separated by bars; make them commas: tr '|' , < FILE > t.csv"}}) {
    std::string commas(line);
    std::replace(commas.begin(), commas.end(), ',', '.');
    std::replace(commas.begin(), commas.end(), separator, ',');
    if (line.find(separator) != std::string_view::npos && is_table(commas)) return what;
  }
  if (is_alibaba(line)) {
    return "is a table without names of columns, like Alibaba's; put them in front: sed '1i "
           "device,operation,offset,length,time_us' FILE > t.csv";
  }
  if (line == "Timestamp,Response,IOType,LUN,Offset,Size") {
    return "is the table of SYSTOR '17; give its columns our names: sed "
           "'1s/.*/time_s,latency_s,operation,device,offset,length/' "
           "FILE > t.csv";
  }
  const Header header = read_header(line);
  if (header.known == 0 || header.lacks.empty()) return {};
  return "not a trace that icesim knows: as a table " + header.lacks +
         (header.doubts.empty() ? "" : "; " + header.doubts);
}

}  // namespace icesim::csv
