// SPDX-License-Identifier: Apache-2.0
#include "models/controller/lists/queue_file.hpp"

#include "icesim/base/error.hpp"

namespace icesim {
namespace {

/// The register of a word, or null where there is none.
const Register* find_word(QueueReg reg) {
  const std::uint32_t offset = QueueLayout{0, 0}.offset(0, reg);
  const auto find = [offset](const auto& words) -> const Register* {
    for (const Register& each : words) {
      if (each.offset == offset) return &each;
    }
    return nullptr;
  };
  return static_cast<std::uint32_t>(reg) < QueueLayout::runtime_word ? find(detail::queue_config_words)
                                                                     : find(detail::queue_runtime_words);
}

}  // namespace

QueueFile::QueueFile(std::uint32_t queues)
    : queues_(queues),
      config_bytes_(queues * QueueLayout::config_stride),
      runtime_bytes_(queues * QueueLayout::runtime_stride) {
  reset();
}

void QueueFile::reset() {
  for (std::uint32_t queue = 0; queue < size(); ++queue) {
    queues_[queue] = {};
    word(queue, QueueReg::SQDAO) = layout_.offset(queue, QueueReg::SQHP);
    word(queue, QueueReg::SQISAO) = layout_.offset(queue, QueueReg::SQIS);
    word(queue, QueueReg::CQDAO) = layout_.offset(queue, QueueReg::CQHP);
    word(queue, QueueReg::CQISAO) = layout_.offset(queue, QueueReg::CQIS);
  }
}

QueueFile::Place QueueFile::place(std::uint32_t offset) const {
  const bool of_config = offset - layout_.config() < config_bytes_;
  const std::uint32_t first = of_config ? layout_.config() : layout_.runtime;
  const std::uint32_t stride = of_config ? QueueLayout::config_stride : QueueLayout::runtime_stride;
  const std::uint32_t word = (offset - first) % stride / 4 + (of_config ? 0 : QueueLayout::runtime_word);
  return {(offset - first) / stride, static_cast<QueueReg>(word)};
}

std::uint32_t QueueFile::read(std::uint32_t offset) const {
  const Place at = place(offset);
  return word(at.queue, at.reg);
}

QueueFile::Work QueueFile::write(std::uint32_t offset, std::uint32_t value, bool running) {
  const Place at = place(offset);
  const Register* const reg = find_word(at.reg);
  Work work{at.queue};
  if (reg == nullptr || reg->access == Access::read_only) return work;
  value &= reg->implemented();
  std::uint32_t& stored = word(at.queue, at.reg);
  switch (at.reg) {
    case QueueReg::SQTP:
      if (running) work.entries = submit(at.queue, value);
      return work;
    case QueueReg::SQATTR:
      word(at.queue, QueueReg::SQHP) = word(at.queue, QueueReg::SQTP) = 0;
      work.empty = true;
      break;
    case QueueReg::CQATTR:
      word(at.queue, QueueReg::CQHP) = word(at.queue, QueueReg::CQTP) = 0;
      break;
    case QueueReg::SQRTC:
      stored = value & SQRTC::STP;
      if (stored == 0) word(at.queue, QueueReg::SQRTS) = 0;
      work.stop = stored != 0 && !stopped(at.queue);
      work.clean_up = (value & SQRTC::ICU) != 0;
      if (work.clean_up) word(at.queue, QueueReg::SQRTS) &= SQRTS::STS.mask();
      return work;
    default:
      break;
  }
  stored = reg->access == Access::write_clear ? stored & ~value : value;
  return work;
}

/// Takes a new tail over; answers how many entries it submits.
std::uint32_t QueueFile::submit(std::uint32_t queue, std::uint32_t tail) {
  const std::uint32_t attributes = word(queue, QueueReg::SQATTR);
  const std::uint32_t entries = ring_entries(attributes);
  if ((attributes & SQATTR::SQEN) == 0 || entries == 0) return 0;
  std::uint32_t& stored = word(queue, QueueReg::SQTP);
  const auto before = static_cast<std::uint32_t>(stored / queue_entry_size);
  const auto after = static_cast<std::uint32_t>(tail / queue_entry_size % entries);
  stored = static_cast<std::uint32_t>(after * queue_entry_size);
  return (after + entries - before) % entries;
}

std::uint64_t QueueFile::take(std::uint32_t queue) {
  return advance(queue, QueueReg::SQATTR, QueueReg::SQLBA, QueueReg::SQHP);
}

std::optional<std::uint32_t> QueueFile::completion_queue(std::uint32_t queue) const {
  const std::uint32_t id = SQATTR::CQID.of(word(queue, QueueReg::SQATTR));
  if (id >= size()) return std::nullopt;
  const std::uint32_t attributes = word(id, QueueReg::CQATTR);
  return (attributes & CQATTR::CQEN) != 0 && ring_entries(attributes) > 0 ? std::optional(id) : std::nullopt;
}

std::uint64_t QueueFile::push(std::uint32_t queue) {
  word(queue, QueueReg::CQIS) |= CQIS::TEPS;
  return advance(queue, QueueReg::CQATTR, QueueReg::CQLBA, QueueReg::CQTP);
}

std::uint64_t QueueFile::advance(std::uint32_t queue, QueueReg attributes, QueueReg low, QueueReg position) {
  std::uint32_t& at = word(queue, position);
  const auto high = static_cast<QueueReg>(static_cast<std::uint8_t>(low) + 1);
  const std::uint64_t address = (std::uint64_t{word(queue, high)} << 32 | word(queue, low)) + at;
  const auto bytes = static_cast<std::uint32_t>(ring_entries(word(queue, attributes)) * queue_entry_size);
  at = (at + static_cast<std::uint32_t>(queue_entry_size)) % bytes;
  return address;
}

}  // namespace icesim
