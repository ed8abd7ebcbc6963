// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/study/axis.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// The points of a study as what distinguishes them.
struct Plan {
  std::vector<std::string> names;  ///< of what is varied
  /// A value for each name; empty: as the study's configuration has it.
  std::vector<std::vector<std::string>> points;
};

/// Every value of one axis with every value of the others; the last axis changes fastest. Throws UserError when that are
/// more than `most_points`, or when two axes are of one name.
Plan cross_product(const std::vector<Axis>& axes);

/// Reads a list of points, one per line: assignments "path=value" with spaces between. What stands behind a # is a
/// comment. Throws UserError "FILE:LINE: ...".
Plan read_points(std::string_view text, const std::string& file, const std::vector<ParameterGroup>& parameters);

}  // namespace icesim
