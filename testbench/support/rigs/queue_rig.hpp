// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/support/rigs/host_controller_rig.hpp"

#include <array>

namespace icesim {

/// A controller whose queues are in use, each with a completion queue of its own and rings of `entries`.
class QueueRig : public HostControllerRig {
 public:
  static constexpr std::uint64_t submissions = 0x4'0000;  ///< 4 KiB for each queue
  static constexpr std::uint64_t completions = 0x8'0000;
  std::uint32_t entries = 33;

  QueueRig() { config.mcq = 4; }

  static std::uint32_t offset(std::uint32_t queue, QueueReg reg) { return QueueLayout{}.offset(queue, reg); }
  void set(std::uint32_t queue, QueueReg reg, std::uint32_t value) { master->set(offset(queue, reg), value); }
  std::uint32_t word(std::uint32_t queue, QueueReg reg) const { return controller->queue_file().word(queue, reg); }

  void start_queues() {
    start();
    set_up();
  }
  void set_up() {
    master->set(Reg::CONFIG, CONFIG::QT);
    for (std::uint32_t queue = 0; queue < config.mcq; ++queue) {
      set(queue, QueueReg::SQLBA, static_cast<std::uint32_t>(submissions + queue * 0x1000));
      set(queue, QueueReg::CQLBA, static_cast<std::uint32_t>(completions + queue * 0x1000));
      set(queue, QueueReg::CQIE, CQIS::TEPS);
      set(queue, QueueReg::CQATTR, CQATTR::CQEN | ring_size(entries));
      set(queue, QueueReg::SQATTR, SQATTR::SQEN | SQATTR::CQID.put(queue) | ring_size(entries));
    }
    tails_ = {};
  }
  /// Writes an entry at the tail of a queue, and all that it leads to; returns the new tail.
  std::uint32_t enter(std::uint32_t queue, std::uint64_t tag, const Utrd& utrd, const UpiuHeader& upiu,
                      const std::vector<PrdtEntry>& prdt) {
    place(tag, utrd, upiu, prdt);
    std::array<std::byte, Utrd::size> bytes{};
    utrd.encode(bytes.data());
    memory->write(submissions + queue * 0x1000 + tails_[queue], bytes.data(), bytes.size());
    tails_[queue] = (tails_[queue] + 32) % (entries * 32);
    return tails_[queue];
  }
  /// The same for a read of 8 KiB pieces.
  std::uint32_t enter(std::uint32_t queue, std::uint64_t tag, std::size_t pieces) {
    std::vector<PrdtEntry> prdt;
    for (std::size_t i = 0; i < pieces; ++i) prdt.push_back({2 * memory_size + 8192 * i, Bytes{8192}});
    return enter(queue, tag, utrd(tag, pieces == 0 ? DataDirection::none : DataDirection::to_host, pieces),
                 command(tag, 8192 * pieces).encode(), prdt);
  }
  CompletionEntry completion(std::uint32_t queue, std::uint64_t index) const {
    std::array<std::byte, queue_entry_size> bytes{};
    memory->read(completions + queue * 0x1000 + index * bytes.size(), bytes.data(), bytes.size());
    return CompletionEntry::decode(bytes.data());
  }

 private:
  std::array<std::uint32_t, 32> tails_{};
};

}  // namespace icesim
