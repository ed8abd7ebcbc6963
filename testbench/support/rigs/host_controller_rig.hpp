// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/crypto_config.hpp"
#include "models/controller/ufs_host_controller.hpp"
#include "models/host/system_memory.hpp"
#include "models/ice/aes_xts_pipeline.hpp"
#include "models/system/forget_simulation.hpp"
#include "testbench/support/rigs/fake_host_link.hpp"
#include "testbench/support/rigs/register_master.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace icesim {

using Data = std::vector<std::byte>;

/// Passes accesses to the memory on, and tells a test of each before it happens.
class MemorySpy : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<MemorySpy, 128> from_controller{"from_controller"};
  tlm_utils::simple_initiator_socket<MemorySpy, 128> to_memory{"to_memory"};
  std::function<void(bool write, std::uint64_t address, std::size_t size)> on_access;

  explicit MemorySpy(const sc_core::sc_module_name& name) : sc_module(name) {
    from_controller.register_b_transport(this, &MemorySpy::transport);
  }

 private:
  void transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay) {
    if (on_access) on_access(access.is_write(), access.get_address(), access.get_data_length());
    to_memory->b_transport(access, delay);
  }
};

/// Remembers when the interrupt pin changed, and runs `on_rise` when it rises.
class PinProbe : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> pin{"pin"};
  std::vector<std::pair<Picoseconds, bool>> changes;
  std::function<void()> on_rise;

  explicit PinProbe(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(PinProbe);
    SC_METHOD(changed);
    sensitive << pin;
    dont_initialize();
  }

 private:
  void changed() {
    changes.emplace_back(kernel_now(), pin.read());
    if (pin.read() && on_rise) on_rise();
  }
};

struct MarkRecorder : StageRecorder {
  struct Mark {
    Tag tag;
    Stage stage;
    Picoseconds at;
  };
  std::vector<Mark> marks;
  void mark(Tag tag, Stage stage, Picoseconds at) override { marks.push_back({tag, stage, at}); }
  std::optional<Picoseconds> at(std::uint64_t tag, Stage stage) const {
    for (const Mark& each : marks) {
      if (each.tag == Tag{tag} && each.stage == stage) return each.at;
    }
    return std::nullopt;
  }
};

/// One controller between a register master, a memory, keyslots with their engine, and a fake link.
class HostControllerRig {
 public:
  static constexpr std::uint64_t list = 0x1'0000;
  static constexpr std::uint64_t memory_size = std::uint64_t{1} << 32;

  UfsHostControllerConfig config;
  KeyslotFileConfig keyslot_config;
  AesXtsPipelineConfig engine_config;
  ClockDomain bus{Hertz{300'000'000}, Cycles{2}};
  ClockDomain ice{Hertz{403'000'000}, Cycles{2}};
  std::function<CryptoEngine&(CryptoEngine&)> in_between;  ///< gives what stands in the engine's place
  FakeHostLink link;
  MarkRecorder recorder;
  std::unique_ptr<Agenda> agenda;
  std::unique_ptr<SystemMemory> memory;
  std::unique_ptr<KeyslotFile> keyslots;
  std::unique_ptr<AesXtsPipeline> engine;
  std::unique_ptr<AesXtsPipeline> same_engine;  ///< for a test that asks what the engine's way should take
  std::unique_ptr<UfsHostController> controller;
  std::unique_ptr<RegisterMaster> master;
  std::unique_ptr<PinProbe> probe;
  std::unique_ptr<MemorySpy> spy;
  std::unique_ptr<sc_core::sc_signal<bool>> pin;

  ~HostControllerRig() {
    probe.reset();
    master.reset();
    controller.reset();
    same_engine.reset();
    engine.reset();
    spy.reset();
    memory.reset();
    pin.reset();
    agenda.reset();
    forget_simulation();
  }

