// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/wide.hpp"
#include "icesim/result/compare/recorded_results.hpp"
#include "icesim/result/statistics.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// A number that a study takes from the results of a point.
class Measure {
 public:
  const std::string& name() const { return name_; }
  /// Unit of its values: "ps", "count", "B", "B/s", "ppm" ...
  const std::string& unit() const { return unit_; }
  bool more_is_better() const { return kind_ == Kind::throughput; }
  /// Its value, or nothing where the results do not have it.
  std::optional<Wide> of(const RecordedResults& results) const;

  /// The measures that a list names: mean, p50, p90, p99, p999, max (latency of all requests; "p99.read" of one kind:
  /// all, read, write or encrypted), key-cost (time for keys per encrypted request), throughput (bytes per second),
  /// misses (share of the encrypted requests for which a key was programmed), failed (requests), or paths of statistics,
  /// in which '*' is any text. `statistics` are those that results may have.
  ///
  /// Throws UserError, with near matches and without position.
  static std::vector<Measure> read(std::string_view list, const std::vector<StatisticValue>& statistics);

 private:
  enum class Kind { statistic, key_cost, throughput, misses };

  Measure(std::string name, Kind kind, std::string unit, std::string statistic = "")
      : name_(std::move(name)), kind_(kind), unit_(std::move(unit)), statistic_(std::move(statistic)) {}
  static std::optional<Measure> named(const std::string& name);

  std::string name_;
  Kind kind_;
  std::string unit_;
  std::string statistic_;  ///< its path
};

/// What a study shows unless it is told.
inline constexpr std::string_view usual_measures = "mean,p99,key-cost,throughput,misses";

/// Whose latency a measure may be of.
inline const std::vector<std::string> measured_requests{"all", "read", "write", "encrypted"};

}  // namespace icesim
