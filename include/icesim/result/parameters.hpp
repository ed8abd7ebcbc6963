// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Shows every parameter of one configuration to a visitor.
using DescribeParameters = std::function<void(Fields&)>;

/// Refers to a configuration struct, which must outlive the returned function.
template <class Config>
DescribeParameters parameters_of(Config& config) {
  return [&config](Fields& fields) { config.describe(fields); };
}

/// One parameter as its describe() line states it, with its present value.
struct Parameter {
  enum class Kind { number, flag, choice, text };
  struct Spelling {
    std::string name;
    std::string sentence;
  };

  std::string path;  ///< dotted, from the top: "ice.num_keyslots"
  Kind kind = Kind::number;
  Unit unit = Unit::none;
  std::uint64_t value = 0;  ///< flags: 0 or 1; choices: index into `choices`; texts: into `examples` by set_value()
  Range range{0, 0};
  std::vector<Spelling> choices;
  std::string text;                   ///< of texts
  std::string allowed;
  std::string pattern;
  std::vector<std::string> examples;  ///< of which the first is the default
  std::string sentence;
  std::string source;
  bool assumption = false;
  bool of_platform = false;           ///< range and source are those of the platform, which makes it an assumption
  std::string moves;
  std::string idle;                   ///< why nothing looks at it, as the others are set; empty: something does

  /// The last part of the path.
  std::string_view name() const;
  /// Any value that the range allows, and with it the text.
  void set_value(std::uint64_t number) {
    value = number;
    if (kind == Kind::text) text = examples.at(number);
  }
};

/// A group and the parameters directly in it; the first group of a list is the top, with an empty path.
struct ParameterGroup {
  std::string path;
  std::string sentence;
  std::vector<Parameter> parameters;
};

/// Lists all parameters in the order of their declaration. Throws Bug when a value is outside its own range or two
/// parameters share a path, which no user can cause.
std::vector<ParameterGroup> list_parameters(const DescribeParameters& config);

/// The value as --set and JSON accept it: "300MHz", "true", "closed", "32".
std::string value_text(const Parameter& parameter);
/// What is allowed: "1..256", "at least 1ns", "any", "true, false", "open, closed".
std::string range_text(const Parameter& parameter);
std::string range_text(Range range, Unit unit);
/// Unit for humans: "time", "bytes", "Hz", "cycles", "count", "flag", "choice", "text".
std::string_view unit_text(const Parameter& parameter);

}  // namespace icesim
