// SPDX-License-Identifier: Apache-2.0
#include "models/system/ufs_system.hpp"

#include "icesim/base/seldom.hpp"
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "models/system/virtual_machines.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace icesim {
namespace {

struct EngineGroup {
  const AesXtsPipeline& engine;
  void describe(Statistics& s) const { engine.describe(s); }
};

struct LinkGroup {
  const UniproLink& link;
  void describe(Statistics& s) const { link.describe(s); }
};

}  // namespace

void DeviceStages::milestone(std::uint32_t tag, DeviceMilestone::Kind kind, Picoseconds at) {
  Request* const request = driver_->request(Tag{tag});
  if (request == nullptr || request->preflush) return;
  // The device may still be at a command that has been given up, and that stood under this tag.
  if (kind == DeviceMilestone::command_received) {
    if (seldom(request->under_way == UnderWay::no)) return;
    request->under_way = UnderWay::received;
  } else if (seldom(request->under_way != UnderWay::received)) {
    return;
  }
  const auto stage = stage_before(kind, request->operation == Operation::read);
  if (!stage) return;
  if (seldom(at < request->timeline->last())) return driver_->recorder().mark(Tag{tag}, *stage, at);
  request->timeline->mark(*stage, at);
}

std::array<StageTotal, stage_count> stage_totals_of(const LatencyStatistics& latency) {
  std::array<StageTotal, stage_count> result;
  for (std::size_t i = 0; i < stage_count; ++i) {
    result[i] = {stages[i].name, stages[i].sentence, {}};
    for (const StageSums& each : latency.stages) result[i].total += each[i];
  }
  return result;
}

void OperationStages::describe(Statistics& s) const {
  for (std::size_t operation = 0; operation < operation_names.size(); ++operation) {
    StageTotals mine = shown;
    for (std::size_t i = 0; i < stage_count; ++i) mine.totals[i].total = latency.stages[operation][i];
    s.group(operation_names[operation], mine);
  }
}

DriverSetup driver_setup(const SystemConfig& config, std::vector<VirtualMachine> vms) {
  DriverSetup setup;
  setup.block_layer = config.block_layer;
  setup.keys = config.keys;
  setup.block_layer.write_cache = setup.block_layer.throttle.write_cache = config.device.write_cache;
  setup.costs = config.host.costs;
  setup.probe = {config.link.gear,
                 config.link.lanes,
                 config.link.series == RateSeries::b,
                 config.crypto.has_keyslots(),
                 config.crypto.by_standard(),
                 static_cast<std::uint32_t>(config.host.cores),
                 config.crypto.variant(),
                 config.crypto.registers,
                 config.power.auto_hibern8};
  setup.key_path = config.crypto;
  setup.power = config.power;
  if (config.crypto.encrypts()) setup.power.self_test = config.ice.self_test;
  setup.vms = std::move(vms);
  setup.hypervisor = config.keyslots.hypervisor;
  setup.cores = static_cast<std::uint32_t>(config.host.cores);
  setup.interrupt_core = static_cast<Core>(config.host.interrupt_core % config.host.cores);
  setup.seed = config.seed;
  setup.verify = config.payload == Payload::verify;
  return setup;
}

UfsHardware::UfsHardware(const SystemConfig& c, Agenda::Pace pace)
    : config(c),
      agenda("agenda", pace),
      bus(c.clocks.bus, c.clocks.sync_stages),
      ice(c.engine_clock(), c.clocks.sync_stages),
      device_clock(c.clocks.device, c.clocks.sync_stages),
      nand(c.clocks.nand, c.clocks.sync_stages),
      keyslots(c.keyslots) {}

