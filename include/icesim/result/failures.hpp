// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/results.hpp"

#include <cstdint>
#include <string>

namespace icesim {

/// Requests that failed; 0 when all ended well.
std::uint64_t failed_requests(const Results& results);

/// "6,059 requests failed: 6,059 with OCS invalid crypto configuration; the first is number 3", from the statistics
/// driver.failures.*; empty when none failed.
std::string failures_text(const Results& results);

/// What the driver's error handler did: "2 commands timed out, 2 aborted, 1 reset of the logical unit, 1 reset of the
/// controller with 4 keys restored; 23.05 ms were spent on that"; empty when nothing.
std::string errors_text(const Results& results);

/// Whether payload was verified: "5,756 blocks checked, 0 mismatches; 54,365 written"; empty when it was not.
std::string payload_text(const Results& results);

/// Throws Bug when a block came back with other content than what was written, which no configuration explains.
void require_intact_payload(const Results& results);

}  // namespace icesim
