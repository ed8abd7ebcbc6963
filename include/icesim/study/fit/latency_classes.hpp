// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/histogram.hpp"
#include "icesim/workload/vms/vm_trace.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace icesim {

/// The quantiles by which two distributions are compared, in thousandths.
inline constexpr std::array<std::uint64_t, 11> fit_quantiles{100, 200, 300, 400, 500, 600, 700, 800, 900, 950, 990};
/// What each counts, in thousandths.
using QuantileShares = std::array<std::uint64_t, fit_quantiles.size()>;
/// The share of the requests that it stands for; the ends of these shares lie between.
inline constexpr QuantileShares shares_of_requests{150, 100, 100, 100, 100, 100, 100, 100, 75, 45, 30};
/// More for the median than for all others together: where no device has the recorded distributions.
inline constexpr QuantileShares shares_of_medians{60, 40, 40, 40, 600, 40, 40, 40, 40, 30, 30};
/// Latencies at these quantiles, in picoseconds.
using QuantileTimes = std::array<std::uint64_t, fit_quantiles.size()>;
QuantileTimes quantile_times(const Histogram& latency);

/// Requests of one operation and size, up to a power of two, that found as many outstanding when they were recorded.
struct LatencyClass {
  std::string name;  ///< "write up to 4 KiB, depth 3-4"
  Histogram fitted;  ///< recorded latencies of the requests that are fitted
  Histogram tested;  ///< and of those that the fit is tested on
};

/// The requests of a trace in classes. Memory: 10 bytes for a request.
struct LatencyClasses {
  /// A class with fewer requests to fit tells no quantiles.
  static constexpr std::uint64_t least_requests = 20;
  static constexpr std::uint16_t none = 0xffff;

  std::vector<LatencyClass> classes;     ///< by operation, size and depth
  std::vector<std::uint16_t> of_record;  ///< class of the trace's records, or none
  std::uint64_t fitted_records = 0;      ///< so many records, the first ones, are fitted; the others are tested
  std::uint64_t fitted = 0;              ///< requests in classes
  std::uint64_t tested = 0;
  std::uint64_t left_out = 0;  ///< requests in classes that are too small
  std::uint64_t unknown = 0;   ///< requests whose recorded latency is not known, or that were cut where the key changes

  bool is_fitted(std::uint64_t record) const { return record <= fitted_records; }
};

/// Reads a trace, at most `limit` records (0: all); the last `tested_percent` of them are kept for the test. Throws UserError
/// where the trace does not tell when its requests completed, or no class is large enough.
LatencyClasses read_latency_classes(const std::filesystem::path& path, TraceOptions options, KeyOptions keys, const VmRules& vms,
                                    std::uint64_t limit, std::uint64_t tested_percent);

}  // namespace icesim
