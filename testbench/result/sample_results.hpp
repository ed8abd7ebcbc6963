// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/results.hpp"
#include "sample_config.hpp"

namespace icesim::sample {

inline void add(Results& results, std::string path, std::uint64_t value, Unit unit, std::string description = "x") {
  results.statistics.push_back({std::move(path), value, unit, std::move(description)});
}

inline Results results() {
  Config config;
  Results results;
  results.version = "0.1.0";
  results.trace = {"phone.csv", "csv", 84197, "", ""};
  results.config = list_parameters(parameters_of(config));
  add(results, "simulated_time", (1500_ms).n, Unit::picoseconds, "Simulated time.");
  add(results, "driver.requests_completed", 84197, Unit::count);
  add(results, "driver.bytes_read", (3_GiB).n, Unit::bytes);
  add(results, "driver.bytes_written", (1536_KiB).n, Unit::bytes);
  add(results, "driver.merges", 12, Unit::count);
  add(results, "keyslots.hits", 750, Unit::count);
  add(results, "keyslots.programs", 250, Unit::count);
  add(results, "keyslots.waits", 1, Unit::count);
  add(results, "keyslots.evictions", 2, Unit::count);
  for (const char* kind : {"read", "all"}) {
    for (const char* key : {"p50", "p90", "p99", "p999", "max", "mean"}) {
      add(results, std::string("latency.") + kind + "." + key, 65'104'999, Unit::picoseconds);
    }
    add(results, std::string("latency.") + kind + ".count", 84197, Unit::count);
  }
  for (const char* key : {"p50", "p90", "p99", "p999", "max", "mean", "count"}) {
    add(results, std::string("latency.write.") + key, 0, Unit::picoseconds);
  }
  add(results, "utilisation.cpu", 123'456, Unit::count);
  add(results, "utilisation.flash", 999'999, Unit::count);
  results.stages = {{"ice", 250_ms}, {"flash", 750_ms}};
  results.warnings = {"7 requests were discarded"};
  return results;
}

}  // namespace icesim::sample
