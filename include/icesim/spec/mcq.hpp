// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/spec/bytes.hpp"
#include "icesim/spec/ufshci.hpp"
#include "icesim/spec/utrd.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

/// Multi-circular queues [ufshci-mcq]: submission queues whose entries are UTRDs, completion queues, and their
/// registers. Heads and tails are byte offsets into the ring.
namespace icesim {

namespace SQATTR {
inline constexpr Field SIZE{"SIZE", 15, 0, "Words of the ring, minus 1; an entry has 8"};
inline constexpr Field CQID{"CQID", 23, 16, "Completion queue of what is submitted here"};
inline constexpr Field SQPL{"SQPL", 30, 28, "Priority"};
inline constexpr Field SQEN = bit("SQEN", 31, "The queue is enabled");
inline constexpr std::array fields{SIZE, CQID, SQPL, SQEN};
}  // namespace SQATTR

namespace CQATTR {
inline constexpr Field SIZE{"SIZE", 15, 0, "Words of the ring, minus 1; an entry has 8"};
inline constexpr Field CQEN = bit("CQEN", 31, "The queue is enabled");
inline constexpr std::array fields{SIZE, CQEN};
}  // namespace CQATTR

/// What software asks of a submission queue: to stop, and then to clean up the command that SQCTI names.
namespace SQRTC {
inline constexpr Field STP = bit("STP", 0, "The queue stops; 0: it starts");
inline constexpr Field ICU = bit("ICU", 1, "Initiate clean-up; reads 0");
inline constexpr std::array fields{STP, ICU};
}  // namespace SQRTC

namespace SQCTI {
inline constexpr Field TASK_TAG{"TASK_TAG", 7, 0, "Tag of the command to be cleaned up"};
inline constexpr Field LUN{"LUN", 15, 8, "Its logical unit"};
inline constexpr Field IID{"IID", 19, 16, "Its initiator"};
inline constexpr Field EXT_IID{"EXT_IID", 23, 20, "Its initiator, high half"};
inline constexpr std::array fields{TASK_TAG, LUN, IID, EXT_IID};
}  // namespace SQCTI

namespace SQRTS {
inline constexpr Field STS = bit("STS", 0, "The queue has stopped");
inline constexpr Field CUS = bit("CUS", 1, "The clean-up has ended");
inline constexpr Field RTC{"RTC", 7, 4, "How the clean-up ended, 0 for success"};
inline constexpr std::array fields{STS, CUS, RTC};
}  // namespace SQRTS

/// Events of a completion queue; its interrupt enable register CQIE has the same layout.
namespace CQIS {
inline constexpr Field TEPS = bit("TEPS", 0, "An entry was pushed at the tail");
inline constexpr std::array fields{TEPS};
}  // namespace CQIS

/// Numbers of a queue's words: from 0 its configuration, from 16 what changes while it runs.
enum class QueueReg : std::uint8_t {
  SQATTR = 0,
  SQLBA = 1,
  SQUBA = 2,
  SQDAO = 3,
  SQISAO = 4,
  CQATTR = 8,
  CQLBA = 9,
  CQUBA = 10,
  CQDAO = 11,
  CQISAO = 12,
  SQHP = 16,
  SQTP = 17,
  SQRTC = 18,
  SQCTI = 19,
  SQRTS = 20,
  SQIS = 21,
  CQHP = 23,
  CQTP = 24,
  CQIS = 25,
  CQIE = 26,
};

/// How a clean-up ended (SQRTS.RTC). Linux asks whether it is 0 and prints the rest; the numbers are ours.
enum class CleanUp : std::uint8_t { success = 0, not_found = 1, not_stopped = 2, not_enabled = 3 };

/// Bytes of an entry of either queue.
inline constexpr std::size_t queue_entry_size = 32;
static_assert(queue_entry_size == Utrd::size);

/// Entries of a ring whose attributes are `attributes`, 0 to 8192.
constexpr std::uint32_t ring_entries(std::uint32_t attributes) {
  return (SQATTR::SIZE.of(attributes) + 1) * 4 / std::uint32_t{queue_entry_size};
}
/// SIZE of a ring of `entries`, 1 to 8192.
constexpr std::uint32_t ring_size(std::uint32_t entries) {
  return SQATTR::SIZE.put(entries * std::uint32_t{queue_entry_size} / 4 - 1);
}

/// Where the registers of the queues lie: the configurations where MCQCAP says, the rest where each configuration says.
/// Here they follow one another as QEMU has them, so that those of queue 0 and their distance are enough.
struct QueueLayout {
  static constexpr std::uint32_t most_queues = 32;
  static constexpr std::uint32_t words = 28;
  static constexpr std::uint32_t runtime_word = 16;  ///< the first one outside of the configuration
  static constexpr std::uint32_t config_stride = 0x40;
  static constexpr std::uint32_t runtime_stride = (words - runtime_word) * 4;

