// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/path/make_key_path.hpp"
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "testbench/driver/ufshcd/controller_mock.hpp"

namespace icesim::test {

/// A read of one block.
inline IoRequest read_of(std::uint64_t block, std::uint32_t process = 0, KeyId key = no_key) {
  IoRequest io;
  io.offset = logical_block * block;
  io.length = logical_block;
  io.process = process;
  io.key = key;
  return io;
}

/// How completions reach those who wait for them.
struct CompletionWays {
  Completion completion = Completion::handler;
  InterruptHandling interrupt = InterruptHandling::hard;
  bool queues = false;
  bool own_interrupts = false;  ///< of two queues, each on its core
};

/// The host controller driver with the block layer above and a mock controller below.
class UfshcdRig : public HostClient, public BioObserver {
 public:
  static constexpr std::uint32_t num_keyslots = 8;
  static constexpr std::uint32_t config_pointer = 0x30;

  using Ways = CompletionWays;

  explicit UfshcdRig(const HostCosts& host_costs = {}, Bytes segment = BlockLayerConfig{}.segment,
                     const CryptoCapabilities& layout = {1, num_keyslots, config_pointer},
                     const KeyPathConfig& path_config = {}, const Ways& ways = {})
      : costs(host_costs),
        host(2, costs),
        controller(host),
        path(make_key_path(path_config, costs, host, 1)),
        hcd(host, costs, segment, keys, *path),
        keyslots(layout.keyslots),
        blocks(layer_of(segment, ways.completion), costs, host, hcd, path_config.has_keyslots() ? &keyslots : nullptr, 2, 31) {
    controller.format = path_config.prdt_format();
    if (!path_config.has_keyslots()) blocks.carry_keys();
    if (path_config.prdt_format() != PrdtFormat::standard) blocks.set_page_cost(path_config.entry_write);
    host.connect(*this);
    blocks.end_requests(ways.own_interrupts ? std::vector<Core>{0, 1} : std::vector<Core>{0, 0}, ways.queues);
    hcd.connect(blocks);
    hcd.handle_interrupts(ways.interrupt, 0);
    hcd.set_crypto_layout(layout);
    blocks.observe(this);
    controller.reg(Reg::UTRLBA) = static_cast<std::uint32_t>(memory_map::transfer_list);
    controller.reg(Reg::UTRLBAU) = static_cast<std::uint32_t>(memory_map::transfer_list >> 32);
    controller.reg(Reg::IE) = IS::UTRCS;
    controller.ending = [this](const ControllerMock::Listed& command) {
      // What the controller and the device would tell the recorder.
      hcd.mark(command.tag, Stage::device, host.now());
    };
  }

  explicit UfshcdRig(const Ways& ways, const HostCosts& host_costs = {})
      : UfshcdRig(host_costs, BlockLayerConfig{}.segment, {1, num_keyslots, config_pointer}, {}, ways) {}

  static BlockLayerConfig layer_of(Bytes segment, Completion completion = Completion::handler) {
    BlockLayerConfig config;
    config.completion = completion;
    config.segment = segment;
    return config;
  }
  void submit(const IoRequest& request, Picoseconds at = {}) {
    host.at(at, [=] { blocks.submit(request); });
  }
  /// Puts one request on the list, past the block layer, and answers what the controller finds.
  ControllerMock::Listed list(Request request) {
    controller.service = [](const ControllerMock::Listed&) { return Picoseconds{std::uint64_t{1} << 60}; };
    hcd.queue_command(request);
    host.run(host.now() + costs.mmio_write);
    return controller.commands.back();
  }
  Step step(Work work, std::uint32_t value) override {
    return work.of_block_layer() ? blocks.step(work, value) : hcd.step(work, value);
  }
  Step interrupt() override { return hcd.interrupt(); }
  Handler message(std::uint32_t number) override { return hcd.message(number); }
  void bio_ended(const Bio& bio, const Request&, const Timeline& timeline) override {
    ended.push_back(bio);
    timelines.push_back(timeline);
  }

  HostCosts costs;
  HostPortMock host;
  ControllerMock controller;
  Keyring keys{1, 0};
  std::unique_ptr<KeyPath> path;
  Ufshcd hcd;
  KeyslotManager keyslots;
  BlockLayer blocks;
  std::vector<Bio> ended;
  std::vector<Timeline> timelines;
};

}  // namespace icesim::test
