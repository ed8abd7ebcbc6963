// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "golden_directory.hpp"
#include "icesim/result/compare/comparison_writers.hpp"
#include "icesim/result/compare/tolerances.hpp"

#include <string>

namespace icesim::app {

/// What is compared: files of results with or without request logs, or golden directories; of a directory and a file
/// the trace of the file.
struct ComparedPaths {
  std::string before, after;
  std::string before_requests, after_requests;  ///< empty: none
};

/// Reads and compares. Throws UserError that names file and place.
ComparisonReport compare_paths(const ComparedPaths& paths, const Tolerances& tolerances);

/// Compares two golden directories, which messages call so.
ComparisonReport compare_goldens(const GoldenDirectory& before, const std::string& before_name,
                                 const GoldenDirectory& after, const std::string& after_name,
                                 const Tolerances& tolerances);

}  // namespace icesim::app
