// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/assumptions/platform_ranges.hpp"
#include "icesim/result/parameters.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace icesim {

/// The text of a platform, and what messages call it.
struct PlatformText {
  std::string name;
  std::string json;
};
/// Finds the platform that `base` of the platform called `name` names; throws UserError without position.
using FindBase = std::function<PlatformText(const std::string& base, const std::string& name)>;

/// Sets the parameters that a JSON text (comments allowed) names; the others keep their values.
/// A document with the member "icesim" is a results file, whose "config" member is read, so every run can be repeated.
/// Numbers are integers in the base unit or, where there is a unit, strings such as "300MHz". One that nobody has published
/// may say so, {"value": "195us", "range": ["75us", "400us"], "source": "why"}: these ranges are returned. Those of a results
/// file stand in its member "ranges".
/// Throws UserError "FILE:LINE:COLUMN: ..." on malformed JSON and "FILE:/ice/num_keyslots: ..." on an unknown or
/// repeated key, a wrong type, a value out of range, and a range that is not within the declared one or does not have its
/// value in it ("FILE:/flash/program_time/range: ..."); the configuration is then partly changed.
PlatformRanges read_parameters(std::string_view json, const std::string& file, const DescribeParameters& config);

/// The same for a platform, which may stand on another one: its member "based_on" names it, and what that sets is set
/// before; a range of it holds unless the value is said anew. Throws UserError "NAME:/based_on: ..." also on a base that is not
/// found or stands on the platform itself.
PlatformRanges read_platform(const PlatformText& platform, const DescribeParameters& config, const FindBase& find);

/// Sets one parameter from "path.name=value", as --set does.
/// Throws UserError that names what is allowed, and near matches of a path that does not exist.
void set_parameter(std::string_view assignment, const DescribeParameters& config);
/// The same for an option of its own; `option` begins the messages ("--mode").
void set_parameter(std::string_view option, std::string_view path, std::string_view value,
                   const DescribeParameters& config);

}  // namespace icesim
