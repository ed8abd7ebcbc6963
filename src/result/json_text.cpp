// SPDX-License-Identifier: Apache-2.0
#include "json_text.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/decimal_text.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;

/// Begins a text of digits that stands for a number of more than 64 bits, which the library cannot hold.
constexpr char wide_mark = '\x01';

std::string position(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return std::to_string(line) + ":" + std::to_string(before.size() - start + 1);
}

/// "[json.exception...] parse error at line 1, column 2: reason" without what we say ourselves.
std::string reason(const Json::exception& error) {
  const std::string what = error.what();
  const std::size_t colon = what.find(": ");
  return what.substr(colon == std::string::npos ? what.find("] ") + 2 : colon + 2);
}

}  // namespace

nlohmann::ordered_json parse_json(std::string_view text, const std::string& file) {
  // The library keeps the last of two equal keys in silence; a configuration that says two things is an error.
  std::vector<std::set<std::string>> keys;
  std::string repeated;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second) {
      repeated = parsed.get<std::string>();
    }
    return true;
  };
  try {
    Json document = Json::parse(text, watch, true, true);
    if (!repeated.empty()) throw UserError(file + ": key \"" + repeated + "\" is repeated; write it once");
    return document;
  } catch (const Json::parse_error& error) {
    throw UserError(file + ":" + position(text, error.byte == 0 ? 0 : error.byte - 1) +
                    ": malformed JSON: " + reason(error));
  } catch (const Json::out_of_range& error) {
    // A number like 1e999, which the message quotes.
    const std::string what = reason(error);
    const std::size_t quote = what.find('\'') + 1;
    throw UserError(file + ":" + position(text, text.find(what.substr(quote, what.rfind('\'') - quote))) +
                    ": malformed JSON: " + what);
  }
}

nlohmann::ordered_json json_number(Wide value) {
  if (value >> 64 == 0) return static_cast<std::uint64_t>(value);
  return wide_mark + decimal_text(value);
}

std::string dump_json(const nlohmann::ordered_json& document) {
  // Names of traces may hold any bytes; the report must still be valid JSON.
  std::string text = document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  static const std::string opening = "\"\\u0001";
  for (std::size_t at = 0; (at = text.find(opening, at)) != std::string::npos; ++at) {
    const std::size_t digits = at + opening.size();
    const std::size_t end = text.find_first_not_of("0123456789", digits);
    if (end == digits || text[end] != '"') continue;
    text.erase(end, 1);
    text.erase(at, opening.size());
  }
  return text;
}

}  // namespace icesim
