// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/result/compare/recorded_results.hpp"
#include "icesim/result/fit/fit.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace icesim {

/// What `icesim slots -o` wrote, read back. Texts are as they stand there: whoever shows them makes them printable.
struct RecordedStudy {
  struct Point {
    std::uint64_t keyslots = 0;
    std::uint64_t miss_ppm = 0;  ///< share of the requests with a key for which one was programmed
    std::uint64_t waits = 0;
    Picoseconds mean{};
    Picoseconds p99{};
    std::uint64_t failed = 0;
    std::uint64_t value = 0;  ///< of the measure that decides
  };
  /// An assumption at an end of its range.
  struct Moved {
    std::string assumption;  ///< path of the parameter
    std::string base;        ///< its value
    std::string value;       ///< that of the end
    std::uint64_t recommended = 0;
    std::string from;  ///< from which value on the recommended number is another one; empty: not looked for
  };

  std::uint64_t references = 0;       ///< requests with a key
  std::uint64_t keys = 0;             ///< different keys among them
  std::vector<std::uint64_t> misses;  ///< of an ideal LRU keyslot file with 1, 2, 3, ... keyslots
  std::vector<Point> points;          ///< simulated, by ascending keyslots
  std::uint64_t recommended = 0;      ///< 0: none
  std::string reason;
  std::vector<std::string> power_states;
  std::vector<std::string> warnings;
  std::string metric;                 ///< name of the measure that decides, with the requests that it is of
  std::string metric_unit;            ///< "ps"; empty: a file that does not tell
  std::uint64_t within_ppm = 10'000;  ///< how far from the best is as good
  bool has_sensitivity = false;
  std::uint64_t ends = 0;    ///< of ranges that were tried
  std::vector<Moved> moved;  ///< those that move the measure, ordered by how much
};

/// Reads what `icesim run -o`, `icesim slots -o` or `icesim fit --json` wrote, whichever it is; members that it does not know are left alone. Throws
/// as read_results() does, UserError "FILE:/simulated/0/mean_ps: ..." on what is missing, of another type or out of range, and
/// when it is none of them.
std::variant<RecordedResults, RecordedStudy, Fit> read_run_or_study(std::string_view json, const std::string& file);

}  // namespace icesim
