// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/parameter_reader.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/near_match.hpp"
#include "json_text.hpp"
#include "src/result/assumptions/range_reader.hpp"

#include <algorithm>

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;

bool is_results(const Json& document) { return document.is_object() && document.contains("icesim"); }

std::size_t choice_index(std::string_view text, const Choice* choices, std::size_t count) {
  std::string allowed;
  for (std::size_t i = 0; i < count; ++i) {
    if (choices[i].name == text) return i;
    allowed.append(i == 0 ? "" : ", ").append(choices[i].name);
  }
  throw UserError("'" + std::string(text) + "' is not one of " + allowed);
}

/// Walks a JSON object beside the parameters. Errors below at() have no position; at() adds it.
class JsonReader final : public Fields {
 public:
  JsonReader(const Json& top, std::string file, std::string pointer, PlatformRanges& ranges)
      : file_(std::move(file)), prefix_(pointer.size()), ranges_(ranges) {
    levels_.push_back({&top, std::move(pointer), {}});
    if (!top.is_object()) fail(levels_.back().pointer, "expected an object, found " + std::string(top.type_name()));
    levels_.back().known.push_back("$schema");
  }
  /// The member "based_on", or nothing.
  std::string base() {
    std::string name;
    at("based_on", [&](const Json& json) {
      if (!json.is_string()) throw UserError(std::string("expected the name of a platform, found ") + json.type_name());
      name = json.get<std::string>();
    });
    return name;
  }
  [[noreturn]] void fail_at_base(const std::string& what) const { fail("/based_on", what); }
  void finish() { refuse_unknown_keys(levels_.back()); }

 protected:
  void number(std::string_view name, std::uint64_t& value, Unit unit, Range range, const Doc&) override {
    at(name, [&](const Json& json) {
      const std::string path = path_of(name);
      ranges_.erase(std::remove_if(ranges_.begin(), ranges_.end(), [&](const PlatformRange& each) { return each.path == path; }),
                    ranges_.end());
      if (!json.is_object()) {
        value = number_of(json, unit, range);
        return;
      }
      const std::uint64_t read = read_ranged_value(json, unit, range);
      ranges_.push_back(read_range(json, unit, range, read));
      ranges_.back().path = path;
      value = read;
    });
  }
  void flag(std::string_view name, bool& value, const Doc&) override {
    at(name, [&](const Json& json) {
      if (!json.is_boolean()) throw UserError(std::string("expected true or false, found ") + json.type_name());
      value = json.get<bool>();
    });
  }
  void choice(std::string_view name, std::size_t& index, const Choice* choices, std::size_t count,
              const Doc&) override {
    at(name, [&](const Json& json) {
      if (!json.is_string()) throw UserError(std::string("expected a string, found ") + json.type_name());
      index = choice_index(json.get<std::string>(), choices, count);
    });
  }
  void text(std::string_view name, std::string& value, const TextForm& form, const Doc&) override {
    at(name, [&](const Json& json) {
      if (!json.is_string()) throw UserError(std::string("expected a string, found ") + json.type_name());
      form.check(json.get<std::string>());
      value = json.get<std::string>();
    });
  }
  void enter(std::string_view name, std::string_view) override {
    const Json* inner = nullptr;
    at(name, [&](const Json& json) {
      if (!json.is_object()) throw UserError(std::string("expected an object, found ") + json.type_name());
      inner = &json;
    });
    levels_.push_back({inner, levels_.back().pointer + "/" + std::string(name), {}});
  }
  void leave() override {
    refuse_unknown_keys(levels_.back());
    levels_.pop_back();
  }

 private:
  struct Level {
    const Json* object;  // null: the text does not mention this group
    std::string pointer;
    std::vector<std::string> known;
  };

  [[noreturn]] void fail(const std::string& pointer, const std::string& what) const {
    throw UserError(file_ + ":" + (pointer.empty() ? "/" : pointer) + ": " + what);
  }
  template <class Action>
  void at(std::string_view name, const Action& action) {
    Level& level = levels_.back();
    level.known.emplace_back(name);
    if (level.object == nullptr) return;
    const auto found = level.object->find(std::string(name));
    if (found == level.object->end()) return;
    try {
      action(*found);
    } catch (const WrongMember& error) {
      fail(level.pointer + "/" + std::string(name) + "/" + error.member, error.what());
    } catch (const UserError& error) {
      fail(level.pointer + "/" + std::string(name), error.what());
    }
  }
  /// "ice.num_keyslots", whatever stands before the configuration.
  std::string path_of(std::string_view name) const {
    std::string path = levels_.back().pointer.substr(prefix_);
    if (!path.empty()) path = path.substr(1) + "/";
    std::replace(path.begin(), path.end(), '/', '.');
    return path.append(name);
  }
  void refuse_unknown_keys(const Level& level) const {
    if (level.object == nullptr) return;
    for (const auto& item : level.object->items()) {
      if (std::find(level.known.begin(), level.known.end(), item.key()) != level.known.end()) continue;
      std::string hint = did_you_mean(item.key(), level.known);
      if (hint.empty()) {
        for (const std::string& name : level.known) {
          if (name != "$schema") hint += (hint.empty() ? "; allowed: " : ", ") + name;
        }
      }
      fail(level.pointer + "/" + item.key(), "unknown key" + hint);
    }
  }

