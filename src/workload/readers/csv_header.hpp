// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/readers/csv_layout.hpp"

#include <string>
#include <string_view>

namespace icesim::csv {

/// What a line of column names declares.
struct Header {
  Layout layout;
  std::size_t known = 0;  ///< columns with a name of ours
  std::string lacks;      ///< why no table begins so: which columns are missing, or there twice
  /// Columns whose names look like ours, are not, and are the only ones that could tell what they seem to.
  std::string doubts;
};

Header read_header(std::string_view line);

/// What a first line looks like that is neither a known table nor names of columns, and the way out; empty: nothing.
std::string foreign_table(std::string_view line);

}  // namespace icesim::csv
