// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/compare/golden_index.hpp"

#include <string>
#include <vector>

namespace icesim::app {

/// A file of results that is longer is none.
inline constexpr std::uint64_t longest_file = 64 << 20;

/// Results and request logs of some traces, kept to be compared with: what a timing model is held to.
struct GoldenDirectory {
  /// What is kept of a trace; GoldenIndex::Trace of the same place tells the rest.
  struct Run {
    std::string results;   ///< results_json()
    std::string requests;  ///< what RequestLog wrote
  };

  GoldenIndex index;
  std::vector<Run> runs;

  /// Throws UserError that names the file, also when one is not the one that the index tells of.
  static GoldenDirectory read(const std::string& path);
  /// Whether something of that name is a directory, and its index.
  static bool is_directory(const std::string& path);
  static std::string index_of(const std::string& path);
  /// Where results and log of a trace lie.
  static std::string results_of(const std::string& path, const std::string& trace);
  static std::string requests_of(const std::string& path, const std::string& trace);
  /// Every file that it has by its index, if that can be read.
  static std::vector<std::string> files_of(const std::string& path);

  void add(GoldenIndex::Trace trace, Run run);
  /// Writes all, in the place of `before` if there is one; the hashes of the runs are filled in. The directory itself
  /// is made. Whatever ends it before all is written leaves the directory as it was.
  void write(const std::string& path, const GoldenDirectory* before);
};

}  // namespace icesim::app
