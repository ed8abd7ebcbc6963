// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/base/text/list_text.hpp"
#include "icesim/result/near_match.hpp"
#include "src/result/json_text.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace icesim {

/// A value of a scenario, which knows where it stands. Everything that it does not allow is a UserError.
class RingNode {
 public:
  using Json = nlohmann::ordered_json;

  RingNode(const Json& json, std::string place) : json_(&json), place_(std::move(place)) {}

  [[noreturn]] void fail(const std::string& why) const { throw UserError(place_ + (place_.back() == ':' ? "/: " : ": ") + why); }
  /// An object with some of these members.
  void expect_members(const std::vector<std::string>& known) const {
    for (const auto& [name, node] : members())
      if (std::find(known.begin(), known.end(), name) == known.end()) node.fail("unknown key" + hint(name, known));
  }
  std::vector<std::pair<std::string, RingNode>> members() const {
    if (!json_->is_object()) fail_with("an object");
    std::vector<std::pair<std::string, RingNode>> all;
    for (const auto& item : json_->items()) all.emplace_back(item.key(), RingNode(item.value(), place_ + "/" + item.key()));
    return all;
  }
  std::vector<RingNode> items() const {
    if (!json_->is_array()) fail_with("an array");
    std::vector<RingNode> all;
    for (const Json& each : *json_) all.emplace_back(each, place_ + "/" + std::to_string(all.size()));
    return all;
  }
  bool has(const std::string& name) const { return json_->is_object() && json_->contains(name); }
  RingNode at(const std::string& name) const {
    if (!has(name)) throw UserError(place_ + "/" + name + ": is missing");
    return {(*json_)[name], place_ + "/" + name};
  }
  std::string text() const {
    if (!json_->is_string()) fail_with("a string");
    return json_->get<std::string>();
  }
  bool flag() const {
    if (!json_->is_boolean()) fail_with("true or false");
    return json_->get<bool>();
  }
  std::uint64_t number(std::uint64_t most) const {
    if (!json_->is_number_unsigned() || json_->get<std::uint64_t>() > most) fail_with("a whole number of 0 to " + std::to_string(most));
    return json_->get<std::uint64_t>();
  }
  std::uint32_t id() const { return static_cast<std::uint32_t>(number(4'294'967'294)); }
  /// "0640"
  std::uint32_t mode() const {
    const std::string digits = text();
    if (digits.size() < 3 || digits.size() > 4 || digits.find_first_not_of("01234567") != std::string::npos || (digits.size() == 4 && digits[0] != '0'))
      fail("'" + digits + "' is no mode; \"0640\" is one");
    return static_cast<std::uint32_t>(std::stoul(digits, nullptr, 8));
  }
  /// One of these names.
  std::size_t name_among(const std::vector<std::string>& names, const std::string& kind) const {
    const std::string name = text();
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) fail("there is no " + kind + " '" + name + "'" + hint(name, names));
    return static_cast<std::size_t>(found - names.begin());
  }

 private:
  [[noreturn]] void fail_with(const std::string& what) const {
    std::string found = json_->is_structured() || json_->is_null() ? json_->type_name() : json_->dump(-1, ' ', true, Json::error_handler_t::replace);
    fail("expected " + what + ", found " + (found.size() > 40 ? json_->type_name() : found));
  }
  static std::string hint(const std::string& name, const std::vector<std::string>& names) {
    std::string near = did_you_mean(name, names);
    return !near.empty() ? near : names.empty() ? "; there is none" : "; allowed: " + list_text(names);
  }

  const Json* json_;
  std::string place_;
};

}  // namespace icesim
