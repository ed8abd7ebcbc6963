// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/result/by/group_table.hpp"
#include "icesim/result/statistics.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace icesim {

/// What `icesim trace info` tells of a trace, as values.
struct TraceReport {
  struct SizeRow {
    Bytes up_to{};
    std::array<std::uint64_t, 4> requests{};  ///< reads, writes, flushes, discards
  };
  struct TimeRow {
    Picoseconds from{};
    Picoseconds to{};
    std::uint64_t requests = 0;
    Bytes bytes{};
    std::uint64_t depth_max = 0;
    std::uint64_t depth_sum = 0;  ///< over the requests of the row
  };

  std::string name;
  std::string format;
  std::string provenance;
  std::string ufs_lba_unit;                ///< of ufshcd_command's addresses; empty: there are none
  std::string ufs_lba_unit_by;             ///< what shows it; empty: it is assumed
  std::vector<StatisticValue> statistics;  ///< requests.*, bytes.*, span and all else that is one number
  std::vector<std::pair<std::string, std::uint64_t>> by_rwbs;
  std::vector<std::pair<std::string, std::uint64_t>> devices;  ///< requests of each device met; the first was taken
  bool device_asked = false;                                   ///< but when the user chose one
  std::vector<std::string> notes;  ///< what was left out, merged, moved or guessed
  std::vector<SizeRow> sizes;
  std::vector<TimeRow> timeline;
  bool depth_known = false;  ///< the trace has completions
  std::string key_mode;
  std::vector<StatisticValue> key_rules;  ///< by_rule.*, without_key.*
  std::uint64_t keys = 0;
  std::uint64_t references = 0;       ///< records with a key
  std::vector<GroupTable> by;  ///< requests by who asked and for what, where that was asked for
  std::string where;           ///< which of them are counted; empty: all
  std::vector<std::string> by_notes;  ///< what these tables lack
  std::vector<std::uint64_t> misses;  ///< of an ideal LRU keyslot file with 1, 2, 3, ... keyslots
};

/// A report for a terminal of 100 columns, with bars.
std::string trace_report_text(const TraceReport& report);
/// All of it as JSON; dotted statistics become nested objects. Times are picoseconds.
std::string trace_report_json(const TraceReport& report);
/// JSON Schema of trace_report_json().
std::string trace_report_schema();

}  // namespace icesim
