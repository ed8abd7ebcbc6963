// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/report/request_table.hpp"

#include <cstdint>
#include <vector>

namespace icesim::report {

/// A key in a keyslot, from the first request that used it there until one with another key took the keyslot.
struct Residency {
  std::uint32_t keyslot = 0;
  std::uint64_t key = 0;   ///< of the first, where there are several
  std::uint64_t keys = 1;  ///< in turn; more than one only behind join_short()
  std::uint64_t requests = 0;
  Picoseconds begin{};
  Picoseconds end{};  ///< of the last in a keyslot: of the log
};

/// By keyslot, then by time. A log does not tell when a key was evicted with no other in its place.
std::vector<Residency> residencies_of(const std::vector<LoggedRequest>& requests);

/// Makes one of neighbours that are shorter than that, and cannot be seen apart.
std::vector<Residency> join_short(const std::vector<Residency>& residencies, Picoseconds shortest);

}  // namespace icesim::report
