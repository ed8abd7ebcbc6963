// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"

#include <vector>

namespace icesim {

/// Makes up files for a trace that names none: a run of adjacent requests of one process, each at most a second after
/// the one before, is a file [trace-clusters]. Files count from 1.
class FileClusters {
 public:
  static constexpr Picoseconds longest_pause{1'000'000'000'000};

  /// The file that `request` continues; else `owner`, the file that has its blocks; else (0) a new one.
  std::uint64_t file_of(const IoRequest& request, std::uint64_t owner);

 private:
  /// Runs that may go on at a time; the oldest gives way.
  static constexpr std::size_t most_runs = 64;
  struct Run {
    std::uint32_t process = 0;
    Bytes end{};
    Picoseconds time{};
    std::uint64_t file = 0;
  };
  std::vector<Run> runs_;
  std::uint64_t files_ = 0;
};

}  // namespace icesim
