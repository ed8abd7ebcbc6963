// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/units.hpp"
#include "icesim/result/study/study_origin.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

/// What keyslots did for the requests of one virtual machine, or of all. Plain numbers: they travel through a pipe as bytes.
struct VmPoint {
  std::uint64_t keyslots = 0;
  std::uint64_t requests = 0;
  std::uint64_t hits = 0;
  std::uint64_t programs = 0;
  std::uint64_t waits = 0;
  Picoseconds mean{};  ///< of the latency of requests
  Picoseconds p99{};
  Picoseconds keys{};  ///< what of the mean is for keys
};

/// One simulation under one partition.
struct PartitionPoint {
  VmPoint all;
  std::array<VmPoint, 8> vms{};  ///< in the order of their names
  std::uint64_t failed = 0;
};

/// By what partitions are compared.
enum class PartitionMeasure : std::uint8_t { mean, p99, worst_mean, worst_p99 };
inline constexpr std::array<Choice, 4> partition_measures{
    {{"mean", "mean latency of all requests"},
     {"p99", "99th percentile of all requests' latency"},
     {"worst-mean", "mean latency of the machine that has the largest"},
     {"worst-p99", "99th percentile of the machine that has the largest"}}};

/// A trace under different partitions of one keyslot file.
struct PartitionSweep {
  StudyOrigin origin;
  std::string trace;                    ///< its name, the first one's where there are several
  std::string sha256;                   ///< of its bytes
  std::vector<std::string> vms;         ///< the host first
  std::vector<std::string> partitions;  ///< as the user writes them: "16/32", "shared"
  std::vector<PartitionPoint> points;   ///< one for each
  PartitionMeasure measure = PartitionMeasure::mean;
  std::vector<std::string> power_states{};  ///< of the system: power_states()
  std::vector<std::string> warnings;
};

/// The partition that is best by the measure, the first of several that are; and why. `partition` is empty when a request
/// failed, so that there is nothing to choose from.
struct PartitionAdvice {
  std::string partition;
  std::string reason;
};
PartitionAdvice partition_advice(const PartitionSweep& sweep);

/// One table for a terminal, and the advice below it.
std::string partition_sweep_text(const PartitionSweep& sweep);
/// machines, measure, partitions [{partition, machines {NAME: ...}, all, failed}], best (or null), reason, power_states, warnings.
std::string partition_sweep_json(const PartitionSweep& sweep);

}  // namespace icesim