void UfsHardware::create(std::uint64_t creation_order, std::vector<std::function<void()>> makers) {
  UfsDeviceConfig device_config = config.device;
  device_config.capacity_blocks = config.flash.capacity / logical_block;
  device_config.booster_factor = static_cast<std::uint32_t>(config.flash.pages_per_program);
  device_config.simulate_payload = config.payload == Payload::verify;
  FlashArrayConfig flash_config = config.flash;
  flash_config.capacity += logical_block * config.device.map.flash_blocks(device_config.capacity_blocks);
  UfsHostControllerConfig controller_config = config.controller;
  controller_config.prdt = config.crypto.prdt_format();
  controller_config.late_crypto = config.crypto.variant() == RegistersVariant::intel;
  const std::uint64_t unbacked_from =
      config.payload == Payload::verify ? ~std::uint64_t{0} : memory_map::payload;

  makers.insert(makers.end(), {
      [&] { controller = std::make_unique<UfsHostController>("controller", agenda, controller_config, bus, keyslots, unbacked_from); },
      [&] { engine = std::make_unique<AesXtsPipeline>("ice", config.ice, ice, keyslots); },
      [&] { link = std::make_unique<UniproLink>("link", config.link); },
      [&] { device = std::make_unique<UfsDevice>("device", agenda, device_config, device_clock); },
      [&] { flash = std::make_unique<FlashArray>("flash", agenda, flash_config, nand); },
  });
  // The digits of `creation_order` in the factorial number system choose a permutation.
  while (!makers.empty()) {
    const std::size_t chosen = creation_order % makers.size();
    creation_order /= makers.size();
    makers[chosen]();
    makers.erase(makers.begin() + static_cast<std::ptrdiff_t>(chosen));
  }
}

void UfsHardware::watch(SignalRecorder& signals) {
  const WatchedSystem watched{agenda, config.controller, config.ice, *link, bus, ice, keyslots};
  waves = std::make_unique<Waves>(watched, signals);
  link->connect(*waves);
}

void UfsHardware::watch(BusyRecorder& recorder, std::function<std::uint64_t(Tag)> request_of) {
  busy_times = std::make_unique<BusyTimes>(BusySystem{*link, *device, ice, std::move(request_of)}, recorder);
  flash->connect(*busy_times);
}

void UfsHardware::bind(DeviceObserver& observer, Interposer* interposer, sc_core::sc_signal_inout_if<bool>* pin) {
  keyslots.connect(*engine);
  if (pin != nullptr)
    controller->interrupt.bind(*pin);
  else
    controller->interrupt.bind(interrupt);
  CryptoEngine& crypto = interposer ? interposer->between(engine->engine) : engine->engine;
  CryptoEngine& seen = busy_times ? busy_times->watch(crypto) : crypto;
  controller->crypto.bind(waves ? waves->watch(seen) : seen);
  controller->to_link.bind(link->from_host);
  controller->link_receive_side.bind(link->from_device);
  LinkManagement& management = link->management;
  controller->link.bind(interposer ? interposer->between(management) : management);
  const auto receiver = [&](Direction direction, UpiuSink& real) -> UpiuSink& {
    UpiuSink& behind = interposer ? interposer->between(direction, real) : real;
    UpiuSink& told = busy_times ? busy_times->watch(direction, behind) : behind;
    return waves ? waves->watch(direction, told) : told;
  };
  link->at_device.bind(receiver(Direction::to_device, *device));
  link->at_host.bind(receiver(Direction::to_host, *controller));
  if (config.link.reports_errors) link->connect(static_cast<LinkEvents&>(*controller));
  device->out.bind(link->from_device);
  device->flash.bind(flash->in);
  device->observer.bind(observer);
  flash->client.bind(device->flash_client);
}

void UfsHardware::set_clocks(bool high) {
  if (!config.power.scaling.clocks()) return;
  ice = ClockDomain(high ? config.engine_clock() : config.clocks.ice_low, config.clocks.sync_stages);
  engine->set_clock(ice, agenda.now());
  if (waves) waves->set_engine_clock(agenda.now());
}

std::uint32_t UfsHardware::register_bytes() const {
  const std::uint32_t end = keyslots.layout().config_offset() + 4 * keyslots.words();
  const std::uint32_t queues = controller->queue_file().size();
  return queues == 0 ? end : std::max(end, QueueLayout{}.offset(queues, QueueReg::SQHP));
}

void UfsHardware::describe(Statistics& s) const {
  s.group("controller", controller->statistics());
  s.group("keyslots_hw", keyslots.statistics());
  s.group("ice", EngineGroup{*engine});
  s.group("link", LinkGroup{*link});
  s.group("device", device->statistics());
  s.group("flash", flash->statistics());
}

HardwareBusy UfsHardware::busy() const {
  return {engine->statistics(Direction::to_device).busy + engine->statistics(Direction::to_host).busy,
          link->statistics(Direction::to_device).busy, link->statistics(Direction::to_host).busy,
          flash->statistics().die_busy};
}

