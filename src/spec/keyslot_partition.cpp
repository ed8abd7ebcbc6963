// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/keyslot_partition.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <array>

namespace icesim {
namespace {

constexpr std::string_view all_share = "shared";
constexpr std::size_t longest_name = 15;

constexpr std::array<std::string_view, 6> examples{
    all_share,  "host:16,android:16",  "host:16,android:32", "host:1,android:1,modem:2", "host:4",
    "a:1,b:1,c:1,d:1,e:1,f:1,g:1,h:1"};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Of a number without sign or blanks; 0 when it is none or too large.
std::uint64_t number_of(std::string_view text) {
  if (text.empty() || text.size() > 3 || !std::all_of(text.begin(), text.end(), is_digit)) return 0;
  std::uint64_t number = 0;
  for (const char digit : text) number = 10 * number + static_cast<std::uint64_t>(digit - '0');
  return number;
}

KeyslotPartition::Part part_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos)
    throw UserError("'" + std::string(text) + "' is not NAME:KEYSLOTS; allowed: shared, or NAME:KEYSLOTS,NAME:KEYSLOTS...");
  KeyslotPartition::Part part{std::string(text.substr(0, colon)), number_of(text.substr(colon + 1))};
  KeyslotPartition::check_name(part.name);
  if (part.keyslots == 0 || part.keyslots > KeyslotPartition::most_keyslots)
    throw UserError("'" + std::string(text.substr(colon + 1)) + "' keyslots of " + part.name + " are not a number of 1..256");
  return part;
}

}  // namespace

void KeyslotPartition::check_name(std::string_view name) {
  const bool fits = !name.empty() && name.size() <= longest_name && is_lower(name.front()) && name != all_share &&
                    std::all_of(name.begin(), name.end(),
                                [](char c) { return is_lower(c) || is_digit(c) || c == '_' || c == '-'; });
  if (fits) return;
  throw UserError("'" + std::string(name) + "' cannot be the name of a virtual machine: up to 15 of a-z, 0-9, _ and -, a letter "
                  "first, and not 'shared'");
}

std::uint64_t KeyslotPartition::keyslots() const {
  std::uint64_t sum = 0;
  for (const Part& part : parts_) sum += part.keyslots;
  return sum;
}

KeyslotPartition KeyslotPartition::of(std::string_view text) {
  KeyslotPartition partition;
  if (text == all_share) return partition;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    Part part = part_of(text.substr(at, comma - at));
    for (const Part& other : partition.parts_)
      if (other.name == part.name) throw UserError("the virtual machine " + part.name + " is named twice");
    partition.parts_.push_back(std::move(part));
    at = comma + 1;
  }
  if (partition.parts_.size() > most_vms)
    throw UserError(std::to_string(partition.parts_.size()) + " virtual machines are named; at most 8 can be");
  if (partition.keyslots() > most_keyslots)
    throw UserError(std::to_string(partition.keyslots()) + " keyslots are more than the 256 that a file can have");
  return partition;
}

std::string KeyslotPartition::text() const {
  if (shared()) return std::string(all_share);
  std::string text;
  for (const Part& part : parts_) text += (text.empty() ? "" : ",") + part.name + ":" + std::to_string(part.keyslots);
  return text;
}

TextForm KeyslotPartition::form() {
  return {"shared, or NAME:KEYSLOTS of up to 8 virtual machines, the host first",
          "^(shared|[a-z][a-z0-9_-]{0,14}:[0-9]{1,3}(,[a-z][a-z0-9_-]{0,14}:[0-9]{1,3}){0,7})$", examples.data(),
          examples.size(), [](std::string_view text) { of(text); }};
}

}  // namespace icesim
