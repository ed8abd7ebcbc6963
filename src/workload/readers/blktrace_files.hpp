// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

namespace icesim::blktrace {

/// The files of one recording.
struct Files {
  std::vector<std::filesystem::path> paths;  ///< in order of their CPUs
  std::uint64_t missing = 0;                 ///< CPUs without a file between those with one
};

/// Of a directory all NAME.blktrace.N in it, of one such file its siblings too, of any other file just that. Throws
/// UserError for a directory without any, or of several recordings, and for a sibling that cannot be read as a file:
/// what its CPU did would be missing.
Files files_of(const std::filesystem::path& path);

}  // namespace icesim::blktrace
