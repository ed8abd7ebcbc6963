// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/power/gear_scaling.hpp"
#include "icesim/spec/uic.hpp"
#include "testbench/driver/power/clock_gate_rig.hpp"

namespace icesim::test {

/// The block layer, clock gating below it where it is on, frequency scaling with its worker on core 1, and the host
/// controller's driver on a mock controller.
class GearScalingRig : public HostClient, public BioObserver, public ProbeWaiter {
 public:
  struct Uic {
    std::uint32_t opcode, arg1, value;
    Picoseconds at;
  };

  static FrequencyScalingConfig linux_default() {
    FrequencyScalingConfig config;
    config.polling_ms = 100;
    return config;
  }
  static PowerConfig gated() {
    PowerConfig config;
    config.gating = ClockGateRig::fixed();
    return config;
  }

  explicit GearScalingRig(const FrequencyScalingConfig& scaling = linux_default(), const PowerConfig& power = {})
      : host(2, costs),
        controller(host),
        path(make_key_path({}, costs, host, 1)),
        hcd(host, costs, BlockLayerConfig{}.segment, keys, *path),
        gears(scaling, {4, 2, true}, costs, host, 1, hcd, hcd, *this),
        keyslots(8) {
    if (power.on()) gate.emplace(power, costs, host, 1, gears, hcd, gears, 1);
    blocks.emplace(BlockLayerConfig{}, costs, host, gate ? static_cast<RequestQueue&>(*gate) : gears, &keyslots, 2, 31);
    host.connect(*this);
    hcd.connect(*blocks);
    hcd.connect(gate ? static_cast<ProbeWaiter&>(*gate) : gears);
    hcd.connect(static_cast<EndWatch&>(gears));
    blocks->observe(this);
    controller.reg(Reg::UTRLBA) = static_cast<std::uint32_t>(memory_map::transfer_list);
    controller.reg(Reg::UTRLBAU) = static_cast<std::uint32_t>(memory_map::transfer_list >> 32);
    controller.reg(Reg::IE) = IS::UTRCS | IS::UHES | IS::UHXS | IS::UCCS | IS::UPMS;
    controller.reg(Reg::HCS) = HCS::UCRDY;
    controller.special_write = [this](std::uint32_t offset, std::uint32_t value) {
      if (static_cast<Reg>(offset) == Reg::UICCMD) run(value);
      return static_cast<Reg>(offset) == Reg::UICCMD;
    };
    controller.ending = [this](const ControllerMock::Listed& command) { hcd.mark(command.tag, Stage::device, host.now()); };
    controller.service = [this](const ControllerMock::Listed&) {
      return controller.commands.size() == 1 ? first_takes : Picoseconds{50'000'000};
    };
    const auto handles = [this] { return handles_errors; };
    if (gate) gate->begin(*blocks, handles, {&keyslots});
    gears.begin(*blocks, handles, gate ? &*gate : nullptr);
  }

  void submit(std::uint64_t block, Picoseconds at) {
    IoRequest io;
    io.offset = logical_block * block;
    io.length = logical_block;
    host.at(at, [=] { blocks->submit(io); });
  }
  Picoseconds polling() const { return Picoseconds{100'000'000'000}; }
  /// When the worker looks for the second time: it finds a whole window.
  Picoseconds second_look() const { return (polling() + costs.thread_wake) * 2; }
  /// From a request's arrival until its command would be issued.
  Picoseconds way_down() const { return costs.submit + costs.dispatch; }
  /// From the interrupt of a UIC command until the worker is awake.
  Picoseconds told() const { return costs.interrupt_entry + costs.mmio_read * 2 + costs.thread_wake; }
  Picoseconds setting() const { return costs.mmio_read + costs.mmio_write + uic_time + told(); }
  /// A sleep of the worker that waits for commands, and its look at them.
  Picoseconds doze() const { return GearScaling::doze + costs.thread_wake + costs.mmio_read; }
  std::vector<std::uint32_t> opcodes() const {
    std::vector<std::uint32_t> all;
    for (const Uic& each : uic) all.push_back(each.opcode);
    return all;
  }
  /// The values of PA_TxGear that were set.
  std::vector<std::uint32_t> gears_set() const {
    std::vector<std::uint32_t> all;
    for (const Uic& each : uic)
      if (each.opcode == static_cast<std::uint32_t>(uic::Opcode::dme_set) && uic::attribute_of(each.arg1) == uic::PA_TxGear)
        all.push_back(each.value);
    return all;
  }

  Step step(Work work, std::uint32_t value) override {
    if (work.of_block_layer()) return blocks->step(work, value);
    if (work.of_gear_scaling()) return gears.step(work, value);
    return work.of_clock_gate() ? gate->step(work, value) : hcd.step(work, value);
  }
  Step interrupt() override { return hcd.interrupt(); }
  void bio_ended(const Bio&, const Request&, const Timeline& timeline) override { lives.push_back(timeline); }
  void uic_done() override { ++others; }
  void command_done(Ocs, const UpiuHeader&) override {}

  HostCosts costs;
  HostPortMock host;
  ControllerMock controller;
  Keyring keys{1, 0};
  std::unique_ptr<KeyPath> path;
  Ufshcd hcd;
  GearScaling gears;
  std::optional<ClockGate> gate;
  KeyslotManager keyslots;
  std::optional<BlockLayer> blocks;
  Picoseconds uic_time{30'000'000};
  Picoseconds first_takes{50'000'000};  ///< the first command
  bool handles_errors = false;
  std::vector<Uic> uic;
  std::vector<Timeline> lives;
  int others = 0;  ///< ends of UIC commands that were nobody else's

 private:
  /// One command at a time, as hardware does it.
  void run(std::uint32_t opcode) {
    ensure(controller.reg(Reg::HCS) == HCS::UCRDY, "a UIC command is written when none is under way");
    controller.reg(Reg::HCS) = 0;
    uic.push_back({opcode, controller.reg(Reg::UCMDARG1), controller.reg(Reg::UCMDARG3), host.now()});
    std::uint32_t event = IS::UCCS;
    if (opcode == static_cast<std::uint32_t>(uic::Opcode::dme_hibernate_enter)) event = IS::UHES;
    if (opcode == static_cast<std::uint32_t>(uic::Opcode::dme_hibernate_exit)) event = IS::UHXS;
    if (event == IS::UCCS && uic::attribute_of(uic.back().arg1) == uic::PA_PWRMode) event = IS::UPMS;
    host.at(host.now() + uic_time, [this, event] {
      controller.reg(Reg::HCS) = HCS::UCRDY;
      controller.raise(event);
    });
  }
};

}  // namespace icesim::test
