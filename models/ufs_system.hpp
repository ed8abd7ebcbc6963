// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/simulation.hpp"
#include "models/trace_player.hpp"
#include "models/waves.hpp"

#include <functional>
#include <memory>
#include <systemc>

namespace icesim {

/// Turns what the device tells about a command into stages of the request.
class DeviceStages : public DeviceObserver {
 public:
  void connect(Driver& driver) { driver_ = &driver; }
  void milestone(std::uint32_t tag, DeviceMilestone::Kind kind, Picoseconds at) override;

 private:
  Driver* driver_ = nullptr;
};

/// What the driver must know of a system.
DriverSetup driver_setup(const SystemConfig& config);

/// All modules of a simulation and every binding between them, top to bottom.
struct UfsSystem {
  UfsSystem(const SystemConfig& config, RequestSource& source, std::string source_name, std::uint64_t creation_order,
            const Observers& observers = {});

  SystemConfig config;
  Agenda agenda{"agenda", Agenda::Pace::ahead};
  ClockDomain bus;
  ClockDomain ice;
  ClockDomain device_clock;
  ClockDomain nand;
  KeyslotFile keyslots;
  std::unique_ptr<SystemMemory> memory;
  std::unique_ptr<HostCpu> cpu;
  std::unique_ptr<UfsHostController> controller;
  std::unique_ptr<AesXtsPipeline> engine;
  std::unique_ptr<UniproLink> link;
  std::unique_ptr<UfsDevice> device;
  std::unique_ptr<FlashArray> flash;
  InterruptLine interrupt{"interrupt", agenda};
  DeviceStages device_stages;
  std::unique_ptr<Waves> waves;  ///< only when somebody wants them
  TracePlayer player;
  std::unique_ptr<Driver> driver;
  std::function<void()> on_start;  ///< called when the initialisation has ended and the replay begins

 private:
  void create(std::uint64_t creation_order);
  void bind();
};

}  // namespace icesim
