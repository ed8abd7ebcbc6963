// SPDX-License-Identifier: Apache-2.0
#include "json_text.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/result/decimal_text.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;

/// Begins a text of digits that stands for a number of more than 64 bits, which the library cannot hold.
constexpr char wide_mark = '\x01';

/// The document with all text printable: who parses it and prints a member is as safe as who prints it whole.
Json printable_json(const Json& document) {
  if (document.is_binary()) return wide_mark + std::string(document.get_binary().begin(), document.get_binary().end());
  if (document.is_string()) return printable_text(document.get_ref<const std::string&>());
  if (!document.is_structured()) return document;
  Json printable = document.is_object() ? Json::object() : Json::array();
  if (document.is_object()) {
    for (const auto& [key, value] : document.items()) printable[printable_text(key)] = printable_json(value);
  } else {
    for (const Json& value : document) printable.push_back(printable_json(value));
  }
  return printable;
}

}  // namespace

std::string json_position(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return std::to_string(line) + ":" + std::to_string(before.size() - start + 1);
}

std::string json_reason(const nlohmann::detail::exception& error) {
  const std::string what = error.what();
  const std::size_t colon = what.find(": ");
  return what.substr(colon == std::string::npos ? what.find("] ") + 2 : colon + 2);
}

nlohmann::ordered_json parse_json(std::string_view text, const std::string& file) {
  // The library takes a NUL byte for the end of the text, whatever stands behind it.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    throw UserError(file + ":" + json_position(text, nul) + ": malformed JSON: a NUL byte");
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
    throw UserError(file + ":" + json_position(text, error.byte == 0 ? 0 : error.byte - 1) +
                    ": malformed JSON: " + json_reason(error));
  } catch (const Json::out_of_range& error) {
    // A number like 1e999, which the message quotes.
    const std::string what = json_reason(error);
    const std::size_t quote = what.find('\'') + 1;
    throw UserError(file + ":" + json_position(text, text.find(what.substr(quote, what.rfind('\'') - quote))) +
                    ": malformed JSON: " + what);
  }
}

nlohmann::ordered_json json_number(Wide value) {
  if (value >> 64 == 0) return static_cast<std::uint64_t>(value);
  // Of a kind that no text from outside can have.
  const std::string digits = decimal_text(value);
  return Json::binary({digits.begin(), digits.end()});
}

nlohmann::ordered_json document_of(const StudyOrigin& origin) {
  nlohmann::ordered_json document = nlohmann::ordered_json::object();
  if (!origin.version.empty()) document["icesim"] = origin.version;
  if (!origin.command.empty()) document["command"] = origin.command;
  return document;
}

std::string dump_json(const nlohmann::ordered_json& document) {
  // Names of traces may hold any bytes; the report must still be valid JSON.
  std::string text = printable_json(document).dump(2) + "\n";
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
