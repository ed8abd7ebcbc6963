// SPDX-License-Identifier: Apache-2.0
// The reader of 'icesim rings' on arbitrary bytes, and the models on what it accepts.
#include "icesim/result/rings/ring_reader.hpp"
#include "icesim/result/rings/ring_writers.hpp"
#include "refusal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace icesim;
  fuzz::accept_or_refuse([&] {
    RingReport report{{"0", "icesim"}, "", read_ring_scenario({reinterpret_cast<const char*>(data), size}, "input"), {}};
    report.outcomes = replay_rings(report.scenario);
    if (report.outcomes.size() != report.scenario.steps.size() || ring_text(report, false).empty() || ring_text(report, true).empty() || ring_json(report).empty()) __builtin_trap();
  });
  return 0;
}
