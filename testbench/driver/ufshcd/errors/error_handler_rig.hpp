// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/path/make_key_path.hpp"
#include "icesim/driver/ufshcd/errors/error_handler.hpp"
#include "icesim/spec/bytes.hpp"
#include "testbench/driver/ufshcd/controller_mock.hpp"

#include <functional>
#include <string>
#include <vector>

namespace icesim::test {

/// The driver with its error handler over a mock controller and a mock device, which loses what a test tells it to.
/// `events` spells what they are asked for.
class ErrorHandlerRig : public HostClient, public BioObserver {
 public:
  static constexpr std::uint32_t num_keyslots = 4;
  static constexpr std::uint32_t keyslots_at = 0x3000;
  static constexpr Picoseconds lost{std::uint64_t{1} << 60};

  explicit ErrorHandlerRig(Picoseconds timeout = Picoseconds{2'000'000'000'000}, std::uint64_t retries = 5,
                           const ProbeConfig& enabling = {}, Picoseconds self_test = {})
      : probe(host, costs, hcd, enabling),
        blocks(config_of(timeout, retries), costs, host, hcd, &keyslots, 2, 31),
        handler(host, costs, 1, hcd, probe, blocks, {&keyslots}, self_test) {
    host.connect(*this);
    hcd.connect(blocks);
    hcd.connect(probe);
    hcd.connect(handler);
    hcd.set_crypto_layout({1, num_keyslots, keyslots_at / 0x100});
    blocks.connect(handler);
    blocks.observe(this);
    blocks.observe(&handler);
    controller.reg(Reg::UTRLBA) = static_cast<std::uint32_t>(memory_map::transfer_list);
    controller.reg(Reg::IE) = all_interrupts;
    controller.reg(Reg::HCE) = HCE::HCE | HCE::CGE;
    controller.special_write = [this](std::uint32_t offset, std::uint32_t value) { return write(offset, value); };
    controller.response = [](const ControllerMock::Listed& command) { return answer(command); };
  }
  static BlockLayerConfig config_of(Picoseconds timeout, std::uint64_t retries) {
    BlockLayerConfig config;
    config.retries = retries;
    config.timeout = timeout;
    config.kblockd_core = 1;
    return config;
  }
  void submit(const IoRequest& request, Picoseconds at = {}) {
    host.at(at, [=] { blocks.submit(request); });
  }
  /// Loses each command for which `lose` says so.
  void lose(std::function<bool(const ControllerMock::Listed&)> lose) {
    controller.service = [=](const ControllerMock::Listed& command) {
      return transaction_of(command.upiu) == Transaction::command && lose(command) ? lost : Picoseconds{50'000'000};
    };
  }
  std::vector<std::uint64_t> programmed() const {
    std::vector<std::uint64_t> slots;
    for (const HostPortMock::Access& each : host.accesses)
      if (each.is_write && each.offset >= keyslots_at && each.offset < keyslots_at + num_keyslots * 0x80 && each.offset % 0x80 == 0)
        slots.push_back((each.offset - keyslots_at) / 0x80);
    return slots;
  }

  Step step(Work work, std::uint32_t value) override {
    if (work.of_error_handler()) return handler.step(work, value);
    if (work.of_block_layer()) return blocks.step(work, value);
    if (!work.is_rare()) return hcd.step(work, value);
    const Step next = probe.step(work, value);
    if (probe.result().ready) handler.restarted();
    return next;
  }
  Step interrupt() override { return hcd.interrupt(); }
  void bio_ended(const Bio& bio, const Request&, const Timeline& timeline) override {
    ended.push_back(bio);
    timelines.push_back(timeline);
    end_times.push_back(host.now());
  }

  HostCosts costs;
  HostPortMock host{2, costs};
  ControllerMock controller{host};
  Keyring keys{1, 0};
  std::unique_ptr<KeyPath> path = make_key_path({}, costs, host, 1);
  Ufshcd hcd{host, costs, logical_block, keys, *path};
  KeyslotManager keyslots{num_keyslots};
  Probe probe;
  BlockLayer blocks;
  ErrorHandler handler;
  std::vector<std::string> events;
  std::vector<Picoseconds> event_times;
  std::vector<Bio> ended;
  std::vector<Timeline> timelines;
  std::vector<Picoseconds> end_times;
  Picoseconds task_time{40'000'000};
  std::uint64_t dead_starts = 0;  ///< of the link, that find no device
  /// What the device answers; nothing: it does not.
  std::function<std::optional<TaskResponse>(TaskFunction)> task = [](TaskFunction function) {
    return std::optional(function == TaskFunction::query_task ? TaskResponse::succeeded : TaskResponse::complete);
  };

