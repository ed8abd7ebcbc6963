// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/ufshcd/ufshcd.hpp"
#include "icesim/spec/scsi.hpp"
#include "icesim/spec/ufshci.hpp"
#include "testbench/support/rigs/host_port_mock.hpp"

#include <functional>
#include <map>
#include <vector>

namespace icesim::test {

/// The registers of a host controller and memory accesses of its transfer list, answering at once or after fixed times.
/// It finds the list through UTRLBA as hardware does, so `registers` must hold it before the doorbell rings.
class ControllerMock {
 public:
  /// A command as it lay in memory when its doorbell rang.
  struct Listed {
    Tag tag;
    std::array<std::byte, Utrd::size> bytes{};
    Utrd utrd;
    UpiuHeader upiu{};
    std::vector<PrdtEntry> prdt;
    Picoseconds rung{};
  };

  explicit ControllerMock(HostPortMock& host) : host_(host) {
    host.on_read = [this](std::uint32_t offset) { return read(offset); };
    host.on_write = [this](std::uint32_t offset, std::uint32_t value) { write(offset, value); };
  }

  std::map<std::uint32_t, std::uint32_t> registers;
  std::uint32_t& reg(Reg name) { return registers[static_cast<std::uint32_t>(name)]; }
  std::vector<Listed> commands;
  PrdtFormat format = PrdtFormat::standard;

  /// Time from the doorbell to the interrupt of a command.
  std::function<Picoseconds(const Listed&)> service = [](const Listed&) { return Picoseconds{50'000'000}; };
  std::function<Ocs(const Listed&)> ocs = [](const Listed&) { return Ocs::success; };
  /// Response UPIU and what follows its header.
  std::function<std::vector<std::byte>(const Listed&)> response = [](const Listed& command) {
    return good(command.tag, scsi::Status::good);
  };
  /// Called when a command ends, before the doorbell is cleared.
  std::function<void(const Listed&)> ending = [](const Listed&) {};
  /// Register reads and writes beyond the ordinary; the answer says whether they were taken.
  std::function<bool(std::uint32_t offset, std::uint32_t& value)> special_read = [](std::uint32_t, std::uint32_t&) {
    return false;
  };
  std::function<bool(std::uint32_t offset, std::uint32_t value)> special_write = [](std::uint32_t, std::uint32_t) {
    return false;
  };

  static std::vector<std::byte> good(Tag tag, scsi::Status status) {
    ResponseUpiu answer;
    answer.tag = tag;
    answer.status = static_cast<std::uint8_t>(status);
    const UpiuHeader header = answer.encode();
    return {header.begin(), header.end()};
  }
  void raise(std::uint32_t events) {
    reg(Reg::IS) |= events;
    host_.set_interrupt((reg(Reg::IS) & reg(Reg::IE)) != 0);
  }

 private:
  std::uint32_t read(std::uint32_t offset) {
    std::uint32_t value = 0;
    return special_read(offset, value) ? value : registers[offset];
  }
  void write(std::uint32_t offset, std::uint32_t value) {
    if (special_write(offset, value)) return;
    switch (static_cast<Reg>(offset)) {
      case Reg::IS:
        reg(Reg::IS) &= ~value;
        host_.set_interrupt((reg(Reg::IS) & reg(Reg::IE)) != 0);
        break;
      case Reg::UTRLDBR:
        for (std::uint32_t tag = 0; tag < 32; ++tag) {
          if ((value >> tag & 1) != 0) list(Tag{tag});
        }
        reg(Reg::UTRLDBR) |= value;
        break;
      default:
        registers[offset] = value;
        break;
    }
  }
  void list(Tag tag) {
    Listed command;
    command.tag = tag;
    command.rung = host_.now();
    const std::uint64_t base = std::uint64_t{reg(Reg::UTRLBAU)} << 32 | reg(Reg::UTRLBA);
    const std::uint64_t address = base + tag.n * Utrd::size;
    host_.read_memory(address, command.bytes.data(), command.bytes.size());
    command.utrd = Utrd::decode(command.bytes.data());
    host_.read_memory(command.utrd.ucd_base, command.upiu.data(), command.upiu.size());
    for (std::uint64_t i = 0; i < command.utrd.prdt_length; ++i) {
      std::array<std::byte, PrdtEntry::size> entry{};
      host_.read_memory(command.utrd.ucd_base + command.utrd.prdt_offset * 4u + i * entry_size(format), entry.data(),
                        entry.size());
      command.prdt.push_back(PrdtEntry::decode(entry.data()));
    }
    commands.push_back(command);
    host_.at(host_.now() + service(command), [=] { end(command, address); });
  }
  void end(const Listed& command, std::uint64_t address) {
    ending(command);
    const std::vector<std::byte> upiu = response(command);
    host_.write_memory(command.utrd.ucd_base + command.utrd.response_offset * 4u, upiu.data(), upiu.size());
    const auto status = static_cast<std::byte>(ocs(command));
    host_.write_memory(address + Utrd::ocs_offset, &status, 1);
    reg(Reg::UTRLDBR) &= ~(std::uint32_t{1} << command.tag.n);
    raise(IS::UTRCS);
  }

  HostPortMock& host_;
};

}  // namespace icesim::test
