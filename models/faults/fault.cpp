// SPDX-License-Identifier: Apache-2.0
#include "models/faults/fault.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/base/text/list_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace icesim {
namespace {

template <class Enumerator, std::size_t N>
std::optional<Enumerator> find(const std::array<Choice, N>& names, std::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const Choice& each) { return each.name == name; });
  if (found == names.end()) return std::nullopt;
  return static_cast<Enumerator>(found - names.begin());
}

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw UserError("--fault '" + std::string(text) + "': " + why);
}

/// "2.5ms", but not "2": a number alone is that of a request.
bool is_time(std::string_view text) {
  constexpr std::string_view digits = "0123456789";
  return !text.empty() && digits.find(text.front()) != std::string_view::npos && text.find(':') == std::string_view::npos &&
         text.find_first_not_of(digits) != std::string_view::npos;
}

Picoseconds time_of(std::string_view text, std::string_view time) {
  try {
    return Picoseconds{parse_quantity(time, Unit::picoseconds)};
  } catch (const UserError& error) {
    refuse(text, error.what());
  }
}

}  // namespace

Fault Fault::parse(std::string_view text) {
  const std::size_t at = text.find('@');
  const auto kind = find<Kind>(kinds, text.substr(0, at));
  if (!kind) refuse(text, "the kinds of faults are " + kind_names());
  if (at == std::string_view::npos)
    refuse(text, *kind == Kind::power_loss ? "it needs the number of a request or a time, as in power-loss@write:3 or power-loss@2.5ms"
                                           : "it needs the number of a request, as in lost-answer@write:3");
  Fault fault;
  fault.kind = *kind;
  std::string_view number = text.substr(at + 1);
  if (fault.kind == Kind::power_loss && is_time(number)) {
    fault.time = time_of(text, number);
    return fault;
  }
  if (const std::size_t colon = number.find(':'); colon != std::string_view::npos) {
    const auto among = find<Among>(groups, number.substr(0, colon));
    if (!among || *among == Among::all) refuse(text, "before the colon stands read, write, flush or crypto");
    if (!fault.counts_requests()) refuse(text, "it counts resets, not requests of a group");
    fault.among = *among;
    number = number.substr(colon + 1);
  }
  const char* const end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, fault.number);
  if (error != std::errc() || stop != end || fault.number == 0)
    refuse(text, "'" + std::string(number) + "' is no number of a request; they are counted from 1" +
                     (fault.kind == Kind::power_loss ? ", and a time is one as 2.5ms" : ""));
  return fault;
}

std::string Fault::kind_names() {
  return list_text(kinds, [](const Choice& each) { return each.name; });
}

std::string Fault::text() const {
  std::string result(kinds[static_cast<std::size_t>(kind)].name);
  result += "@";
  if (time) return result + quantity_text(*time);
  if (among != Among::all) result += std::string(groups[static_cast<std::size_t>(among)].name) + ":";
  return result + std::to_string(number);
}

}  // namespace icesim
