// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "src/workload/bytes/byte_source.hpp"
#include "src/workload/bytes/memory_bytes.hpp"
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/text/line_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Files of questions to Linux's code and its recorded answers: CSV without quotes, `#` begins a comment, `-` means
/// that a column does not apply.
namespace icesim::test {

/// How many lines of a file our classes answered in another way than Linux.
struct ReplayResult {
  std::uint64_t lines = 0;
  std::uint64_t differences = 0;
  std::uint64_t first = 0;  ///< line of the file with the first difference
};

/// The lines of such a file, cut into their columns. What cannot be is a UserError that names file and line.
class RecordedAnswers {
 public:
  using Number = std::optional<std::uint64_t>;

  explicit RecordedAnswers(std::unique_ptr<ByteSource> bytes) : lines_(std::move(bytes)) {}
  /// A file, which may be compressed.
  static RecordedAnswers file(const std::string& path) { return RecordedAnswers(open_bytes(path)); }
  /// A text, which has to stay.
  static RecordedAnswers of(std::string_view text) {
    return RecordedAnswers(std::make_unique<MemoryBytes>("text", text));
  }

  /// Goes to the next line that is no comment; false at the end of the file.
  bool next() {
    std::string_view line;
    while (lines_.next(line)) {
      if (line.empty()) continue;
      if (line[0] == '#') {
        note_limits(line);
        continue;
      }
      cut(line);
      ++result_.lines;
      return true;
    }
    if (result_.lines == 0)
      throw UserError(lines_.name() + ": no recorded answers; they are lines of numbers and words");
    return false;
  }

  std::size_t columns() const { return columns_.size(); }
  void expect_columns(std::size_t count) const {
    if (columns() != count) fail(std::to_string(columns()) + " columns; there are " + std::to_string(count));
  }
  std::string_view text(std::size_t column) const { return columns_.at(column); }
  std::uint64_t number(std::size_t column, std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) const {
    return parsed(text(column), most);
  }
  /// Nothing where the column does not apply.
  Number number_or_none(std::size_t column, std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) const {
    if (text(column) == "-") return std::nullopt;
    return number(column, most);
  }
  /// Numbers with a space between them, or none at all.
  std::vector<std::uint64_t> list(std::size_t column) const {
    std::vector<std::uint64_t> numbers;
    std::string_view rest = text(column);
    if (rest == "-") return numbers;
    while (true) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      numbers.push_back(parsed(rest.substr(0, end), std::numeric_limits<std::uint64_t>::max()));
      if (end == rest.size()) return numbers;
      rest.remove_prefix(end + 1);
    }
  }
  /// Place of the column's word in `words`.
  template <std::size_t Size>
  std::size_t word(std::size_t column, const std::string_view (&words)[Size]) const {
    const auto* const found = std::find(words, words + Size, text(column));
    if (found != words + Size) return static_cast<std::size_t>(found - words);
    std::string allowed;
    for (const std::string_view each : words) allowed += (allowed.empty() ? "" : ", ") + std::string(each);
    fail(quoted(text(column)) + " stands where one of these does: " + allowed);
  }
  /// The number behind `name` in the comment `# Limits: ...` above; `otherwise` when there is none.
  std::uint64_t limit(std::string_view name, std::uint64_t otherwise) const {
    std::size_t at = limits_.find(" " + std::string(name) + " ");
    if (at == std::string::npos) return otherwise;
    at += name.size() + 2;
    return parsed(std::string_view(limits_).substr(at, limits_.find_first_not_of("0123456789", at) - at),
                  std::numeric_limits<std::uint64_t>::max());
  }

  /// Says whether our answer to this line is Linux's.
  void compare(bool same) {
    if (same) return;
    if (result_.differences++ == 0) result_.first = lines_.number();
  }
  const ReplayResult& result() const { return result_; }
  [[noreturn]] void fail(const std::string& what) const { lines_.fail(what); }

 private:
  void note_limits(std::string_view comment) {
    if (comment.substr(0, 9) == "# Limits:") limits_ = comment;
  }
  void cut(std::string_view line) {
    columns_.clear();
    while (true) {
      const std::size_t end = line.find(',');
      columns_.push_back(line.substr(0, end));
      if (end == std::string_view::npos) return;
      line.remove_prefix(end + 1);
    }
  }
  std::uint64_t parsed(std::string_view text, std::uint64_t most) const {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range) fail(quoted(text) + " has more than 64 bits");
    if (error != std::errc{} || end != text.data() + text.size()) fail(quoted(text) + " stands where a number does");
    if (number > most) fail(quoted(text) + " is larger than " + std::to_string(most));
    return number;
  }
  static std::string quoted(std::string_view text) { return "\"" + std::string(text.substr(0, 40)) + "\""; }

  LineReader lines_;
  std::vector<std::string_view> columns_;
  std::string limits_;
  ReplayResult result_;
};

/// The main function of a program that replays files. Exit code 0: no difference; 1: a difference; 2: a file cannot be
/// read.
template <class Replay>
int replay_files(const char* program, int argc, char** argv, Replay&& replay) {
  if (argc < 2) {
    std::cerr << "usage: " << program << " FILE...\n";
    return 2;
  }
  int code = 0;
  try {
    for (int i = 1; i < argc; ++i) {
      const ReplayResult result = replay(RecordedAnswers::file(argv[i]));
      std::cout << argv[i] << ": lines " << result.lines << " differences " << result.differences;
      if (result.differences > 0) std::cout << ", the first in line " << result.first;
      std::cout << "\n" << std::flush;
      if (result.differences > 0) code = 1;
    }
  } catch (const UserError& error) {
    std::cerr << program << ": " << error.what() << "\n";
    return 2;
  }
  return code;
}

}  // namespace icesim::test
