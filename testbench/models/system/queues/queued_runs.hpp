// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/support/sim_test.hpp"

namespace icesim::test {

/// A system with `queues`, and with verified payload.
inline SystemConfig queued(std::uint64_t queues, std::uint64_t cores = 8) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.controller.version = 0x0400;
  config.controller.mcq = queues;
  config.host.cores = cores;
  return config;
}

/// Reads and writes of 40 keys in so small a range that what was written is read.
inline GeneratorConfig many_keys(std::uint64_t requests, std::uint64_t seed = 3) {
  GeneratorConfig workload;
  workload.requests = requests;
  workload.keys = 40;
  workload.length = Bytes{16 << 10};
  workload.range = Bytes{48 << 20};
  workload.seed = seed;
  return workload;
}

inline void expect_stages_sum_up(const Values& v) {
  std::uint64_t sum = 0;
  for (const auto& [path, value] : only(v, {"stages."})) sum += value;
  // The mean is cut to a picosecond.
  const std::uint64_t count = v.at("latency.all.count"), mean = v.at("latency.all.mean");
  EXPECT_GE(sum, mean * count);
  EXPECT_LT(sum, (mean + 1) * count);
}

/// Sound, and something that was written has been read.
inline void expect_checked(const Values& v) {
  expect_sound(v);
  EXPECT_GT(v.at("payload.blocks_checked"), 0u);
}

}  // namespace icesim::test
