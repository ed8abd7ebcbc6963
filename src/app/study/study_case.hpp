// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "file_hashes.hpp"
#include "icesim/study/fit/latency_classes.hpp"
#include "icesim/study/point.hpp"
#include "src/app/replay.hpp"

#include <memory>
#include <string>
#include <vector>

namespace icesim::app {

/// One simulation of a study.
struct StudyCase {
  ReplayInput input;
  SystemConfig config;
  std::vector<std::string> vm_texts;  ///< what --vm says
  PlatformRanges ranges;              ///< of the platform's assumptions; what comes out does not depend on them
  std::shared_ptr<const LatencyClasses> classes{};  ///< whose latencies results tell, if any
};

/// The case that a scenario describes, for a trace. It reads in silence: several at a time would write to one line.
StudyCase study_case(const Scenario& scenario, const std::string& path);

/// The case as a point, whatever its files are called.
StudyPoint point_of(const StudyCase& the_case, FileHashes& hashes);

/// Simulates it in this process: its results as JSON, without descriptions and with the trace's hash. Beside those of
/// `run` they have the statistics latency.encrypted.*, of requests with a key, and those of classes.
std::string simulate(const StudyCase& the_case, const std::string& trace_sha256);

/// The statistics that results of simulate() may have.
std::vector<StatisticValue> study_statistics();

}  // namespace icesim::app
