// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/ice/aes_xts_pipeline_twin.hpp"

#include <algorithm>

namespace icesim::twin {

AesXtsPipelineTwin::AesXtsPipelineTwin(const sc_core::sc_module_name& name, const AesXtsPipelineConfig& config,
                                       const TwinClock& clock)
    : sc_core::sc_module(name), config_(config), engines_{AesXtsEngineTwin(config), AesXtsEngineTwin(config)} {
  for (Way& way : ways_) way.bypass.resize(config.bypass_latency.n);
  SC_METHOD(edge);
  sensitive << clock.edge();
  dont_initialize();
  SC_METHOD(drive_left);
  sensitive << phase_ << arrived[0] << arrived[1];
}

void AesXtsPipelineTwin::trace(sc_core::sc_trace_file* file) const {
  for (std::size_t direction = 0; direction < 2; ++direction) {
    sc_core::sc_trace(file, arrived[direction], arrived[direction].name());
    sc_core::sc_trace(file, left[direction], left[direction].name());
  }
}

void AesXtsPipelineTwin::accept(const Job& job) {
  Way& way = ways_[static_cast<std::size_t>(job.direction)];
  if (job.encrypted) {
    engines_[engine_of(job.direction)].accept(
        {job.direction, job.keyslot, job.generation, way.announced, job.bytes, job.offset, job.data_unit, accepted_});
    way.announced_encrypted += job.bytes;
  }
  way.announced += job.bytes;
  way.jobs.push_back({job.encrypted, way.announced, way.announced_encrypted, accepted_++});
}

std::uint64_t AesXtsPipelineTwin::arrived_before(std::size_t direction, std::uint64_t cycles) const {
  return cycles == 0 ? arrived[direction].read() : ways_[direction].bypass[cycles - 1];
}

std::uint64_t AesXtsPipelineTwin::progress(std::size_t direction, const Passing& job) const {
  if (!job.encrypted) return std::min(job.end, arrived_before(direction, config_.bypass_latency.n));
  const std::uint64_t out = engines_[config_.engines == Engines::shared ? 0 : direction].out(direction);
  return job.end - std::min(job.end, job.end_of_encrypted - std::min(out, job.end_of_encrypted));
}

/// Bytes leave in the order of the stream: those of a job when all of the jobs before have left.
void AesXtsPipelineTwin::drive_left() {
  for (std::size_t direction = 0; direction < 2; ++direction) {
    std::uint64_t count = left[direction].read();
    for (const Passing& job : ways_[direction].jobs) {
      count = std::max(count, progress(direction, job));
      if (count < job.end) break;
    }
    left[direction] = count;
  }
}

void AesXtsPipelineTwin::edge() {
  AesXtsEngineTwin::Inputs inputs;
  const std::uint64_t latency = config_.latency.n;
  const std::uint64_t slower = config_.bypass_latency.n > latency ? config_.bypass_latency.n - latency : 0;
  for (std::size_t direction = 0; direction < 2; ++direction) {
    inputs.arrived[direction] = arrived[direction].read();
    inputs.oldest[direction] = ~std::uint64_t{0};
    for (const Passing& job : ways_[direction].jobs) {
      if (!job.encrypted || job.end_of_encrypted <= engines_[direction].out(direction)) continue;
      inputs.oldest[direction] = job.number;
      break;
    }
    // What passes by leaves no later than a block that enters now, when it has been on its way long enough.
    inputs.clear_before[direction] = ~std::uint64_t{0};
    for (const Passing& job : ways_[direction].jobs) {
      if (job.encrypted || job.end <= arrived_before(direction, slower)) continue;
      inputs.clear_before[direction] = job.end - 1;
      break;
    }
  }
  for (AesXtsEngineTwin& engine : engines_) engine.edge(inputs);
  for (std::size_t direction = 0; direction < 2; ++direction) {
    Way& way = ways_[direction];
    while (!way.jobs.empty() && way.jobs.front().end <= left[direction].read()) way.jobs.pop_front();
    if (way.bypass.empty()) continue;
    way.bypass.insert(way.bypass.begin(), inputs.arrived[direction]);
    way.bypass.pop_back();
  }
  phase_ = !phase_.read();
}

}  // namespace icesim::twin