  std::uint32_t config_pointer = 0xe0;  ///< MCQCAP.QCFGPTR, in units of 200h
  std::uint32_t runtime = 0x1d000;      ///< byte offset of SQHP of queue 0

  constexpr std::uint32_t config() const { return config_pointer * 0x200; }
  /// Byte offset of a word of a queue.
  constexpr std::uint32_t offset(std::uint32_t queue, QueueReg reg) const {
    const auto word = static_cast<std::uint32_t>(reg);
    return word < runtime_word ? config() + queue * config_stride + 4 * word
                               : runtime + queue * runtime_stride + 4 * (word - runtime_word);
  }
};

/// Values of the MCQCAP register; counts are numbers, not "minus 1".
struct QueueCapabilities {
  std::uint32_t queues = 1;  ///< 1..256
  std::uint32_t config_pointer = QueueLayout{}.config_pointer;
  bool own_interrupts = false;  ///< event-specific: each queue has one

  constexpr std::uint32_t encode() const {
    return MCQCAP::MAXQ.put(queues - 1) | MCQCAP::QCFGPTR.put(config_pointer) | MCQCAP::EIS.put(own_interrupts ? 1 : 0);
  }
  static constexpr QueueCapabilities decode(std::uint32_t word) {
    return {MCQCAP::MAXQ.of(word) + 1, MCQCAP::QCFGPTR.of(word), (word & MCQCAP::EIS) != 0};
  }
};

/// Entry of a completion queue. `encode` and `decode` are exact inverses for all 32 bytes.
struct CompletionEntry {
  std::uint64_t ucd_base = 0;     ///< 128-byte aligned, of the command that has ended
  std::uint8_t queue = 0;         ///< its submission queue, 0..31
  std::uint8_t reserved_low = 0;  ///< bits 6:5 of DW0, in bits 1:0
  std::uint16_t response_length = 0;
  std::uint16_t response_offset = 0;
  std::uint16_t prdt_length = 0;
  std::uint16_t prdt_offset = 0;
  Ocs ocs = Ocs::success;
  std::uint8_t extended_error = 0;
  std::uint16_t reserved_status = 0;  ///< bits 31:16 of DW4
  Tag tag{};                          ///< 0..255
  std::uint8_t lun = 0;
  std::uint16_t initiator = 0;  ///< bits 31:16 of DW5
  std::uint64_t reserved = 0;   ///< DW6, DW7