  void build() {
    agenda = std::make_unique<Agenda>("agenda");
    keyslots = std::make_unique<KeyslotFile>(keyslot_config);
    memory = std::make_unique<SystemMemory>("memory", SystemMemoryConfig{Bytes{memory_size}});
    engine = std::make_unique<AesXtsPipeline>("engine", engine_config, ice, *keyslots);
    same_engine = std::make_unique<AesXtsPipeline>("same_engine", engine_config, ice, *keyslots);
    controller = std::make_unique<UfsHostController>("controller", *agenda, config, bus, *keyslots, 2 * memory_size);
    master = std::make_unique<RegisterMaster>("master");
    spy = std::make_unique<MemorySpy>("spy");
    probe = std::make_unique<PinProbe>("probe");
    pin = std::make_unique<sc_core::sc_signal<bool>>("pin");
    controller->connect(recorder);
    controller->memory.bind(spy->from_controller);
    spy->to_memory.bind(memory->socket);
    controller->crypto.bind(in_between ? in_between(engine->engine) : engine->engine);
    controller->to_link.bind(link);
    controller->link_receive_side.bind(link);
    controller->link.bind(link);
    controller->interrupt.bind(*pin);
    probe->pin.bind(*pin);
    master->socket.bind(controller->registers);
    link.controller = &*controller;
    run_until(Picoseconds{0});
  }
  /// Enables the controller with its crypto, starts the link and the list, and lets all interrupts through.
  void start() {
    build();
    enable();
    start_list();
  }
  void enable() {
    master->set(Reg::HCE, HCE::HCE | HCE::CGE);
    run_for(config.enable_time + bus.edge(Cycles{1}));
    uic(uic::Opcode::dme_link_startup);
    run_for(config.link_startup_time + bus.edge(Cycles{1}));
  }
  void start_list() {
    master->set(Reg::UTRLBA, static_cast<std::uint32_t>(list));
    master->set(Reg::UTRLBAU, 0);
    master->set(Reg::UTRLRSR, 1);
    master->set(Reg::IS, ~std::uint32_t{0});
    master->set(Reg::IE, ~std::uint32_t{0});
    run_for(Picoseconds{1'000});
    probe->changes.clear();
  }
  void uic(uic::Opcode opcode, std::uint32_t arg1 = 0, std::uint32_t arg3 = 0) {
    master->set(Reg::UCMDARG1, arg1);
    master->set(Reg::UCMDARG2, 0);
    master->set(Reg::UCMDARG3, arg3);
    master->set(Reg::UICCMD, static_cast<std::uint32_t>(opcode));
  }
  /// Programs a keyslot by the driver's sequence of writes.
  void program(std::uint64_t keyslot, const Data& key, Bytes data_unit, bool enabled = true) {
    CryptoConfig entry;
    entry.set_xts_key(key.data(), key.size());
    entry.set_config({data_unit_mask(data_unit), 0, enabled});
    for (std::size_t step = 0; step < program_writes; ++step) {
      const CryptoConfigWrite write = program_write(entry, step);
      master->set(crypto_config_offset(keyslots->layout(), Keyslot{keyslot}) + write.offset, write.value);
    }
  }

  /// Runs everything up to and including time `t`, and 1 ps more.
  void run_until(Picoseconds t) {
    if (t + Picoseconds{1} > kernel_now()) sc_core::sc_start(to_sc_time(t + Picoseconds{1} - kernel_now()));
  }
  void run_for(Picoseconds t) { run_until(kernel_now() + t); }

  static std::uint64_t ucd(std::uint64_t tag) { return 0x10'0000 + tag * 0x4000; }
  static Utrd utrd(std::uint64_t tag, DataDirection direction, std::size_t entries) {
    Utrd utrd;
    utrd.data_direction = direction;
    utrd.ucd_base = ucd(tag);
    utrd.response_offset = ucd::response_offset / 4;
    utrd.response_length = ucd::response_size / 4;
    utrd.prdt_offset = ucd::prdt_offset / 4;
    utrd.prdt_length = static_cast<std::uint16_t>(entries);
    return utrd;
  }
  static CommandUpiu command(std::uint64_t tag, std::uint64_t expected, std::uint8_t flags = CommandUpiu::read) {
    CommandUpiu command;
    command.flags = flags;
    command.tag = Tag{tag};
    command.expected_length = Bytes{expected};
    for (std::size_t i = 0; i < command.cdb.size(); ++i) command.cdb[i] = static_cast<std::byte>(0xa0 + i + tag);
    return command;
  }
  /// Writes the descriptors of a command into memory.
  void place(std::uint64_t tag, const Utrd& utrd, const UpiuHeader& upiu, const std::vector<PrdtEntry>& prdt) {
    std::array<std::byte, Utrd::size> bytes{};
    utrd.encode(bytes.data());
    memory->write(list + tag * Utrd::size, bytes.data(), bytes.size());
    if (!memory->contains(utrd.ucd_base, ucd::size)) return;
    memory->write(utrd.ucd_base, upiu.data(), upiu.size());
    for (std::size_t i = 0; i < prdt.size(); ++i) {
      std::array<std::byte, PrdtEntry::size> entry{};
      prdt[i].encode(entry.data());
      memory->write(utrd.ucd_base + utrd.prdt_offset * 4u + i * entry.size(), entry.data(), entry.size());
    }
  }
  void ring(std::uint32_t tags) { master->set(Reg::UTRLDBR, tags); }
  std::uint8_t ocs(std::uint64_t tag) const {
    std::byte ocs{};
    memory->read(list + tag * Utrd::size + Utrd::ocs_offset, &ocs, 1);
    return std::to_integer<std::uint8_t>(ocs);
  }
  Data bytes(std::uint64_t address, std::size_t size) const {
    Data data(size);
    memory->read(address, data.data(), size);
    return data;
  }
  std::uint32_t hardware(Reg reg) const { return controller->register_file().hw_read(reg); }
  bool busy(std::uint64_t tag) const { return (hardware(Reg::UTRLDBR) >> tag & 1) != 0; }
};

/// Bytes first, first + 1, ... modulo 256.
inline Data counting_data(std::size_t size, unsigned first = 0) {
  Data data(size);
  for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::byte>((first + i) & 0xff);
  return data;
}

inline DataUpiu data_upiu(Transaction transaction, std::uint64_t tag, std::uint64_t offset, std::uint64_t count) {
  DataUpiu upiu;
  upiu.transaction = transaction;
  upiu.tag = Tag{tag};
  upiu.offset = Bytes{offset};
  upiu.count = Bytes{count};
  return upiu;
}
inline ResponseUpiu response_upiu(std::uint64_t tag, std::uint64_t data_segment = 0) {
  ResponseUpiu response;
  response.tag = Tag{tag};
  response.data_segment = Bytes{data_segment};
  return response;
}

}  // namespace icesim
