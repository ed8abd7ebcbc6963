// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/bare_driver.hpp"
#include "models/guest/guest_simulation.hpp"
#include "models/system/forget_simulation.hpp"
#include "testbench/support/rigs/guest_rig.hpp"

#include <memory>
#include <vector>

namespace icesim::test {

/// The driver of a guest that has no other. Where the registers are and how time passes is somebody else's.
class GuestSoftware : public BareDriver {
 public:
  static constexpr std::uint64_t ram = 0x2000'0000;
  static constexpr std::uint64_t ram_size = 1 << 20;
  static constexpr std::uint64_t list = ram;
  static constexpr std::uint64_t task_list = ram + 0x1000;
  static constexpr std::uint64_t descriptors = ram + 0x2000;  ///< a UCD for each tag
  static constexpr std::uint64_t data = ram + 0x80000;

  explicit GuestSoftware(SystemConfig c) : BareDriver(ram), config(std::move(c)) {
    map.map(ram, ram_size, file.get(), 0);
    config.flash.capacity = Bytes{64 << 20};
    keyslots_at_ = static_cast<std::uint32_t>(config.keyslots.config_pointer * 0x100);
  }

  SystemConfig config;
  cosim::FileDescriptor file = cosim::test::memory_file(ram_size);
  cosim::GuestMap map;
  cosim::Hardware* hardware = nullptr;

  static std::uint64_t ucd(std::uint32_t tag) { return descriptors + tag * 0x1000u; }
  virtual void pass(Picoseconds time) {
    const Picoseconds end = hardware->now() + time;
    while (hardware->now() < end) hardware->run(end);
  }
  void enable() {
    write(Reg::HCE, HCE::HCE | HCE::CGE);
    pass(config.controller.enable_time + Picoseconds{1'000'000});
    write(Reg::UICCMD, static_cast<std::uint32_t>(uic::Opcode::dme_link_startup));
    pass(config.controller.link_startup_time + Picoseconds{1'000'000});
  }

 protected:
  std::uint32_t read_word(std::uint32_t offset) override { return hardware->read_register(offset); }
  void write_word(std::uint32_t offset, std::uint32_t value) override { hardware->write_register(offset, value); }
  void load(std::uint64_t address, std::byte* bytes, std::size_t length) override {
    std::memcpy(bytes, map.find(address, length), length);
  }
  void store(std::uint64_t address, const std::byte* bytes, std::size_t length) override {
    std::memcpy(map.find(address, length), bytes, length);
  }
  void pass() override { pass(Picoseconds{10'000'000}); }
};

/// That driver on a simulation of its own.
class GuestDriver : public GuestSoftware {
 public:
  explicit GuestDriver(SystemConfig c = {}, const Observers& observers = {}, const std::vector<Fault>& faults = {})
      : GuestSoftware(std::move(c)), simulation(std::make_unique<GuestSimulation>(config, map, observers, faults)) {}
  ~GuestDriver() override {
    simulation.reset();
    forget_simulation();
  }

  std::unique_ptr<GuestSimulation> simulation;

  void start() {
    hardware = &simulation->hardware();
    enable();
    start_lists();
  }
  std::uint64_t statistic(const std::string& path) const;
};

}  // namespace icesim::test
