// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/path/make_key_path.hpp"
#include "icesim/driver/power/clock_gate.hpp"
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "icesim/spec/uic.hpp"
#include "testbench/driver/ufshcd/controller_mock.hpp"

namespace icesim::test {

/// The block layer, clock gating below it with its worker on core 1, and the host controller's driver on a mock controller.
class ClockGateRig : public HostClient, public BioObserver, public ProbeWaiter {
 public:
  static ClockGatingConfig fixed(GatedRequest request = GatedRequest::blocks) {
    ClockGatingConfig config;
    config.delay = Picoseconds{5'000'000'000};
    config.request = request;
    config.worker = {Spread::fixed, Picoseconds{20'000'000}, {}, 0};
    config.clocks = {Spread::fixed, Picoseconds{300'000'000}, {}, 0};
    return config;
  }

  explicit ClockGateRig(const ClockGatingConfig& gating = fixed(), const RuntimeSuspendConfig& suspend = {},
                        Picoseconds self_test = {})
      : power{gating, suspend, {}, PowerConfig{}.auto_hibern8, self_test},
        host(2, costs),
        controller(host),
        path(make_key_path({}, costs, host, 1)),
        hcd(host, costs, BlockLayerConfig{}.segment, keys, *path),
        gate(power, costs, host, 1, hcd, hcd, *this, 1),
        keyslots(8),
        blocks({}, costs, host, gate, &keyslots, 2, 31) {
    host.connect(*this);
    hcd.connect(blocks);
    hcd.connect(static_cast<ProbeWaiter&>(gate));
    hcd.connect(static_cast<EndWatch&>(gate));
    hcd.set_crypto_layout({1, 8, 0x30});
    blocks.observe(this);
    controller.reg(Reg::UTRLBA) = static_cast<std::uint32_t>(memory_map::transfer_list);
    controller.reg(Reg::UTRLBAU) = static_cast<std::uint32_t>(memory_map::transfer_list >> 32);
    controller.reg(Reg::IE) = IS::UTRCS | IS::UHES | IS::UHXS;
    controller.reg(Reg::HCS) = HCS::UCRDY;
    controller.special_write = [this](std::uint32_t offset, std::uint32_t value) {
      if (static_cast<Reg>(offset) != Reg::UICCMD) return false;
      uic_commands.emplace_back(value, host.now());
      const bool enters = value == static_cast<std::uint32_t>(uic::Opcode::dme_hibernate_enter);
      host.at(host.now() + uic_time, [=] { controller.raise(enters ? IS::UHES : IS::UHXS); });
      return true;
    };
    controller.ending = [this](const ControllerMock::Listed& command) { hcd.mark(command.tag, Stage::device, host.now()); };
    gate.begin(blocks, [this] { return handles_errors; }, {&keyslots});
  }

  void submit(std::uint64_t block, Picoseconds at, KeyId key = no_key, std::uint32_t process = 0) {
    IoRequest io;
    io.offset = logical_block * block;
    io.length = logical_block;
    io.key = key;
    io.process = process;
    host.at(at, [=] { blocks.submit(io); });
  }
  /// When the request of a rig ends that comes at 0 and is alone.
  static Picoseconds end_of_first() {
    ClockGateRig rig;
    rig.submit(1, Picoseconds{});
    rig.host.run();
    return rig.lives.at(0).last();
  }
  /// From a request's arrival until its command would be issued.
  Picoseconds way_down() const { return costs.submit + costs.dispatch; }
  /// From the interrupt of a UIC command until the worker is awake.
  Picoseconds told() const { return costs.interrupt_entry + costs.mmio_read * 2 + costs.thread_wake; }
  /// From asking for the clocks, which are off, until they are on.
  Picoseconds ungating() const {
    return config.worker.time + costs.thread_wake + config.clocks.time + costs.thread_wake + costs.mmio_read + costs.mmio_write +
           uic_time + told();
  }
  /// From the last end until the clocks are off.
  Picoseconds gating() const {
    return config.delay + costs.thread_wake + costs.mmio_read + costs.mmio_write + uic_time + told();
  }

  Step step(Work work, std::uint32_t value) override {
    if (work.of_block_layer()) return blocks.step(work, value);
    return work.of_clock_gate() ? gate.step(work, value) : hcd.step(work, value);
  }
  Step interrupt() override { return hcd.interrupt(); }
  void bio_ended(const Bio&, const Request&, const Timeline& timeline) override { lives.push_back(timeline); }
  void uic_done() override { ++others; }
  void command_done(Ocs, const UpiuHeader&) override {}

  PowerConfig power;
  ClockGatingConfig& config = power.gating;
  HostCosts costs;
  HostPortMock host;
  ControllerMock controller;
  Keyring keys{1, 0};
  std::unique_ptr<KeyPath> path;
  Ufshcd hcd;
  ClockGate gate;
  KeyslotManager keyslots;
  BlockLayer blocks;
  Picoseconds uic_time{30'000'000};
  bool handles_errors = false;
  std::vector<std::pair<std::uint32_t, Picoseconds>> uic_commands;  ///< commands and when they arrived
  std::vector<Timeline> lives;
  int others = 0;  ///< ends of UIC commands that were none of the gate's
};

}  // namespace icesim::test