  constexpr void encode(std::byte* to) const {
    if (ucd_base % 128 != 0 || queue >= 32 || tag.n > 0xff) throw_bug("CompletionEntry: a field does not fit");
    store_le64(to, ucd_base | static_cast<std::uint64_t>(reserved_low & 3) << 5 | queue);
    store_le16(to + 8, response_length);
    store_le16(to + 10, response_offset);
    store_le16(to + 12, prdt_length);
    store_le16(to + 14, prdt_offset);
    store_u8(to + 16, static_cast<std::uint8_t>(ocs));
    store_u8(to + 17, extended_error);
    store_le16(to + 18, reserved_status);
    store_u8(to + 20, static_cast<std::uint8_t>(tag.n));
    store_u8(to + 21, lun);
    store_le16(to + 22, initiator);
    store_le64(to + 24, reserved);
  }
  static constexpr CompletionEntry decode(const std::byte* from) {
    const std::uint64_t first = load_le64(from);
    CompletionEntry entry;
    entry.ucd_base = first & ~std::uint64_t{127};
    entry.queue = static_cast<std::uint8_t>(first & 31);
    entry.reserved_low = static_cast<std::uint8_t>(first >> 5 & 3);
    entry.response_length = load_le16(from + 8);
    entry.response_offset = load_le16(from + 10);
    entry.prdt_length = load_le16(from + 12);
    entry.prdt_offset = load_le16(from + 14);
    entry.ocs = static_cast<Ocs>(load_u8(from + 16));
    entry.extended_error = load_u8(from + 17);
    entry.reserved_status = load_le16(from + 18);
    entry.tag = Tag{load_u8(from + 20)};
    entry.lun = load_u8(from + 21);
    entry.initiator = load_le16(from + 22);
    entry.reserved = load_le64(from + 24);
    return entry;
  }
};

// clang-format off
namespace detail {
constexpr Register queue_word(QueueReg reg, std::string_view name, Access access, std::string_view sentence) {
  return {QueueLayout{0, 0}.offset(0, reg), name, access, 0, sentence, nullptr, 0};
}
template <std::size_t N>
constexpr Register queue_word(QueueReg reg, std::string_view name, Access access, std::string_view sentence, const std::array<Field, N>& fields) {
  return {QueueLayout{0, 0}.offset(0, reg), name, access, 0, sentence, fields.data(), N};
}

inline constexpr std::array queue_config_words{
    queue_word(QueueReg::SQATTR, "SQATTR", Access::read_write, "Attributes; a write empties the submission queue", SQATTR::fields),
    queue_word(QueueReg::SQLBA, "SQLBA", Access::read_write, "Address of the submission queue"),
    queue_word(QueueReg::SQUBA, "SQUBA", Access::read_write, "Address of the submission queue, high half"),
    queue_word(QueueReg::SQDAO, "SQDAO", Access::read_only, "Byte offset of SQHP"),
    queue_word(QueueReg::SQISAO, "SQISAO", Access::read_only, "Byte offset of SQIS, which reads 0"),
    queue_word(QueueReg::CQATTR, "CQATTR", Access::read_write, "Attributes; a write empties the completion queue", CQATTR::fields),
    queue_word(QueueReg::CQLBA, "CQLBA", Access::read_write, "Address of the completion queue"),
    queue_word(QueueReg::CQUBA, "CQUBA", Access::read_write, "Address of the completion queue, high half"),
    queue_word(QueueReg::CQDAO, "CQDAO", Access::read_only, "Byte offset of CQHP"),
    queue_word(QueueReg::CQISAO, "CQISAO", Access::read_only, "Byte offset of CQIS"),
};
inline constexpr std::array queue_runtime_words{
    queue_word(QueueReg::SQHP, "SQHP", Access::read_only, "Head of the submission queue: the entry that is taken next"),
    queue_word(QueueReg::SQTP, "SQTP", Access::read_write, "Tail of the submission queue; writing it submits"),
    queue_word(QueueReg::SQRTC, "SQRTC", Access::read_write, "Stops the submission queue, and cleans up", SQRTC::fields),
    queue_word(QueueReg::SQCTI, "SQCTI", Access::read_write, "Command that a clean-up is for", SQCTI::fields),
    queue_word(QueueReg::SQRTS, "SQRTS", Access::read_only, "Whether the submission queue has stopped", SQRTS::fields),
    queue_word(QueueReg::CQHP, "CQHP", Access::read_write, "Head of the completion queue: how far software has read"),
    queue_word(QueueReg::CQTP, "CQTP", Access::read_only, "Tail of the completion queue"),
    queue_word(QueueReg::CQIS, "CQIS", Access::write_clear, "Interrupt status of the completion queue", CQIS::fields),
    queue_word(QueueReg::CQIE, "CQIE", Access::read_write, "Events that set IS.CQES, or are told by a message", CQIS::fields),
};
}  // namespace detail

/// The two arrays of the queues.
inline constexpr std::array queue_register_arrays{
    RegisterArray{"MCQ configuration", "MCQCAP.QCFGPTR x 200h", QueueLayout::config_stride, "MCQCAP.MAXQ + 1", Access::read_write,
                  "Queues", detail::queue_config_words.data(), detail::queue_config_words.size()},
    RegisterArray{"MCQ operation", "SQDAO", QueueLayout::runtime_stride, "MCQCAP.MAXQ + 1", Access::read_write,
                  "Heads, tails and events of the queues", detail::queue_runtime_words.data(), detail::queue_runtime_words.size()}};
// clang-format on

}  // namespace icesim
