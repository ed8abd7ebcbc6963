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
  config.controller.mcq = 1;
  config.controller.esi = true;
  config.block_layer.throttle.on = true;
  config.device.map.map_cache = Bytes{1 << 20};
  config.device.ahead.read_ahead = Bytes{64 << 10};
  config.flash.booster.capacity = Bytes{1 << 30};
  config.flash.streams.hot = config.flash.cache_program.on = true;
  config.flash.suspension.most = config.flash.retry.ppm = 1;  // and with retries what wears
  const Simulation simulation(config, none, "none");
  return list_statistics([&](Statistics& statistics) {
    simulation.describe(statistics);
    statistics.group("keys", KeyCounts{});
    statistics.group("recorded_latency", RecordedLatency{});
  });
}

namespace {

std::vector<std::string> words_of(const Parameter& parameter) {
  std::vector<std::string> words;
  if (parameter.kind == Parameter::Kind::flag) words = {"false", "true"};
  for (const Parameter::Spelling& choice : parameter.choices) words.push_back(choice.name);
  return words;
}

}  // namespace

std::vector<std::string> setting_words(const std::vector<ParameterGroup>& groups) {
  std::vector<std::string> settings;
  for (const ParameterGroup& group : groups) {
    for (const Parameter& parameter : group.parameters) {
      const std::vector<std::string> words = words_of(parameter);
      if (words.empty()) settings.push_back(parameter.path + "=");
      for (const std::string& word : words) settings.push_back(parameter.path + "=" + word);
    }
  }
  return settings;
}

std::vector<std::string> choice_words(const std::vector<ParameterGroup>& groups, std::string_view path) {
  for (const ParameterGroup& group : groups)
    for (const Parameter& parameter : group.parameters)
      if (parameter.path == path) return words_of(parameter);
  return {};
}

}  // namespace icesim::app
