// SPDX-License-Identifier: Apache-2.0
#include "study_case.hpp"

#include "icesim/result/failures.hpp"
#include "icesim/study/fit/class_latencies.hpp"
#include "models/system/forget_simulation.hpp"
#include "src/app/key_choice.hpp"
#include "src/app/system_lists.hpp"
#include "src/app/version.hpp"

#include <optional>

namespace icesim::app {
namespace {

/// Latencies of the requests with a key.
class EncryptedLatency final : public RequestRecorder {
 public:
  void request_ended(const RequestRecord& request) override {
    if (request.key != 0 && !request.failed) latency_.add(request.timeline.latency());
  }
  void describe(Statistics& statistics) const {
    statistics("encrypted", latency_, "Latency of requests with a key");
  }

 private:
  Histogram latency_;
};

std::vector<StatisticValue> statistics_of(const EncryptedLatency& encrypted) {
  return list_statistics([&](Statistics& statistics) { statistics.group("latency", encrypted); });
}

std::string number(std::uint64_t value) { return std::to_string(value); }

}  // namespace

StudyCase study_case(const Scenario& scenario, const std::string& path) {
  // One by one: what throws in a list of initialisers has GCC 12 destroy those before it twice.
  StudyCase result;
  result.input.path = path;
  result.input.trace = scenario.trace_options();
  result.input.trace.progress = nullptr;
  result.input.keys = scenario.key_options();
  result.config = scenario.config();
  result.input.vms = scenario.vm_rules(result.config);
  result.vm_texts = scenario.vm_texts();
  result.ranges = scenario.ranges();
  return result;
}

StudyPoint point_of(const StudyCase& the_case, FileHashes& hashes) {
  const ReplayInput& input = the_case.input;
  StudyPoint point;
  point.program = hashes.program();
  point.version = version_text();
  point.traces.push_back(hashes.trace(input.path));
  const TraceOptions& trace = input.trace;
  point.reading = {trace.device,
                   trace.format,
                   number(static_cast<std::uint64_t>(trace.level)),
                   trace.reissue_window ? number(trace.reissue_window->n) : "",
                   number(trace.idle_cap.n),
                   number(static_cast<std::uint64_t>(trace.ufs_lba_unit)),
                   trace.keep_going ? "keep going" : "",
                   std::string(key_mode_name(input.keys.mode)),
                   input.keys.side_file.empty() ? "" : hashes.file(input.keys.side_file.string()),
                   number(input.keys.profiles),
                   number(input.keys.userdata_start.n)};
  if (input.window.count > 0) point.reading.push_back("window " + number(input.window.first) + "+" + number(input.window.count));
  if (the_case.classes) point.reading.push_back("classes of " + number(the_case.classes->fitted_records) + " of " + number(the_case.classes->of_record.size()));
  for (const std::string& text : the_case.vm_texts) {
    const std::string file = VmRules::file_of(text);
    point.reading.push_back(file.empty() ? text : text.substr(0, text.find(':')) + text.substr(text.find(file) + file.size()));
    if (!file.empty()) point.traces.push_back(hashes.trace(file));
  }
  SystemConfig config = the_case.config;
  point.config = settings_of(list_parameters(parameters_of(config)));
  return point;
}

std::string simulate(const StudyCase& the_case, const std::string& trace_sha256) {
  EncryptedLatency encrypted;
  std::optional<ClassLatencies> classes;
  RequestFan recorders;
  recorders.add(encrypted);
  if (the_case.classes) recorders.add(classes.emplace(*the_case.classes));
  Replayed replayed = replay(the_case.input, the_case.config, {nullptr, &recorders}, [] {});
  require_intact_payload(replayed.results);
  replayed.results.trace.sha256 = trace_sha256;
  for (StatisticValue& each : statistics_of(encrypted)) replayed.results.statistics.push_back(std::move(each));
  if (classes)
    for (StatisticValue& each : classes->statistics()) replayed.results.statistics.push_back(std::move(each));
  return results_json(replayed.results, false);
}

std::vector<StatisticValue> study_statistics() {
  std::vector<StatisticValue> all = system_statistics();
  forget_simulation();
  for (StatisticValue& each : statistics_of(EncryptedLatency())) all.push_back(std::move(each));
  return all;
}

}  // namespace icesim::app