EnergyWork UfsHardware::work() const {
  EnergyWork done;
  for (const Direction direction : {Direction::to_device, Direction::to_host}) {
    done.engine += engine->statistics(direction).bytes.n;
    done.link += link->statistics(direction).wire_bytes.n;
  }
  done.memory = controller->memory_traffic().n;
  done.device = {Wide{device->bytes_sent()}, Wide{flash->statistics().flash_blocks_programmed} * logical_block.n};
  return done;
}

HardwareUtilisation UfsHardware::utilisation(const HardwareBusy& before, Picoseconds time) const {
  const HardwareBusy now = busy();
  return {busy_ppm(now.ice - before.ice, time, config.ice.times_all_cores()), busy_ppm(now.link_tx - before.link_tx, time, 1),
          busy_ppm(now.link_rx - before.link_rx, time, 1),
          busy_ppm(now.flash - before.flash, time, flash->geometry().dies)};
}

UfsSystem::UfsSystem(const SystemConfig& c, RequestSource& source, std::string source_name, std::uint64_t creation_order,
                     const Observers& observers, Interposer* interposer, const std::vector<Fault>& wanted)
    : UfsHardware(c, Agenda::Pace::ahead), vms(virtual_machines(c, source.vms())), player(agenda, c.replay, source, std::move(source_name)) {
  c.check();
  player.tell_apart(vms.size());
  create(creation_order, {
      [&] { memory = std::make_unique<SystemMemory>("memory", config.memory); },
      [&] { cpu = std::make_unique<HostCpu>("host", agenda, config.host); },
  });
  if (c.crypto.enters_secure_world() && c.crypto.call.yields) cpu->set_call(c.crypto.call.leave, c.crypto.call.entry);
  if (observers.signals != nullptr) {
    watch(*observers.signals);
    controller->connect(*waves);
  }
  if (observers.requests != nullptr) player.connect(*observers.requests);
  if (observers.busy != nullptr) watch(*observers.busy, [this](Tag tag) { return driver->record_of(tag); });
  if (c.keys.life == KeyLifeRule::trace || c.crypto.restore == KeyRestore::trace) player.follow_keys();
  if (!wanted.empty()) {
    faults = std::make_unique<RunFaults>(agenda, wanted, c.keyslots.num_keyslots, *cpu);
    faults->injector().connect({*controller, *device, [this] { return lose_power(); }, device_clock, true});
    if (interposer != nullptr) interposers = std::make_unique<BothInterposers>(faults->injector(), *interposer);
    interposer = interposer != nullptr ? static_cast<Interposer*>(interposers.get()) : &faults->injector();
  }
  bind(device_stages, interposer);
  cpu->registers.bind(controller->registers);
  cpu->interrupt.bind(interrupt);
  interrupt.connect(*cpu);
  controller->connect(static_cast<MessageSink&>(interrupt));
  controller->memory.bind(memory->socket);

  driver = std::make_unique<Driver>(driver_setup(c, vms), *cpu, player, [this] {
    if (on_start) on_start();
    if (faults) faults->injector().begin(agenda.now());
    player.start(Bytes{driver->probed().blocks * logical_block.n});
  });
  connect_faults(*driver);
  if (observers.keyslots != nullptr) driver->record(*observers.keyslots);
  cpu->connect(*driver, player, *memory);
  cpu->connect(keyslots);
  cpu->connect(static_cast<ClockSetter&>(*this));
  player.connect(*driver, *cpu);
  player.at_end([this] {
    if (config.device.background.on()) device->end_background();
    if (faults) faults->injector().end();
  });
  controller->connect(driver->recorder());
  device_stages.connect(*driver);
}

std::uint64_t UfsSystem::lose_power() {
  device->lose_power();
  driver->device_lost_power();
  return flash->lose_power();
}

void UfsSystem::connect_faults(Driver& to) {
  if (!faults) return;
  to.pass_commands([this](Ufshcd& hcd) -> RequestQueue& { return faults->before(hcd); });
  if (!faults->injector().expects_power_loss()) return;
  const bool bare = config.payload != Payload::verify;
  flash->expect_power_loss(bare ? Lba{config.flash.capacity / logical_block} : Lba{0});
  to.expect_power_loss();
}

}  // namespace icesim
