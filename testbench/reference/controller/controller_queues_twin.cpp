// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/controller_conductor.hpp"

#include <algorithm>
#include <set>

namespace icesim::twin {
namespace {

/// Entries of a ring beside those that are as many as the tags, and 1: for such as are passed over.
constexpr std::uint32_t spare_entries = 36;

}  // namespace

/// How many queues software uses, when there are so many: the first ones and the last. Two and two have one completion
/// queue, that of the second.
std::vector<std::uint32_t> Conductor::queues() const {
  const auto count = static_cast<std::uint32_t>(case_.controller.mcq);
  std::set<std::uint32_t> used;
  for (std::uint32_t i = 0; i < std::min(count, 3u); ++i) used.insert(i);
  used.insert(count - 1);
  return {used.begin(), used.end()};
}

std::uint32_t Conductor::ring_entries(std::uint32_t queue) const {
  return static_cast<std::uint32_t>(case_.controller.tags) + 1 + queue % 3 + (queue % 2 == 0 ? 0 : spare_entries);
}

void Conductor::write_queues(Picoseconds delay) {
  if (case_.own_interrupts) {
    pair_.write(Reg::ESILBA, 0x1000 + static_cast<std::uint32_t>(case_.controller.tags), delay);
    pair_.write(Reg::ESIUBA, 0x80000000u, delay);
  }
  pair_.write(Reg::CONFIG, CONFIG::QT | (case_.own_interrupts ? std::uint32_t{CONFIG::ESIE} : 0u), delay);
  const std::vector<std::uint32_t> used = queues();
  for (std::size_t i = 0; i < used.size(); ++i) {
    const std::uint32_t queue = used[i];
    const std::uint32_t size = ring_size(ring_entries(queue));
    const std::uint32_t completed_by = used[std::min(i / 2 * 2 + 1, used.size() - 1)];
    const auto write = [&](QueueReg reg, std::uint64_t value) {
      pair_.write(offset(queue, reg), static_cast<std::uint32_t>(value), delay);
    };
    write(QueueReg::SQLBA, ControllerPair::submissions + queue * ControllerPair::ring_bytes);
    write(QueueReg::CQLBA, ControllerPair::completions + queue * ControllerPair::ring_bytes);
    write(QueueReg::CQIE, i % 4 == 1 ? 0u : 1u);
    write(QueueReg::CQATTR, CQATTR::CQEN | size);
    write(QueueReg::SQATTR, SQATTR::SQEN | SQATTR::CQID.put(completed_by) | size);
  }
}

void Conductor::place_entry(const SoftwareStep& step, const std::byte* bytes) {
  const std::vector<std::uint32_t> used = queues();
  const std::uint32_t queue = used[step.value % used.size()];
  const std::uint32_t entries = ring_entries(queue);
  const auto put = [&](const std::byte* entry) {
    pair_.store(ControllerPair::submissions + queue * ControllerPair::ring_bytes + tails_[queue] * queue_entry_size,
                entry, queue_entry_size);
    tails_[queue] = (tails_[queue] + 1) % entries;
  };
  const auto head = pair_.model->queue_file().word(queue, QueueReg::SQHP) / queue_entry_size;
  const auto free = (head + 2 * entries - tails_[queue] - 1) % entries;
  // What a unit has taken, and still reads, is not written over.
  if (step.defect == Defect::nullified && free > case_.controller.tags + case_.controller.prefetch_depth) {
    std::array<std::byte, queue_entry_size> other{};
    std::copy_n(bytes, other.size(), other.begin());
    other[3] |= std::byte{0xf0};  // the command type
    put(other.data());
  }
  put(bytes);
  tags_[step.tag].queue = queue;
  listed_ |= std::uint64_t{1} << step.tag;
}

void Conductor::write_tails(Picoseconds delay) {
  for (const std::uint32_t queue : queues()) {
    if (rung_tails_[queue] == tails_[queue]) continue;
    rung_tails_[queue] = tails_[queue];
    pair_.write(offset(queue, QueueReg::SQTP), static_cast<std::uint32_t>(tails_[queue] * queue_entry_size), delay);
  }
}

/// Tells how far software has read, and clears the events.
void Conductor::write_heads(Picoseconds delay) {
  for (const std::uint32_t queue : queues()) {
    pair_.write(offset(queue, QueueReg::CQHP), static_cast<std::uint32_t>(heads_[queue] * queue_entry_size), delay);
    pair_.write(offset(queue, QueueReg::CQIS), CQIS::TEPS, delay);
  }
}

/// Reads the completion queues of the model: the commands there have ended.
void Conductor::harvest() {
  if (!case_.queued) return;
  for (const std::uint32_t queue : queues()) {
    if (pair_.model->queue_file().word(queue, QueueReg::CQATTR) == 0) heads_[queue] = 0;  // it has been reset
    const auto tail = pair_.model->queue_file().word(queue, QueueReg::CQTP) / queue_entry_size;
    while (heads_[queue] != tail) {
      std::array<std::byte, queue_entry_size> bytes{};
      pair_.memory.read(ControllerPair::completions + queue * ControllerPair::ring_bytes + heads_[queue] * bytes.size(), bytes.data(),
                        bytes.size());
      const CompletionEntry entry = CompletionEntry::decode(bytes.data());
      for (std::uint64_t tag = 0; tag < tags_.size(); ++tag) {
        if ((listed_ >> tag & 1) != 0 && descriptor(*tags_[tag].step) == entry.ucd_base) listed_ &= ~(std::uint64_t{1} << tag);
      }
      heads_[queue] = (heads_[queue] + 1) % ring_entries(queue);
    }
  }
}

/// The write that was just posted resets the controller, with all that is in its queues.
void Conductor::forget_queues() {
  if (!case_.queued) return;
  tails_ = rung_tails_ = {};
  reset_ = pair_.effect() + Picoseconds{1};
  pair_.actions.at(reset_, [this] { listed_ = 0; });
}

/// Stops a queue, cleans a command up, most often one of that queue, and starts the queue again. Now and then it does not
/// wait until the queue has stopped.
bool Conductor::clean_up(const SoftwareStep& step) {
  Running& command = tags_[step.tag];
  if (kernel_now() <= command.busy || kernel_now() <= reset_) return false;
  const std::vector<std::uint32_t> used = queues();
  const std::uint32_t queue = step.value % 8 == 0 ? used[step.value / 8 % used.size()] : command.queue;
  const auto write = [&](QueueReg reg, std::uint64_t value, std::uint64_t eighth) {
    pair_.write(offset(queue, reg), static_cast<std::uint32_t>(value), eighths(eighth));
  };
  const std::uint64_t stopped = step.value % 4 == 1 ? step.gap : 8 * fetch_cycles();
  write(QueueReg::SQRTC, SQRTC::STP, step.delay);
  write(QueueReg::SQCTI, step.tag | (step.value % 16 == 3 ? 1u << 8 : 0u), step.delay);
  pair_.read(offset(queue, QueueReg::SQRTS), eighths(step.delay + stopped));
  write(QueueReg::SQRTC, SQRTC::STP | SQRTC::ICU, step.delay + stopped);
  command.hold = pair_.effect() + cycles(1);
  pair_.read(offset(queue, QueueReg::SQRTS), eighths(step.delay + stopped));
  pair_.read(offset(queue, QueueReg::SQRTS), eighths(step.delay + stopped + step.gap));
  write(QueueReg::SQRTC, 0, step.delay + stopped + step.gap + step.value / 16 % 512);
  return true;
}

/// Bus cycles in which the units are through with what they have taken, for most cases.
std::uint64_t Conductor::fetch_cycles() const {
  const UfsHostControllerConfig& c = case_.controller;
  return 2 * (c.dma.read_latency + c.decode_cycles).n + 64;
}

std::string ControllerPair::compare_queues() const {
  if (messages.all != twin.registers.messages) {
    const std::size_t count = messages.all.size(), other = twin.registers.messages.size();
    return "the queues' interrupts differ: " + std::to_string(count) + ", and " + std::to_string(other) + " in the twin";
  }
  const QueueFile& queues = model->queue_file();
  for (std::uint32_t queue = 0; queue < queues.size(); ++queue) {
    const std::string which = "queue " + std::to_string(queue);
    for (std::uint32_t word = 0; word < QueueLayout::words; ++word) {
      const auto reg = static_cast<QueueReg>(word);
      if (queues.word(queue, reg) != twin.registers.queues.read(QueueLayout{}.offset(queue, reg)))
        return which + " has another word " + std::to_string(word) + " in the twin";
    }
    std::array<std::byte, ring_bytes> ring{}, other{};
    memory.read(completions + queue * ring.size(), ring.data(), ring.size());
    twin_memory.read(completions + queue * ring.size(), other.data(), other.size());
    if (ring != other) return which + " has other completion entries in the twin";
  }
  return {};
}

}  // namespace icesim::twin
