// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// The first request that is not the same in two request logs, in the order of their ends.
struct RequestDifference {
  struct Value {
    std::string column;  ///< "device_ps", "keyslot"
    std::string before;
    std::string after;
  };

  std::string id;         ///< number of its record in the trace
  std::string vm;         ///< "0" or empty: the host
  std::string operation;  ///< "read"
  std::string only_in;    ///< "old" or "new" when the other log does not have it; else empty
  bool is_time = false;   ///< whether `first` is a time in ps
  Value first;            ///< the first stage that differs; without one, the first other column
  std::vector<Value> others;
  std::string_view clock;  ///< of a time: "bus"; filled in by compare_results()
  std::string cycles;      ///< with sign: "+1"

  /// Of a time, in ps; the difference with sign.
  Wide time_before() const;
  Wide time_after() const;
  std::string difference() const;
};

/// Compares what RequestLog wrote, line by line. A column that one log does not have is taken for 0 or nothing. Throws
/// UserError "FILE:LINE: ..." on what is no request log.
std::optional<RequestDifference> first_request_difference(std::string_view before, const std::string& before_name,
                                                          std::string_view after, const std::string& after_name);

}  // namespace icesim
