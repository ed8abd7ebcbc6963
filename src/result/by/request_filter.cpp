// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/by/request_filter.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/base/text/glob.hpp"
#include "icesim/base/text/list_text.hpp"
#include "icesim/result/near_match.hpp"

#include <algorithm>
#include <array>

namespace icesim {
namespace {

const std::vector<std::string> condition_names{"process", "file", "policy", "key", "op", "size", "from", "to"};
const std::vector<std::string> operation_words(operation_names.begin(), operation_names.end());
constexpr std::size_t first_time = 6;

[[noreturn]] void refuse(std::string_view what, std::string_view word, const std::vector<std::string>& allowed) {
  throw UserError("--where: " + std::string(what) + "'" + std::string(word) + "' is not one of " + list_text(allowed) +
                  did_you_mean(word, allowed));
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  constexpr std::size_t most_digits = 19;
  if (text.empty() || text.size() > most_digits || text.find_first_not_of("0123456789") != std::string_view::npos)
    return {};
  return parse_quantity(text, Unit::count);
}

std::uint64_t quantity(std::string_view name, const std::string& value, Unit unit) {
  try {
    return parse_quantity(value, unit);
  } catch (const UserError& error) {
    throw UserError("--where " + std::string(name) + "=" + value + ": " + error.what());
  }
}

}  // namespace

RequestFilter::RequestFilter(const std::vector<std::string>& conditions) {
  for (std::string_view left : conditions) {
    text_ += (text_.empty() ? "" : ",") + std::string(left);
    while (true) {
      const std::size_t comma = left.find(',');
      add(left.substr(0, comma));
      if (comma == std::string_view::npos) break;
      left.remove_prefix(comma + 1);
    }
  }
  if (to_ && *to_ <= from_)
    throw UserError("--where: from=" + quantity_text(from_) + " is not before to=" + quantity_text(*to_));
}

void RequestFilter::add(std::string_view condition) {
  const std::size_t equals = condition.find('=');
  const std::string_view name = condition.substr(0, equals);
  const auto found = std::find(condition_names.begin(), condition_names.end(), name);
  if (found == condition_names.end()) refuse("", name, condition_names);
  if (equals == std::string_view::npos || equals + 1 == condition.size())
    throw UserError("--where: a value is missing behind '" + std::string(name) + "'");
  const std::string value(condition.substr(equals + 1));
  const auto index = static_cast<std::size_t>(found - condition_names.begin());
  if (index >= first_time) return add_time(name, value);
  Condition mine{static_cast<What>(index), number_of(value), value};
  mine.none = value == "none";
  if (mine.what == What::operation) {
    const auto operation = std::find(operation_words.begin(), operation_words.end(), value);
    if (operation == operation_words.end()) refuse("op ", value, operation_words);
  } else if (mine.what == What::size) {
    RequestRecord like;
    like.length = Bytes{quantity(name, value, Unit::bytes)};
    mine.number = class_of(RequestBy::size, like).number;
  } else if (mine.what == What::key && !mine.number && !mine.none) {
    throw UserError("--where key=" + value + ": a key's number or none is allowed");
  }
  conditions_.push_back(std::move(mine));
}

void RequestFilter::add_time(std::string_view name, const std::string& value) {
  const Picoseconds time{quantity(name, value, Unit::picoseconds)};
  if (name == "from")
    from_ = time;
  else
    to_ = time;
}

bool RequestFilter::Condition::holds(const RequestRecord& request) const {
  const RequestOrigin& origin = request.origin;
  switch (what) {
    case What::process:
      return (number && *number == request.process) || fits_glob(pattern, origin.process_name) ||
             (!origin.process_name.empty() && pattern.find('-') != std::string::npos &&
              pattern == std::string(origin.process_name) + "-" + std::to_string(request.process));
    case What::file:
      return number ? *number == request.inode && request.inode != 0
                    : none ? request.inode == 0 : !origin.path.empty() && fits_glob(pattern, origin.path);
    case What::policy:
      return number ? *number == request.policy && request.policy != 0
                    : none ? request.policy == 0 : !origin.policy_name.empty() && fits_glob(pattern, origin.policy_name);
    case What::key:
      return none ? request.key == 0 : request.key != 0 && *number == request.key;
    case What::operation:
      return request.operation == pattern;
    case What::size:
      return class_of(RequestBy::size, request).number == *number;
  }
  throw_bug("a condition is about something that is listed");
}

bool RequestFilter::covers(const RequestRecord& request) const {
  if (request.arrival < from_ || (to_ && request.arrival >= *to_)) return false;
  // Bits: asked for, and true of it.
  unsigned asked = 0, holds = 0;
  for (const Condition& condition : conditions_) {
    const unsigned bit = 1U << static_cast<unsigned>(condition.what);
    asked |= bit;
    if ((holds & bit) == 0 && condition.holds(request)) holds |= bit;
  }
  return asked == holds;
}

std::string RequestFilter::hint(const std::vector<std::string>& processes) const {
  for (const Condition& condition : conditions_) {
    if (condition.what != What::process || condition.number) continue;
    const bool met = std::any_of(processes.begin(), processes.end(),
                                 [&](const std::string& name) { return fits_glob(condition.pattern, name); });
    if (met) continue;
    if (processes.empty()) return "; the trace names no process";
    return did_you_mean(condition.pattern, processes);
  }
  return "";
}

}  // namespace icesim
