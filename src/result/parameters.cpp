// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/parameters.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/base/text/list_text.hpp"

#include <limits>
#include <map>
#include <set>

namespace icesim {
namespace {

class ParameterLister final : public Fields {
 public:
  std::vector<ParameterGroup> groups{1};

 protected:
  void number(std::string_view name, std::uint64_t& value, Unit unit, Range range, const Doc& doc) override {
    Parameter& added = add(name, Parameter::Kind::number, value, doc);
    added.unit = unit;
    added.range = range;
    ensure(range.contains(value), added.path + ": the value is outside its own range");
  }
  void flag(std::string_view name, bool& value, const Doc& doc) override {
    add(name, Parameter::Kind::flag, value ? 1 : 0, doc).range = Range{std::uint64_t{0}, std::uint64_t{1}};
  }
  void choice(std::string_view name, std::size_t& index, const Choice* choices, std::size_t count,
              const Doc& doc) override {
    Parameter& added = add(name, Parameter::Kind::choice, index, doc);
    ensure(index < count, added.path + ": the value has no spelling");
    added.range = Range{std::uint64_t{0}, std::uint64_t{count - 1}};
    for (std::size_t i = 0; i < count; ++i) {
      added.choices.push_back({std::string(choices[i].name), std::string(choices[i].sentence)});
    }
  }
  void text(std::string_view name, std::string& value, const TextForm& form, const Doc& doc) override {
    Parameter& added = add(name, Parameter::Kind::text, 0, doc);
    form.check(value);
    added.text = value;
    added.allowed = form.allowed;
    added.pattern = form.pattern;
    added.examples.assign(form.examples, form.examples + form.count);
    added.range = Range{std::uint64_t{0}, std::uint64_t{form.count - 1}};
  }
  void enter(std::string_view name, std::string_view sentence) override {
    ParameterGroup group;
    group.path = path_of(name);
    group.sentence = sentence;
    open_.push_back(groups.size());
    groups.push_back(std::move(group));
  }
  void leave() override { open_.pop_back(); }
  void only(std::string_view why) override {
    const bool outer = !only_.empty() && !only_.back().empty();
    only_.push_back(outer ? only_.back() : spelt_out(why));
  }
  void no_longer_only() override { only_.pop_back(); }
  void idle(std::string_view path, std::string_view why) override { idle_.emplace(path, why); }

 private:
  /// With the path of the group in front of a leading dot.
  std::string spelt_out(std::string_view why) const {
    return (!why.empty() && why.front() == '.' ? groups[open_.back()].path : "") + std::string(why);
  }
  /// The outermost reason is what is to be changed first.
  std::string why_idle(const std::string& path, const Doc& doc) const {
    for (std::size_t end = path.find('.');; end = path.find('.', end + 1)) {
      if (const auto found = idle_.find(path.substr(0, end)); found != idle_.end()) return found->second;
      if (end == std::string::npos) break;
    }
    return only_.empty() || only_.back().empty() ? spelt_out(doc.idle) : only_.back();
  }
  std::string path_of(std::string_view name) const {
    const std::string& parent = groups[open_.back()].path;
    return parent.empty() ? std::string(name) : parent + "." + std::string(name);
  }
  Parameter& add(std::string_view name, Parameter::Kind kind, std::uint64_t value, const Doc& doc) {
    Parameter added;
    added.path = path_of(name);
    added.kind = kind;
    added.value = value;
    added.sentence = doc.sentence;
    added.source = doc.source;
    added.assumption = doc.assumption;
    added.moves = doc.moves;
    added.idle = why_idle(added.path, doc);
    ensure(paths_.insert(added.path).second, added.path + ": declared twice");
    auto& parameters = groups[open_.back()].parameters;
    parameters.push_back(std::move(added));
    return parameters.back();
  }

  std::vector<std::size_t> open_{0};
  std::vector<std::string> only_;  ///< why not, of each condition that holds for what is declared now
  std::map<std::string, std::string> idle_;
  std::set<std::string> paths_;
};

}  // namespace

std::string_view Parameter::name() const {
  const std::size_t dot = path.rfind('.');
  return dot == std::string::npos ? std::string_view(path) : std::string_view(path).substr(dot + 1);
}

std::vector<ParameterGroup> list_parameters(const DescribeParameters& config) {
  ParameterLister lister;
  config(lister);
  return std::move(lister.groups);
}

std::string value_text(const Parameter& parameter) {
  switch (parameter.kind) {
    case Parameter::Kind::flag:
      return parameter.value != 0 ? "true" : "false";
    case Parameter::Kind::choice:
      return parameter.choices.at(parameter.value).name;
    case Parameter::Kind::text:
      return parameter.text;
    case Parameter::Kind::number:
      break;
  }
  return quantity_text(parameter.value, parameter.unit);
}

std::string range_text(Range range, Unit unit) {
  const bool open = range.max == std::numeric_limits<std::uint64_t>::max();
  if (open) return range.min == 0 ? "any" : "at least " + quantity_text(range.min, unit);
  const std::string steps = range.step == 1 ? "" : ", multiples of " + quantity_text(range.step, unit);
  return quantity_text(range.min, unit) + ".." + quantity_text(range.max, unit) + steps;
}

std::string range_text(const Parameter& parameter) {
  if (parameter.kind == Parameter::Kind::number) return range_text(parameter.range, parameter.unit);
  if (parameter.kind == Parameter::Kind::flag) return "true, false";
  if (parameter.kind == Parameter::Kind::text) return parameter.allowed;
  return list_text(parameter.choices, [](const Parameter::Spelling& choice) -> std::string_view { return choice.name; });
}

std::string_view unit_text(const Parameter& parameter) {
  if (parameter.kind == Parameter::Kind::flag) return "flag";
  if (parameter.kind == Parameter::Kind::choice) return "choice";
  if (parameter.kind == Parameter::Kind::text) return "text";
  switch (parameter.unit) {
    case Unit::picoseconds:
      return "time";
    case Unit::bytes:
      return "bytes";
    default:
      return unit_symbol(parameter.unit);
  }
}

}  // namespace icesim
