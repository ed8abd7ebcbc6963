// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/results.hpp"
#include "scenario.hpp"
#include "src/app/requests/request_chain.hpp"
#include "src/app/study/trace_window.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace icesim::app {

/// What a run tells.
struct Replayed {
  Results results;
  std::chrono::nanoseconds elapsed;
  std::string faults;  ///< what became of them, a line each
};

/// What is replayed: a trace, how it is read, whose its keys and requests are, and what goes wrong.
struct ReplayInput {
  std::string path;
  TraceOptions trace;
  KeyOptions keys;
  VmRules vms;
  std::vector<Fault> faults;
  TraceWindow window{};     ///< of the trace
  PlatformRanges ranges{};  ///< of the platform's assumptions, which results tell
};

/// Replays a trace. Closes it behind itself, and with it the progress bar of its reading; a process may do so once, or
/// call forget_simulation() in between. `gone_wrong` is called after a bug, before it is thrown on. Who is in the `chain`
/// hears of the requests, with what the trace tells of them.
Replayed replay(const ReplayInput& input, const SystemConfig& config, const Observers& observers,
                const std::function<void()>& gone_wrong, RequestChain* chain = nullptr);
/// What the options of a command say of it.
ReplayInput replay_input(const Scenario& scenario, const SystemConfig& config, const std::string& path);

}  // namespace icesim::app
