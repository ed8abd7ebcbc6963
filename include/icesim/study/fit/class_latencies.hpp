// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "icesim/result/statistics.hpp"
#include "icesim/study/fit/latency_classes.hpp"

#include <vector>

namespace icesim {

/// What a simulation says of one class.
struct ClassResult {
  std::uint64_t fitted = 0;  ///< requests
  std::uint64_t tested = 0;
  QuantileTimes at_fitted{};
  QuantileTimes at_tested{};
};

/// Latencies of the classes' requests in a simulation.
class ClassLatencies final : public RequestRecorder {
 public:
  /// `classes` must outlive it.
  explicit ClassLatencies(const LatencyClasses& classes);
  void request_ended(const RequestRecord& request) override;
  /// As results of a point of a study keep it.
  std::vector<StatisticValue> statistics() const;

 private:
  struct Both {
    Histogram fitted;
    Histogram tested;
  };
  const LatencyClasses& classes_;
  std::vector<Both> latencies_;
};

/// What ClassLatencies::statistics() says, of so many classes; none where the statistics do not have it.
std::vector<ClassResult> class_results(const std::vector<StatisticValue>& statistics, std::size_t classes);

}  // namespace icesim
