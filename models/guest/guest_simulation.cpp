// SPDX-License-Identifier: Apache-2.0
#include "models/guest/guest_simulation.hpp"

#include "models/guest/guest_port.hpp"
#include "models/system/ufs_system.hpp"

#include <optional>

namespace icesim {
namespace {

/// A guest brings its own driver, which knows no PRDT entries but those of the standard.
SystemConfig of_guest(SystemConfig config) {
  config.payload = Payload::verify;
  config.crypto = {};
  return config;
}

/// Tells faults of the requests whose doorbells are rung.
class FaultFeed : public GuestObserver {
 public:
  FaultFeed(const cosim::GuestMap& memory, FaultInjector& faults) : memory_(memory), faults_(faults) {}
  void access(bool, std::uint32_t, std::uint32_t, Picoseconds) override {}
  void rung(Tag tag, const GuestRequest& request, Picoseconds at) override {
    std::byte* const utrd = memory_.find(request.descriptor, Utrd::size);
    faults_.rung(tag, {request.operation, request.utrd.crypto_enable, utrd}, at);
  }
  void ended(Tag, const GuestRequest&, Ocs, Picoseconds) override {}
  void interrupt(bool, Picoseconds) override {}

 private:
  const cosim::GuestMap& memory_;
  FaultInjector& faults_;
};

}  // namespace

struct GuestSimulation::System : UfsHardware {
  System(const SystemConfig& c, const cosim::GuestMap& map, const Observers& observers,
         const std::vector<Fault>& wanted)
      : UfsHardware(of_guest(c), Agenda::Pace::kernel),
        requests(map, keyslots, static_cast<std::uint32_t>(c.controller.mcq)),
        memory("memory", map),
        port("host", config.host.costs, requests, interrupt) {
    create(0, {});
    Tap* tap = &requests;
    if (observers.signals != nullptr) {
      watch(*observers.signals);
      tap = &both.emplace(requests, *waves);
    }
    if (observers.requests != nullptr) requests.connect(*observers.requests);
    if (observers.busy != nullptr) watch(*observers.busy, nullptr);
    if (!wanted.empty()) {
      faults = std::make_unique<FaultInjector>(agenda, wanted, c.keyslots.num_keyslots);
      faults->connect({*controller, *device, [this] {
                         port.lose_power();
                         return flash->lose_power();
                       }, device_clock});
      requests.connect(feed.emplace(map, *faults));
    }
    bind(requests, faults.get());
    port.registers.bind(controller->registers);
    interrupt.connect(port);
    controller->memory.bind(memory.socket);
    controller->connect(static_cast<StageRecorder&>(requests));
    controller->connect(*tap);
  }

  GuestRequests requests;
  std::optional<BothTaps> both;
  GuestMemory memory;
  GuestPort port;
  std::unique_ptr<FaultInjector> faults;  ///< only when some are wanted
  std::optional<FaultFeed> feed;
};

GuestSimulation::GuestSimulation(const SystemConfig& config, const cosim::GuestMap& memory, const Observers& observers,
                                 const std::vector<Fault>& faults)
    : system_(std::make_unique<System>(config, memory, observers, faults)) {}

GuestSimulation::~GuestSimulation() = default;

void GuestSimulation::connect(GuestObserver& observer) { system_->requests.connect(observer); }

void GuestSimulation::end() {
  if (system_->waves) system_->waves->end(system_->port.now());
}

std::uint32_t GuestSimulation::register_bytes() const { return system_->register_bytes(); }

cosim::Hardware& GuestSimulation::hardware() {
  if (system_->port.now() == Picoseconds{}) {
    if (system_->faults && system_->faults->expects_power_loss()) system_->flash->expect_power_loss();
    if (system_->faults) system_->faults->begin(Picoseconds{});
    system_->port.run(Picoseconds{1});  // ends the elaboration
  }
  return system_->port;
}

FlashBackend& GuestSimulation::flash() { return *system_->flash; }

void GuestSimulation::describe(Statistics& s) const {
  const GuestRequests& requests = system_->requests;
  s("simulated_time", system_->port.now(), "From the start of the guest to its power-off");
  s.group("driver", requests.statistics());
  s.group("keyslots", requests.keyslots());
  s.group("latency", requests.latency());
  s.group("stages", StageTotals{stage_totals()});
  s.group("stages_of", OperationStages{requests.latency(), StageTotals{stage_totals()}});
  s.group("utilisation", system_->utilisation({}, system_->port.now()));
  if (system_->faults) s.group("faults", system_->faults->statistics());
  system_->describe(s);
}

std::vector<FaultOutcome> GuestSimulation::faults() const {
  return system_->faults ? system_->faults->outcomes() : std::vector<FaultOutcome>{};
}

std::array<StageTotal, stage_count> GuestSimulation::stage_totals() const {
  return stage_totals_of(system_->requests.latency());
}

}  // namespace icesim
