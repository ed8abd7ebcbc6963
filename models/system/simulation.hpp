// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/faults/fault_injector.hpp"
#include "models/flash/flash_array.hpp"
#include "models/system/observers.hpp"
#include "models/system/stage_totals.hpp"
#include "models/system/system_config.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace icesim {

/// One simulation: builds the system, initialises it and replays the requests of a source.
/// One at a time per process; sweeps use processes.
class Simulation {
 public:
  /// `creation_order` permutes the order in which modules are created, which must not matter.
  Simulation(const SystemConfig& config, RequestSource& source, std::string source_name,
             std::uint64_t creation_order = 0, const Observers& observers = {}, const std::vector<Fault>& faults = {});
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// Runs to the end of the trace. Throws UserError on a bad trace and Bug, with who waits for whom, when nothing is left
  /// to happen before that, or nothing comes about any more whatever happens (ProgressWatch).
  void run();

  /// All statistics, the struct that comes out: groups driver, keyslots, latency, utilisation, and one per module.
  void describe(Statistics& s) const;
  std::array<StageTotal, stage_count> stage_totals() const;
  /// The faults that were wanted, in their order, and what became of them.
  std::vector<FaultOutcome> faults() const;
  /// Content of the flash (payload = verify), as it lies there.
  const FlashBackend& flash() const;

 private:
  struct System;
  std::unique_ptr<System> system_;
};

}  // namespace icesim
