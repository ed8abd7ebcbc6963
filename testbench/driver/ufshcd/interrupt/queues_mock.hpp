// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/driver/ufshcd/ufshcd_rig.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace icesim::test {

inline std::uint32_t queue_offset(std::uint32_t queue, QueueReg reg) { return QueueLayout{}.offset(queue, reg); }

/// A controller that takes entries from two queues, and ends each after a fixed time by an entry. It tells of that by the
/// pin, or by an interrupt of the queue's own.
class QueuesMock {
 public:
  explicit QueuesMock(UfshcdRig& rig, bool own_interrupts = false) : rig_(rig), own_interrupts_(own_interrupts) {
    rig.controller.reg(Reg::IE) = IS::CQES;
    rig.controller.special_write = [this](std::uint32_t at, std::uint32_t value) { return write(at, value); };
    rig.hcd.use_queues(2, 2, QueueLayout{}, own_interrupts);
    entries_ = rig.hcd.ring_entries();
  }
  struct Taken {
    std::uint32_t queue;
    Utrd utrd;
    Tag tag;
  };
  std::vector<Taken> taken;
  Picoseconds service = Picoseconds{50'000'000};
  Ocs ocs = Ocs::success;

 private:
  bool write(std::uint32_t at, std::uint32_t value) {
    for (std::uint32_t queue = 0; queue < 2; ++queue) {
      if (at == queue_offset(queue, QueueReg::CQIS)) {
        rig_.controller.registers[at] &= ~value;
        return true;
      }
      if (at != queue_offset(queue, QueueReg::SQTP)) continue;
      for (std::uint32_t& head = heads_[queue]; head * 32 != value; head = (head + 1) % entries_) take(queue, head);
    }
    return false;
  }
  void take(std::uint32_t queue, std::uint32_t entry) {
    std::array<std::byte, Utrd::size> bytes{};
    UpiuHeader upiu{};
    rig_.host.read_memory(memory_map::submission_queue(queue) + entry * 32, bytes.data(), bytes.size());
    const Utrd utrd = Utrd::decode(bytes.data());
    rig_.host.read_memory(utrd.ucd_base, upiu.data(), upiu.size());
    const Taken one{queue, utrd, tag_of(upiu)};
    taken.push_back(one);
    rig_.host.at(rig_.host.now() + service, [this, one] { end(one); });
  }
  void end(const Taken& one) {
    rig_.hcd.mark(one.tag, Stage::device, rig_.host.now());
    const std::vector<std::byte> upiu = ControllerMock::good(one.tag, scsi::Status::good);
    rig_.host.write_memory(one.utrd.ucd_base + ucd::response_offset, upiu.data(), upiu.size());
    CompletionEntry entry;
    entry.ucd_base = one.utrd.ucd_base;
    entry.queue = static_cast<std::uint8_t>(one.queue);
    entry.ocs = ocs;
    std::array<std::byte, queue_entry_size> bytes{};
    entry.encode(bytes.data());
    std::uint32_t& tail = tails_[one.queue];
    rig_.host.write_memory(memory_map::completion_queue(one.queue) + tail * 32, bytes.data(), bytes.size());
    tail = (tail + 1) % entries_;
    rig_.controller.registers[queue_offset(one.queue, QueueReg::CQTP)] = tail * 32;
    rig_.controller.registers[queue_offset(one.queue, QueueReg::CQIS)] |= CQIS::TEPS;
    if (own_interrupts_) return rig_.host.message(one.queue);
    rig_.controller.raise(IS::CQES);
  }

  UfshcdRig& rig_;
  bool own_interrupts_;
  std::uint32_t entries_ = 0;
  std::array<std::uint32_t, 2> heads_{};
  std::array<std::uint32_t, 2> tails_{};
};

/// "W SQTP0", "R IS".
inline std::vector<std::string> spelled_with_queues(const std::vector<HostPortMock::Access>& accesses) {
  std::vector<std::string> all;
  for (const auto& access : accesses) {
    const Register* reg = find_register(access.offset);
    std::string name = reg == nullptr ? "?" : std::string(reg->name);
    for (std::uint32_t queue = 0; queue < 2; ++queue) {
      const std::pair<QueueReg, const char*> words[] = {
          {QueueReg::SQTP, "SQTP"}, {QueueReg::CQIS, "CQIS"}, {QueueReg::CQTP, "CQTP"}, {QueueReg::CQHP, "CQHP"}};
      for (const auto& [word, spelling] : words) {
        if (access.offset == queue_offset(queue, word)) name = spelling + std::to_string(queue);
      }
    }
    all.push_back((access.is_write ? "W " : "R ") + name);
  }
  return all;
}

}  // namespace icesim::test