  std::string file_;
  std::size_t prefix_;
  PlatformRanges& ranges_;
  std::vector<Level> levels_;
};

/// Sets the one parameter with the given path.
class Override final : public Fields {
 public:
  Override(std::string_view path, std::string_view value) : path_(path), value_(value) {}
  bool found() const { return found_; }

 protected:
  void number(std::string_view name, std::uint64_t& value, Unit unit, Range range, const Doc&) override {
    if (!matches(name)) return;
    const std::uint64_t read = parse_quantity(value_, unit);
    if (!range.contains(read)) throw UserError(quantity_text(read, unit) + " is outside " + range_text(range, unit));
    value = read;
  }
  void flag(std::string_view name, bool& value, const Doc&) override {
    if (!matches(name)) return;
    if (value_ != "true" && value_ != "false") throw UserError("'" + std::string(value_) + "' is not true or false");
    value = value_ == "true";
  }
  void choice(std::string_view name, std::size_t& index, const Choice* choices, std::size_t count,
              const Doc&) override {
    if (matches(name)) index = choice_index(value_, choices, count);
  }
  void text(std::string_view name, std::string& value, const TextForm& form, const Doc&) override {
    if (!matches(name)) return;
    form.check(value_);
    value = value_;
  }
  void enter(std::string_view name, std::string_view) override { prefix_.append(name).append("."); }
  void leave() override {
    prefix_.pop_back();
    prefix_.erase(prefix_.rfind('.') + 1);
  }

 private:
  bool matches(std::string_view name) {
    const bool match = path_.size() == prefix_.size() + name.size() && path_.substr(0, prefix_.size()) == prefix_ &&
                       path_.substr(prefix_.size()) == name;
    found_ |= match;
    return match;
  }

  std::string_view path_;
  std::string_view value_;
  std::string prefix_;
  bool found_ = false;
};

std::string why_unknown(std::string_view path, const DescribeParameters& config) {
  std::vector<std::string> paths;
  std::string members;
  for (const ParameterGroup& group : list_parameters(config)) {
    for (const Parameter& parameter : group.parameters) {
      paths.push_back(parameter.path);
      if (group.path == path) members += (members.empty() ? "" : ", ") + parameter.path;
    }
  }
  if (!members.empty()) return "is a group; its parameters are " + members;
  const std::string hint = did_you_mean(path, paths);
  return "is not a parameter" + (hint.empty() ? ";" : hint) + " 'icesim describe parameters' lists all";
}

}  // namespace

namespace {

/// A platform that stands on those of `names`, the one asked for first.
PlatformRanges read_standing(const PlatformText& platform, const DescribeParameters& config, const FindBase& find,
                             std::vector<std::string> names) {
  constexpr std::size_t most = 16;
  const Json document = parse_json(platform.json, platform.name);
  if (is_results(document)) return read_parameters(platform.json, platform.name, config);
  PlatformRanges ranges;
  JsonReader reader(document, platform.name, "", ranges);
  if (const std::string base = reader.base(); !base.empty()) {
    PlatformText below;
    try {
      below = find(base, platform.name);
    } catch (const UserError& error) {
      reader.fail_at_base(error.what());
    }
    names.push_back(platform.name);
    if (std::find(names.begin(), names.end(), below.name) != names.end())
      reader.fail_at_base(below.name + " stands on itself");
    if (names.size() == most) reader.fail_at_base("more than " + std::to_string(most) + " stand on each other");
    ranges = read_standing(below, config, find, std::move(names));
  }
  config(reader);
  reader.finish();
  return ranges;
}

}  // namespace

PlatformRanges read_parameters(std::string_view json, const std::string& file, const DescribeParameters& config) {
  const Json document = parse_json(json, file);
  const bool results = is_results(document);
  if (results && !document.contains("config")) {
    throw UserError(file + ":/config: missing; a results file holds the configuration of its run");
  }
  PlatformRanges ranges;
  JsonReader reader(results ? document["config"] : document, file, results ? "/config" : "", ranges);
  config(reader);
  reader.finish();
  if (results && document.contains("ranges")) ranges = read_ranges(document["ranges"], file, list_parameters(config));
  return ranges;
}

PlatformRanges read_platform(const PlatformText& platform, const DescribeParameters& config, const FindBase& find) {
  return read_standing(platform, config, find, {});
}

void set_parameter(std::string_view assignment, const DescribeParameters& config) {
  const std::string option = "--set " + std::string(assignment);
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) throw UserError(option + ": expected path.name=value");
  set_parameter(option, assignment.substr(0, equals), assignment.substr(equals + 1), config);
}

void set_parameter(std::string_view option, std::string_view path, std::string_view value,
                   const DescribeParameters& config) {
  const std::string prefix = std::string(option) + ": ";
  Override setter(path, value);
  try {
    config(setter);
  } catch (const UserError& error) {
    throw UserError(prefix + error.what());
  }
  if (!setter.found()) throw UserError(prefix + std::string(path) + " " + why_unknown(path, config));
}

}  // namespace icesim
