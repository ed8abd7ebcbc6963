// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/assumptions/platform_ranges.hpp"
#include "icesim/result/parameters.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace icesim::app {

/// A file of models/platforms, compiled into the program so that it works wherever it is installed.
struct Platform {
  std::string_view name;  ///< file name without .json
  std::string_view json;

  /// The comment in its first line.
  std::string_view sentence() const;
};

/// All built-in platforms in order of name. Defined in a file that CMake writes (platforms.cmake).
const std::vector<Platform>& built_in_platforms();

/// Their names.
std::vector<std::string> platform_names();

/// The built-in platform with this name, or null.
const Platform* find_platform(std::string_view name);

/// Sets the parameters that a built-in platform or, failing that, a file names, and returns the ranges of its assumptions. Throws
/// UserError.
PlatformRanges load_platform(const std::string& name_or_file, const DescribeParameters& config);

}  // namespace icesim::app
