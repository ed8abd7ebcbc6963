// SPDX-License-Identifier: Apache-2.0
#include "models/simulation.hpp"

#include "models/ufs_system.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::uint64_t million = 1'000'000;

/// Share of `whole` that `part` is, in parts per million.
std::uint64_t ppm(Picoseconds part, Picoseconds whole, std::uint64_t units) {
  const Wide capacity = Wide{whole.n} * units;
  if (capacity == 0) return 0;
  // What was begun inside the window may end after it.
  return std::min(million, static_cast<std::uint64_t>(Wide{part.n} * million / capacity));
}

}  // namespace

/// Busy times when the replay began: what initialisation cost does not count as utilisation.
struct BusyTimes {
  Picoseconds cpu, encrypt, decrypt, link_tx, link_rx, flash;
};

struct Simulation::System : UfsSystem {
  System(const SystemConfig& c, RequestSource& source, std::string name, std::uint64_t order, const Observers& observers)
      : UfsSystem(c, source, std::move(name), order, observers) {
    on_start = [this] { busy_before = busy(); };
  }

  BusyTimes busy_before;

  BusyTimes busy() const {
    return {cpu->statistics().busy,
            engine->statistics(Direction::to_device).busy,
            engine->statistics(Direction::to_host).busy,
            link->statistics(Direction::to_device).busy,
            link->statistics(Direction::to_host).busy,
            flash->statistics().die_busy};
  }
};

Simulation::Simulation(const SystemConfig& config, RequestSource& source, std::string source_name,
                       std::uint64_t creation_order, const Observers& observers)
    : system_(std::make_unique<System>(config, source, std::move(source_name), creation_order, observers)) {}

Simulation::~Simulation() = default;

void Simulation::run() {
  System& s = *system_;
  s.driver->start();
  sc_core::sc_start();
  if (s.waves) s.waves->end(s.agenda.now());
  if (s.player.error()) std::rethrow_exception(s.player.error());
  if (s.player.finished()) return;
  throw Bug("deadlock at " + sc_core::sc_time_stamp().to_string() + ": " + std::to_string(s.player.outstanding()) +
            " requests are outstanding, " + std::to_string(s.driver->sleeping()) +
            " submitters wait for a tag or a keyslot, the device holds " + std::to_string(s.device->outstanding()) +
            " commands" + (s.driver->probed().ready ? "" : ", the initialisation has not ended"));
}

namespace {

struct Utilisation {
  std::uint64_t cpu, ice, link_tx, link_rx, flash;

  void describe(Statistics& s) const {
    s("cpu", cpu, "Share of the cores' time that was busy, in parts per million");
    s("ice", ice, "Share of the crypto engines' issue positions taken, in parts per million");
    s("link_tx", link_tx, "Share of time with frames on the lanes to the device, in parts per million");
    s("link_rx", link_rx, "Share of time with frames on the lanes to the host, in parts per million");
    s("flash", flash, "Share of the dies' time that was busy, in parts per million");
  }
};

}  // namespace

std::array<StageTotal, stage_count> Simulation::stage_totals() const { return stage_totals_of(system_->player.latency()); }

void Simulation::describe(Statistics& s) const {
  const System& y = *system_;
  const Picoseconds time = y.player.ended() - y.player.started();
  s("simulated_time", time, "From the start of the replay to the end of its last request");
  s.group("driver", *y.driver);
  s.group("keyslots", y.driver->keyslots().statistics());
  s.group("latency", y.player.latency());
  s.group("stages", StageTotals{stage_totals()});
  const BusyTimes before = y.busy_before;
  const BusyTimes busy = y.busy();
  const std::uint64_t engines = y.config.ice.engines == Engines::separate ? 2 : 1;
  s.group("utilisation",
          Utilisation{ppm(busy.cpu - before.cpu, time, y.config.host.cores),
                      ppm(busy.encrypt + busy.decrypt - before.encrypt - before.decrypt, time, engines),
                      ppm(busy.link_tx - before.link_tx, time, 1), ppm(busy.link_rx - before.link_rx, time, 1),
                      ppm(busy.flash - before.flash, time, y.flash->geometry().dies)});
  if (const PayloadStatistics* payload = y.driver->payload()) s.group("payload", *payload);
  s.group("host", y.cpu->statistics());
  y.UfsHardware::describe(s);
}

const FlashBackend& Simulation::flash() const { return *system_->flash; }

}  // namespace icesim
