// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/interposer.hpp"
#include "models/base/utilisation.hpp"
#include "models/controller/ufs_host_controller.hpp"
#include "models/device/ufs_device.hpp"
#include "models/flash/flash_array.hpp"
#include "models/host/trace_player.hpp"
#include "models/ice/aes_xts_pipeline.hpp"
#include "models/link/unipro_link.hpp"
#include "models/system/run_faults.hpp"
#include "models/system/observers.hpp"
#include "models/system/stage_totals.hpp"
#include "models/system/system_config.hpp"
#include "models/waves/busy_times.hpp"
#include "models/waves/waves.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <systemc>
#include <vector>

namespace icesim {

/// The stage of a command, a read or something else, that a milestone of it ends, if it does.
constexpr std::optional<Stage> stage_before(DeviceMilestone::Kind kind, bool reads) {
  switch (kind) {
    case DeviceMilestone::command_received: return Stage::command;
    case DeviceMilestone::firmware_done: return Stage::device;
    case DeviceMilestone::media_done: return Stage::flash;
    case DeviceMilestone::data_done: return reads ? Stage::device : Stage::transfer;
    case DeviceMilestone::response_sent: break;
  }
  // A read's RESPONSE queues behind its data, whose way counts as transfer.
  return reads ? std::nullopt : std::optional(Stage::device);
}

/// Tells the driver of these stages.
class DeviceStages : public DeviceObserver {
 public:
  void connect(Driver& driver) { driver_ = &driver; }
  void milestone(std::uint32_t tag, DeviceMilestone::Kind kind, Picoseconds at) override;

 private:
  Driver* driver_ = nullptr;
};

/// Names and sums of all stages.
std::array<StageTotal, stage_count> stage_totals_of(const LatencyStatistics& latency);

/// Statistics group `stages_of`: the stages of each operation, those that `shown` shows.
struct OperationStages {
  const LatencyStatistics& latency;
  StageTotals shown;
  void describe(Statistics& s) const;
};

/// What the driver must know of a system.
DriverSetup driver_setup(const SystemConfig& config, std::vector<VirtualMachine> vms = {});

/// The modules below the host, and every binding between them: controller with its engine, link, device and flash.
struct UfsHardware : ClockSetter {
  UfsHardware(const SystemConfig& config, Agenda::Pace pace);

  SystemConfig config;
  Agenda agenda;
  ClockDomain bus;
  ClockDomain ice;
  ClockDomain device_clock;
  ClockDomain nand;
  KeyslotFile keyslots;
  std::unique_ptr<UfsHostController> controller;
  std::unique_ptr<AesXtsPipeline> engine;
  std::unique_ptr<UniproLink> link;
  std::unique_ptr<UfsDevice> device;
  std::unique_ptr<FlashArray> flash;
  InterruptLine interrupt{"interrupt", agenda};
  std::unique_ptr<Waves> waves;  ///< only when somebody wants them
  std::unique_ptr<BusyTimes> busy_times;  ///< likewise

  /// Of the engine, as power.scaling says.
  void set_clocks(bool high) override;
  /// Bytes of the registers: all named ones, the keyslots and the queues.
  std::uint32_t register_bytes() const;
  /// Statistics groups of the modules.
  void describe(Statistics& s) const;
  HardwareBusy busy() const;
  /// What the hardware below the host has done that costs energy.
  EnergyWork work() const;
  /// In the last `time`, when they had been busy for `before`.
  HardwareUtilisation utilisation(const HardwareBusy& before, Picoseconds time) const;

 protected:
  /// Creates the modules, and before them in the list what `makers` make, in the order that the number stands for.
  void create(std::uint64_t creation_order, std::vector<std::function<void()>> makers);
  /// Has signals watched, after create() and before bind(). The controller's tap is left to be connected.
  void watch(SignalRecorder& signals);
  /// Likewise has somebody told when hardware is busy; `request_of` as in BusySystem.
  void watch(BusyRecorder& recorder, std::function<std::uint64_t(Tag)> request_of);
  /// With something between the modules, or nothing. The controller's pin goes to `interrupt`, or to another wire.
  void bind(DeviceObserver& observer, Interposer* interposer = nullptr, sc_core::sc_signal_inout_if<bool>* pin = nullptr);
};

/// The hardware with the processor, its memory and the driver on it: all modules of a simulation, top to bottom.
struct UfsSystem : UfsHardware {
  UfsSystem(const SystemConfig& config, RequestSource& source, std::string source_name, std::uint64_t creation_order,
            const Observers& observers = {}, Interposer* interposer = nullptr, const std::vector<Fault>& wanted = {});
  /// Lets what is wanted go wrong with the commands of a driver; before it starts.
  void connect_faults(Driver& to);
  /// The device does; returns how many blocks were lost.
  std::uint64_t lose_power();

  std::vector<VirtualMachine> vms;  ///< none: requests are not told apart
  std::unique_ptr<SystemMemory> memory;
  std::unique_ptr<HostCpu> cpu;
  DeviceStages device_stages;
  TracePlayer player;
  std::unique_ptr<RunFaults> faults;  ///< only when some are wanted
  std::unique_ptr<BothInterposers> interposers;
  std::unique_ptr<Driver> driver;
  std::function<void()> on_start;  ///< called when the initialisation has ended and the replay begins
};

}  // namespace icesim
