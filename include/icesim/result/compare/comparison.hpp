// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/compare/recorded_results.hpp"
#include "icesim/result/compare/request_difference.hpp"
#include "icesim/result/compare/tolerances.hpp"

#include <optional>
#include <string>
#include <vector>

namespace icesim {

/// A statistic that is not the same on both sides.
struct StatisticDifference {
  enum class Kind { moved, within, gone, added };

  Kind kind = Kind::moved;
  std::string path;
  Unit unit = Unit::count;
  Wide before = 0;         ///< 0 when added
  Wide after = 0;          ///< 0 when gone
  std::string_view clock;  ///< of times: "bus"; else empty
  std::string cycles;      ///< of times, with sign: "+1", "-12.5"

  bool counts() const { return kind != Kind::within; }
  /// With sign, in the unit of the statistic: "+3333".
  std::string difference() const;
  /// With sign, of the old value: "+0.12 %"; empty when that was 0.
  std::string percent() const;
};

/// A parameter that has two values; one is empty where a side does not have it.
struct SettingDifference {
  std::string path;
  std::string before;
  std::string after;
};

/// What compare() needs of each side, and calls it.
struct ComparedSide {
  std::string name;  ///< of its file
  RecordedResults results;
  std::optional<std::string> requests;  ///< text of its request log
  std::string requests_name;
};

/// Where one of two results is from; empty where its file does not tell.
struct ComparedOrigin {
  std::string file;
  std::string version;
  std::string command;
  std::string sha256;  ///< of its trace, if that is one file
};

/// Two results of one trace beside each other.
struct Comparison {
  std::string trace;
  ComparedOrigin before, after;
  std::uint64_t trace_requests = 0;
  std::vector<std::string> other_trace;  ///< what is not the same of the traces, a line each
  bool trace_moved = false;              ///< whether they are sure to be two
  std::vector<SettingDifference> settings;
  std::vector<std::string> names;  ///< of all statistics, those of NEW first
  std::vector<StatisticDifference> statistics;
  std::vector<std::string> new_warnings, gone_warnings;
  bool has_requests = false;
  bool requests_count = true;  ///< whether a request that moved is a difference: not where tolerances were given
  std::optional<RequestDifference> request;

  /// How many of the statistics are of this kind.
  std::size_t count(StatisticDifference::Kind kind) const;
  /// How many statistics are differences.
  std::size_t moved() const;
  bool differs() const { return moved() > 0 || trace_moved || (request && requests_count); }
};

/// Compares statistic by statistic, exactly unless a tolerance permits more. A statistic that only NEW has is no
/// difference as long as it is 0; nor is a parameter that only one side has with its default, which `defaults` tells.
/// Parameters that differ make it a comparison of two systems, and are told; texts, warnings and versions are told. A
/// difference of traces counts where their hashes or numbers of requests say so. Cycles are those of the old side's
/// clocks.
Comparison compare_results(const ComparedSide& before, const ComparedSide& after, const Tolerances& tolerances,
                           const std::vector<Setting>& defaults);

}  // namespace icesim
