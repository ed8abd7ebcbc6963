// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/path/make_key_path.hpp"
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "icesim/driver/ufshcd/probe.hpp"
#include "testbench/driver/ufshcd/controller_mock.hpp"

#include <iomanip>
#include <sstream>
#include <string>

namespace icesim::test {

/// The initialisation against hardware that answers as the one of the recorded log did. `events` spells what it sees,
/// one line each, as the log does: register accesses, UIC commands, queries, SCSI commands.
class ProbeRig : public HostClient {
 public:
  static constexpr std::uint32_t cap = 0x1107071f;   ///< of the log: 32 commands, crypto
  static constexpr std::uint32_t ccap = 0x10000301;  ///< 4 keyslots at 1000h
  static constexpr std::uint64_t blocks = 1234567;

  explicit ProbeRig(const ProbeConfig& config = {})
      : host(1, costs), controller(host), path(make_key_path({}, costs, host, 1)), hcd(host, costs, logical_block, keys, *path), probe(host, costs, hcd, config) {
    host.connect(*this);
    hcd.connect(probe);
    controller.reg(Reg::CAP) = cap;
    controller.reg(Reg::CCAP) = ccap;
    controller.reg(Reg::CRYPTOCAP0) = 0x00030800;
    controller.reg(Reg::HCS) = HCS::UCRDY;
    controller.special_read = [this](std::uint32_t offset, std::uint32_t& value) { return read(offset, value); };
    controller.special_write = [this](std::uint32_t offset, std::uint32_t value) { return write(offset, value); };
    controller.response = [this](const ControllerMock::Listed& command) { return answer(command); };
  }
  void run() {
    host.queue(0, probe.start());
    host.run();
  }
  Step step(Work work, std::uint32_t value) override {
    const bool initialising = work.kind == Work::Kind::probe || work.kind == Work::Kind::probe_wait;
    return initialising ? probe.step(work, value) : hcd.step(work, value);
  }
  Step interrupt() override { return hcd.interrupt(); }

  HostCosts costs;
  HostPortMock host;
  ControllerMock controller;
  Keyring keys{1, 0};
  std::unique_ptr<KeyPath> path;
  Ufshcd hcd;
  Probe probe;
  std::vector<std::string> events;
  unsigned enable_reads = 2;       ///< HCE reads that answer 0 before the controller is enabled
  unsigned device_init_reads = 0;  ///< fDeviceInit reads that answer 1
  std::uint8_t queue_depth = 32;
  std::uint8_t unit_queue_depth = 0;

 private:
  static std::string hex(std::uint64_t value, int digits) {
    std::ostringstream text;
    text << std::hex << std::setfill('0') << std::setw(digits) << value;
    return text.str();
  }
  static std::string short_hex(std::uint64_t value) { return value == 0 ? "0" : "0x" + hex(value, 1); }
  static std::string name_of(std::uint32_t offset) {
    constexpr std::uint32_t configurations = (ccap >> 24) * 0x100;
    if (offset == static_cast<std::uint32_t>(Reg::CRYPTOCAP0)) return "CRYPTOCAP0";
    if (offset >= configurations) {
      return "CRYPTOCFG[" + std::to_string((offset - configurations) / 0x80) + "].dw" +
             std::to_string((offset - configurations) % 0x80 / 4);
    }
    const Register* reg = find_register(offset);
    return reg == nullptr ? "?" : std::string(reg->name);
  }

  bool read(std::uint32_t offset, std::uint32_t& value) {
    events.push_back("R " + name_of(offset));
    if (offset != static_cast<std::uint32_t>(Reg::HCE) || controller.reg(Reg::HCE) == 0) return false;
    value = controller.reg(Reg::HCE);
    if (enable_reads == 0) return false;
    --enable_reads;
    value &= ~std::uint32_t{HCE::HCE};
    return true;
  }
  bool write(std::uint32_t offset, std::uint32_t value) {
    events.push_back("W " + name_of(offset) + " " + hex(value, 8));
    if (offset != static_cast<std::uint32_t>(Reg::UICCMD)) return false;
    const auto opcode = static_cast<uic::Opcode>(value);
    const std::uint32_t arg1 = controller.reg(Reg::UCMDARG1);
    const bool power_mode = opcode == uic::Opcode::dme_set && uic::attribute_of(arg1) == uic::PA_PWRMode;
    if (opcode == uic::Opcode::dme_link_startup) controller.reg(Reg::HCS) = HCS::DP | HCS::ready;
    events.push_back("UIC " + hex(value, 2) + " attr=" + short_hex(uic::attribute_of(arg1)) +
                     (opcode == uic::Opcode::dme_set ? " val=" + short_hex(controller.reg(Reg::UCMDARG3)) : ""));
    host.at(host.now() + Picoseconds{10'000'000},
            [=] { controller.raise(power_mode ? std::uint32_t{IS::UPMS} : std::uint32_t{IS::UCCS}); });
    return true;
  }

  std::vector<std::byte> answer(const ControllerMock::Listed& command) {
    switch (transaction_of(command.upiu)) {
      case Transaction::nop_out: {
        events.push_back("NOP OUT tag=" + std::to_string(command.tag.n));
        NopIn in;
        in.tag = command.tag;
        const UpiuHeader header = in.encode();
        return {header.begin(), header.end()};
      }
      case Transaction::query_request:
        return answer_query(QueryUpiu::decode(command.upiu));
      default: {
        const CommandUpiu scsi = CommandUpiu::decode(command.upiu);
        std::string text = "SCSI lun=" + short_hex(scsi.lun) + " cdb=";
        for (std::size_t i = 0; i < 10; ++i) text += hex(std::to_integer<unsigned>(scsi.cdb[i]), 2);
        events.push_back(text + " exp=" + std::to_string(scsi.expected_length.n));
        return ControllerMock::good(command.tag, scsi::Status::good);
      }
    }
  }
  std::vector<std::byte> answer_query(const QueryUpiu& request) {
    static constexpr std::array<const char*, 8> names{"NOP",        "READ_DESC", "WRITE_DESC", "READ_ATTR",
                                                      "WRITE_ATTR", "READ_FLAG", "SET_FLAG",   "CLEAR_FLAG"};
    events.push_back(std::string("QUERY ") + names.at(request.opcode) + " idn=" + short_hex(request.idn) +
                     " idx=" + short_hex(request.index));
    std::uint32_t value = 0;
    std::vector<std::byte> data;
    if (request.opcode == static_cast<std::uint8_t>(query::Opcode::read_flag) && request.idn == query::fDeviceInit &&
        device_init_reads > 0) {
      --device_init_reads;
      value = 1;
    }
    if (request.opcode == static_cast<std::uint8_t>(query::Opcode::read_descriptor)) {
      if (request.idn == static_cast<std::uint8_t>(query::Descriptor::device)) {
        query::DeviceDescriptor descriptor;
        descriptor.queue_depth = queue_depth;
        const auto bytes = descriptor.encode();
        data.assign(bytes.begin(), bytes.end());
      } else if (request.idn == static_cast<std::uint8_t>(query::Descriptor::unit)) {
        query::UnitDescriptor descriptor;
        descriptor.blocks = blocks;
        descriptor.queue_depth = unit_queue_depth;
        const auto bytes = descriptor.encode();
        data.assign(bytes.begin(), bytes.end());
      }
    }
    const UpiuHeader header =
        query::respond(request, query::Result::success, value, static_cast<std::uint16_t>(data.size())).encode();
    data.insert(data.begin(), header.begin(), header.end());
    return data;
  }
};

}  // namespace icesim::test
