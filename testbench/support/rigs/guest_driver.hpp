// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/crypto_config.hpp"
#include "icesim/spec/scsi.hpp"
#include "icesim/spec/uic.hpp"
#include "models/guest/guest_simulation.hpp"
#include "models/system/forget_simulation.hpp"
#include "testbench/support/rigs/guest_rig.hpp"

#include <memory>
#include <vector>

namespace icesim::test {

/// The smallest driver that a guest can have: brings the controller up and issues one command at a time by register
/// accesses and descriptors in its own memory. Where the registers are and how time passes is somebody else's.
class GuestSoftware {
 public:
  static constexpr std::uint64_t ram = 0x2000'0000;
  static constexpr std::uint64_t ram_size = 1 << 20;
  static constexpr std::uint64_t list = ram;
  static constexpr std::uint64_t task_list = ram + 0x1000;
  static constexpr std::uint64_t descriptors = ram + 0x2000;  ///< a UCD for each tag
  static constexpr std::uint64_t data = ram + 0x80000;

  explicit GuestSoftware(SystemConfig c) : config(std::move(c)) {
    map.map(ram, ram_size, file.get(), 0);
    config.flash.capacity = Bytes{64 << 20};
  }
  virtual ~GuestSoftware() = default;

  SystemConfig config;
  cosim::FileDescriptor file = cosim::test::memory_file(ram_size);
  cosim::GuestMap map;
  cosim::Hardware* hardware = nullptr;

  std::uint32_t read(Reg reg) { return hardware->read_register(static_cast<std::uint32_t>(reg)); }
  void write(Reg reg, std::uint32_t value) { hardware->write_register(static_cast<std::uint32_t>(reg), value); }
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
  void start_lists() {
    write(Reg::UTRLBA, static_cast<std::uint32_t>(list));
    write(Reg::UTMRLBA, static_cast<std::uint32_t>(task_list));
    write(Reg::UTMRLRSR, 1);
    write(Reg::UTRLRSR, 1);
    write(Reg::IS, ~std::uint32_t{0});
    write(Reg::IE, ~std::uint32_t{0});
  }
  /// Writes a key as drivers do.
  void program(std::uint32_t keyslot, const std::byte* key) {
    CryptoConfig entry;
    entry.set_xts_key(key, 64);
    entry.set_config({data_unit_mask(logical_block), 0, true});
    const std::uint32_t first =
        static_cast<std::uint32_t>(config.keyslots.config_pointer * 0x100 + keyslot * CryptoConfig::size);
    for (std::size_t step = 0; step < program_writes; ++step) {
      const CryptoConfigWrite write = program_write(entry, step);
      hardware->write_register(first + write.offset, write.value);
    }
  }

  struct Command {
    scsi::Cdb cdb{};
    DataDirection direction = DataDirection::none;
    std::uint32_t blocks = 0;
    std::uint64_t buffer = data;
    bool encrypted = false;
    std::uint32_t keyslot = 0;
    Dun dun{};
  };
  static std::uint64_t ucd(std::uint32_t tag) { return descriptors + tag * 0x1000u; }
  /// Writes the descriptors of a command under `tag`.
  void describe(std::uint32_t tag, const Command& command) {
    Utrd utrd;
    utrd.data_direction = command.direction;
    utrd.crypto_enable = command.encrypted;
    utrd.cci = Keyslot{command.keyslot};
    utrd.dun = command.dun;
    utrd.ucd_base = ucd(tag);
    utrd.response_offset = 128;
    utrd.response_length = 128;
    utrd.prdt_offset = 256;
    utrd.prdt_length = command.blocks > 0 ? 1 : 0;
    utrd.encode(map.find(list + tag * Utrd::size, Utrd::size));
    CommandUpiu upiu;
    upiu.tag = Tag{tag};
    upiu.cdb = command.cdb;
    upiu.expected_length = logical_block * command.blocks;
    upiu.flags = command.direction == DataDirection::to_device ? CommandUpiu::write
                 : command.direction == DataDirection::to_host ? CommandUpiu::read
                                                               : 0;
    const UpiuHeader header = upiu.encode();
    std::memcpy(map.find(ucd(tag), header.size()), header.data(), header.size());
    if (command.blocks > 0)
      PrdtEntry{command.buffer, logical_block * command.blocks}.encode(map.find(ucd(tag) + 1024, PrdtEntry::size));
  }
  /// Rings the doorbell of `tag` and waits until the bit is clear; returns the OCS in the descriptor.
  Ocs carry_out(std::uint32_t tag) {
    write(Reg::UTRLDBR, std::uint32_t{1} << tag);
    while ((read(Reg::UTRLDBR) >> tag & 1) != 0) pass(Picoseconds{10'000'000});
    write(Reg::IS, ~std::uint32_t{0});
    return ocs(tag);
  }
  Ocs ocs(std::uint32_t tag) const {
    const std::byte* const utrd = map.find(list + tag * Utrd::size, Utrd::size);
    return utrd == nullptr ? Ocs::invalid : Utrd::decode(utrd).ocs;
  }
  Ocs carry_out(std::uint32_t tag, const Command& command) {
    describe(tag, command);
    return carry_out(tag);
  }
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
