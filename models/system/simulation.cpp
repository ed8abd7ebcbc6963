// SPDX-License-Identifier: Apache-2.0
#include "models/system/simulation.hpp"

#include "icesim/base/quantity_text.hpp"
#include "models/system/key_costs.hpp"
#include "models/system/progress_watch.hpp"
#include "models/system/ufs_system.hpp"
#include "models/system/vm_statistics.hpp"

namespace icesim {

struct Simulation::System : UfsSystem {
  System(const SystemConfig& c, RequestSource& source, std::string name, std::uint64_t order, const Observers& observers,
         const std::vector<Fault>& wanted)
      : UfsSystem(c, source, std::move(name), order, observers, nullptr, wanted) {
    agenda.watch(progress);
    // What initialisation cost does not count as utilisation.
    on_start = [this] {
      cpu_before = cpu->statistics().busy;
      busy_before = busy();
      work_before = all_work();
    };
  }

  EnergyWork all_work() const {
    EnergyWork done = work();
    done.cpu = cpu->statistics().busy;
    const ClockGateStatistics clocks = driver->clock_gate();
    done.times = {{}, controller->statistics().hibernated_time, clocks.gated_time, clocks.suspended_time};
    done.keys = driver->key_path().statistics().busy + driver->hypervisor_time() + cpu->statistics().reentry_time;
    return done;
  }

  ProgressWatch progress{*this};
  TimeSum cpu_before;
  HardwareBusy busy_before;
  EnergyWork work_before;
};

Simulation::Simulation(const SystemConfig& config, RequestSource& source, std::string source_name,
                       std::uint64_t creation_order, const Observers& observers, const std::vector<Fault>& faults)
    : system_(std::make_unique<System>(config, source, std::move(source_name), creation_order, observers, faults)) {}

Simulation::~Simulation() = default;

void Simulation::run() {
  System& s = *system_;
  s.driver->start();
  try {
    sc_core::sc_start();
  } catch (const sc_core::sc_report&) {
    if (s.agenda.stuck().empty()) throw;
  }
  if (s.waves) s.waves->end(s.agenda.now());
  if (!s.agenda.stuck().empty()) throw Bug(s.agenda.stuck());
  if (s.player.error()) std::rethrow_exception(s.player.error());
  if (s.player.finished()) return;
  if (s.agenda.out_of_time()) throw s.player.out_of_time();
  throw Bug("deadlock at " + quantity_text(s.agenda.now()) + ": " + s.progress.waiting());
}

namespace {

struct Utilisation {
  std::uint64_t cpu;
  HardwareUtilisation hardware;

  void describe(Statistics& s) const {
    s("cpu", cpu, "Share of the cores' time that was busy, in parts per million");
    hardware.describe(s);
  }
};

struct Keyslots {
  const UfsSystem& system;

  void describe(Statistics& s) const {
    const Driver& driver = *system.driver;
    const KeyLifeRule life = system.config.keys.life;
    driver.keyslot_statistics().describe(s);
    if (system.config.keys.optimum)
      s("fewest_programs", driver.fewest_programs(),
        "Keys that at least had to be written, whatever the replacement, for keyslots got and put in this order");
    if (life == KeyLifeRule::trace) driver.recorded_keyslots().describe(s);
    if (life != KeyLifeRule::forever) driver.key_reapers().describe(s);
    if (system.config.crypto.restores_keys())
      (driver.key_restorer() ? *driver.key_restorer() : KeyRestorerStatistics{}).describe(s);
    if (system.config.crypto.operates_on_keys()) driver.key_operations().describe(s);
    if (!system.vms.empty()) s.group("vm", VmStatistics{system});
  }
};

}  // namespace

std::array<StageTotal, stage_count> Simulation::stage_totals() const { return stage_totals_of(system_->player.latency()); }

void Simulation::describe(Statistics& s) const {
  const System& y = *system_;
  const Picoseconds time = y.player.ended() - y.player.started();
  s("simulated_time", time, "From the start of the replay to the end of its last request");
  s.group("driver", *y.driver);
  s.group("keyslots", Keyslots{y});
  s.group("key_path", y.driver->key_path().statistics());
  s.group("latency", y.player.latency());
  if (y.config.power.on()) s.group("power", y.driver->clock_gate());
  if (y.config.power.scaling.on()) s.group("scaling", y.driver->gear_scaling());
  const StageTotals totals{stage_totals(), y.config.block_layer.queues(), y.config.block_layer.throttle.on,
                           y.config.block_layer.retries > 0, y.config.crypto.prdt_format() != PrdtFormat::standard,
                           y.config.crypto.blocks_requests(), !y.vms.empty(), y.config.power.holds() || y.config.controller.auto_hibern8};
  s.group("stages", totals);
  s.group("stages_of", OperationStages{y.player.latency(), totals});
  s.group("keys", KeyCosts{stage_totals(), y.config.crypto, !y.vms.empty(), y.config.power.on()});
  s.group("utilisation", Utilisation{busy_ppm(y.cpu->statistics().busy - y.cpu_before, time, y.config.host.cores),
                                     y.utilisation(y.busy_before, time)});
  EnergyWork work = y.all_work() - y.work_before;
  work.times.all = time;
  s.group("energy", Energy{y.config.energy, work});
  if (const PayloadStatistics* payload = y.driver->payload()) s.group("payload", *payload);
  if (y.faults) s.group("faults", y.faults->injector().statistics());
  s.group("host", y.cpu->statistics());
  y.UfsHardware::describe(s);
}

std::vector<FaultOutcome> Simulation::faults() const {
  return system_->faults ? system_->faults->injector().outcomes() : std::vector<FaultOutcome>{};
}

const FlashBackend& Simulation::flash() const { return *system_->flash; }

}  // namespace icesim
