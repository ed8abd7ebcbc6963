// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/stages.hpp"
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

/// How long the requests of a class took.
struct GroupLatency {
  std::uint64_t count = 0;
  TimeSum sum{};
  Picoseconds mean{};
  Picoseconds p99{};
};

/// The requests of one class, as values.
struct RequestGroup {
  std::string label;
  std::uint64_t number = 0;  ///< thread, inode, policy or key
  std::uint64_t vm = 0;
  std::string text;          ///< name of the process or of the policy, or path of the file
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;
  Wide bytes = 0;
  GroupLatency simulated;    ///< of those that did not fail
  GroupLatency recorded;     ///< of those whose completion the trace has
  /// Sums of the simulated and of the recorded latencies of the requests of which both are known.
  std::uint64_t compared = 0;
  TimeSum compared_simulated{};
  TimeSum compared_recorded{};
  std::array<TimeSum, stage_count> stages{};

  /// Time that keys cost.
  TimeSum keys() const;
};

/// Requests told apart by one thing; `all` is the sum of the rows and of `beyond`.
struct GroupTable {
  std::string by;
  std::vector<RequestGroup> rows;   ///< the largest first, or in an order of their own
  std::size_t shown = 0;            ///< rows for people, the first ones
  RequestGroup others;              ///< sum of those that are not shown, and of `beyond`
  RequestGroup beyond;              ///< classes that were not told apart, for want of memory
  RequestGroup all;
};

/// The stages of which the key of a request is the reason.
bool is_key_cost(Stage stage);

/// Tables for a terminal, with a second one of the shares of stages where anything was simulated. `filter` says which requests
/// they count; empty: all.
std::string group_tables_text(const std::vector<GroupTable>& tables, const std::string& filter);

}  // namespace icesim
