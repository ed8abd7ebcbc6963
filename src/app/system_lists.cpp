// SPDX-License-Identifier: Apache-2.0
#include "system_lists.hpp"

#include "icesim/workload/keys/key_tagging.hpp"
#include "icesim/workload/reader.hpp"
#include "models/system/simulation.hpp"

namespace icesim::app {
namespace {

class NoRequests final : public RequestSource {
 public:
  bool next(IoRequest&) override { return false; }
};

}  // namespace

std::vector<ParameterGroup> system_parameters() {
  SystemConfig config;
  return list_parameters(parameters_of(config));
}

std::vector<StatisticValue> system_statistics() {
  // The modules declare their statistics, so they must exist; nothing is simulated.
  NoRequests none;
  SystemConfig config;
  config.payload = Payload::verify;
  config.crypto.path = KeyPathKind::drained;  // which has all that others have
  config.keys.optimum = true;
  config.keyslots.partition = KeyslotPartition::of("host:1");
  config.keys.life = KeyLifeRule::trace;
  config.block_layer.scheduler = Scheduler::mq_deadline;
  config.block_layer.flush = Flushing::linux;
  config.block_layer.retries = 5;
  config.block_layer.completion = Completion::submitter;
  config.block_layer.interrupt = InterruptHandling::limited;
  config.block_layer.timeout = ScsiDevice::usual_timeout;
  config.block_layer.throttle.on = true;
  const Simulation simulation(config, none, "none");
  return list_statistics([&](Statistics& statistics) {
    simulation.describe(statistics);
    statistics.group("keys", KeyCounts{});
    statistics.group("recorded_latency", RecordedLatency{});
  });
}

}  // namespace icesim::app