 private:
  static constexpr std::uint32_t all_interrupts = 0x71ef5;

  void note(const std::string& what) {
    events.push_back(what);
    event_times.push_back(host.now());
  }
  bool write(std::uint32_t offset, std::uint32_t value) {
    switch (static_cast<Reg>(offset)) {
      case Reg::UTRLCLR:
        note("clear " + std::to_string(__builtin_ctz(~value)));
        controller.reg(Reg::UTRLDBR) &= value;
        return true;
      case Reg::UTMRLDBR:
        controller.reg(Reg::UTMRLDBR) |= value;
        ask();
        return true;
      case Reg::UTMRLCLR:
        note("clear task");
        controller.reg(Reg::UTMRLDBR) &= value;
        return true;
      case Reg::HCE:
        note("HCE " + std::to_string(value));
        if (value == 0) controller.reg(Reg::UTRLDBR) = controller.reg(Reg::IS) = controller.reg(Reg::IE) = 0;
        if (value == 0) host.set_interrupt(false);
        if (value != 0) controller.reg(Reg::HCS) = HCS::UCRDY;
        return false;
      case Reg::UICCMD: {
        const bool sets = static_cast<uic::Opcode>(value) == uic::Opcode::dme_set;
        const bool mode = sets && uic::attribute_of(controller.reg(Reg::UCMDARG1)) == uic::PA_PWRMode;
        if (static_cast<uic::Opcode>(value) == uic::Opcode::dme_link_startup) {
          controller.reg(Reg::HCS) = dead_starts > 0 ? std::uint32_t{HCS::UCRDY} : HCS::DP | HCS::ready;
          if (dead_starts > 0) --dead_starts;
        }
        host.at(host.now() + Picoseconds{10'000'000},
                [=] { controller.raise(mode ? std::uint32_t{IS::UPMS} : std::uint32_t{IS::UCCS}); });
        return true;
      }
      default:
        if (offset == keyslots_at || (offset > keyslots_at && offset < keyslots_at + 0x200 && offset % 0x80 == 0))
          note("key " + std::to_string((offset - keyslots_at) / 0x80));
        return false;
    }
  }
  void ask() {
    std::array<std::byte, utmrd::size> bytes{};
    host.read_memory(memory_map::task_list, bytes.data(), bytes.size());
    UpiuHeader upiu{};
    std::copy_n(bytes.begin() + utmrd::request_offset, upiu.size(), upiu.begin());
    const TaskRequest request = TaskRequest::decode(upiu);
    const bool unit = request.function == TaskFunction::logical_unit_reset;
    const bool query = request.function == TaskFunction::query_task;
    note(unit ? "reset unit" : (query ? "query " : "abort ") + std::to_string(request.task.n));
    const auto response = task(request.function);
    if (!response) return;
    TaskResult result;
    result.tag = request.tag;
    result.result = *response;
    const UpiuHeader header = result.encode();
    host.at(host.now() + task_time, [=] {
      const std::byte success{0};
      host.write_memory(memory_map::task_list + utmrd::response_offset, header.data(), header.size());
      host.write_memory(memory_map::task_list + utmrd::ocs_offset, &success, 1);
      controller.reg(Reg::UTMRLDBR) = 0;
      controller.raise(IS::UTMRCS);
    });
  }
  static std::vector<std::byte> answer(const ControllerMock::Listed& command) {
    UpiuHeader header{};
    if (transaction_of(command.upiu) == Transaction::nop_out) {
      NopIn in;
      in.tag = command.tag;
      header = in.encode();
    } else if (transaction_of(command.upiu) == Transaction::query_request) {
      header = query::respond(QueryUpiu::decode(command.upiu), query::Result::success, 0, 0).encode();
    } else {
      return ControllerMock::good(command.tag, scsi::Status::good);
    }
    return {header.begin(), header.end()};
  }
};

}  // namespace icesim::test
