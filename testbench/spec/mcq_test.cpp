// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/mcq.hpp"

#include <array>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>

namespace icesim {
namespace {

using EntryBytes = std::array<std::byte, queue_entry_size>;

EntryBytes encode(const CompletionEntry& entry) {
  EntryBytes bytes{};
  entry.encode(bytes.data());
  return bytes;
}

// The words of [ufshci-mcq].
TEST(CompletionEntry, PutsEveryFieldAtItsPlace) {
  CompletionEntry entry;
  entry.ucd_base = 0x0000000140000480;
  entry.queue = 5;
  entry.response_length = 128;
  entry.response_offset = 127;
  entry.prdt_length = 3;
  entry.prdt_offset = 256;
  entry.ocs = Ocs::invalid_crypto_configuration;
  entry.extended_error = 0x77;
  entry.tag = Tag{0x1f};
  entry.lun = 0x44;
  entry.initiator = 0x1234;
  const EntryBytes bytes = encode(entry);
  EXPECT_EQ(load_le32(&bytes[0]), 0x40000485u) << "address and submission queue";
  EXPECT_EQ(load_le32(&bytes[4]), 0x00000001u);
  EXPECT_EQ(load_le32(&bytes[8]), 127u << 16 | 128u);
  EXPECT_EQ(load_le32(&bytes[12]), 256u << 16 | 3u);
  EXPECT_EQ(load_le32(&bytes[16]), 0x00007709u) << "OCS is the lowest byte";
  EXPECT_EQ(load_le32(&bytes[20]), 0x1234441fu);
  EXPECT_EQ(load_le64(&bytes[24]), 0u);
}

RC_GTEST_PROP(CompletionEntry, DecodesAndEncodesAnyBytesWithoutLoss, ()) {
  EntryBytes bytes{};
  for (auto& byte : bytes) byte = static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
  RC_ASSERT(encode(CompletionEntry::decode(bytes.data())) == bytes);
}

TEST(CompletionEntry, RefusesWhatDoesNotFit) {
  CompletionEntry entry;
  entry.ucd_base = 64;
  EXPECT_THROW(encode(entry), Bug);
  entry.ucd_base = 0;
  entry.queue = 32;
  EXPECT_THROW(encode(entry), Bug);
  entry.queue = 0;
  entry.tag = Tag{256};
  EXPECT_THROW(encode(entry), Bug);
}

/// Linux writes entries x 8 - 1.
TEST(QueueRing, CountsItsSizeInWords) {
  EXPECT_EQ(ring_size(33), 33u * 8 - 1);
  EXPECT_EQ(ring_entries(33 * 8 - 1), 33u);
  EXPECT_EQ(ring_entries(0), 0u) << "less than an entry";
  EXPECT_EQ(ring_entries(0xffff), 8192u);
  EXPECT_EQ(ring_entries(ring_size(8192)), 8192u);
  EXPECT_EQ(ring_entries(SQATTR::SQEN | SQATTR::CQID.put(3) | ring_size(1)), 1u) << "other fields do not count";
}

TEST(QueueLayout, HasEveryWordOfEveryQueueAtAPlaceOfItsOwn) {
  const QueueLayout layout;
  EXPECT_EQ(layout.offset(0, QueueReg::SQATTR), 0x1c000u);
  EXPECT_EQ(layout.offset(2, QueueReg::CQATTR), 0x1c000u + 2 * 0x40 + 0x20);
  EXPECT_EQ(layout.offset(0, QueueReg::SQTP) - layout.offset(0, QueueReg::SQHP), 4u);
  EXPECT_EQ(layout.offset(3, QueueReg::CQTP) - layout.offset(2, QueueReg::CQTP), 48u);
  std::set<std::uint32_t> places;
  for (std::uint32_t queue = 0; queue < QueueLayout::most_queues; ++queue) {
    for (std::uint32_t word = 0; word < QueueLayout::words; ++word)
      places.insert(layout.offset(queue, static_cast<QueueReg>(word)));
  }
  EXPECT_EQ(places.size(), QueueLayout::most_queues * QueueLayout::words);
}

TEST(QueueCapabilities, EncodeAndDecodeTheRegister) {
  EXPECT_EQ((QueueCapabilities{8, 0xe0}.encode()), 0x00e00007u);
  const QueueCapabilities decoded = QueueCapabilities::decode(0x00020301);
  EXPECT_EQ(decoded.queues, 2u);
  EXPECT_EQ(decoded.config_pointer, 2u);
  EXPECT_FALSE(decoded.own_interrupts);
  EXPECT_EQ((QueueCapabilities{8, 0xe0, true}.encode()), 0x00e00407u);
  EXPECT_TRUE(QueueCapabilities::decode(0x00e00407).own_interrupts);
}

TEST(QueueRegisterArrays, SayWhereTheWordsOfAQueueAre) {
  const QueueLayout layout;
  for (const Register& word : detail::queue_config_words)
    EXPECT_LT(word.offset, QueueLayout::config_stride) << word.name;
  for (const Register& word : detail::queue_runtime_words)
    EXPECT_LT(word.offset, QueueLayout::runtime_stride) << word.name;
  EXPECT_EQ(detail::queue_config_words[5].name, "CQATTR");
  EXPECT_EQ(detail::queue_config_words[5].offset, layout.offset(0, QueueReg::CQATTR) - layout.config());
  EXPECT_EQ(detail::queue_runtime_words[7].name, "CQIS");
  EXPECT_EQ(detail::queue_runtime_words[7].offset, layout.offset(0, QueueReg::CQIS) - layout.runtime);
  EXPECT_EQ(CQIS::TEPS.mask(), 1u);
  EXPECT_EQ(detail::queue_runtime_words[2].name, "SQRTC");
  EXPECT_EQ(layout.offset(1, QueueReg::SQRTC) - layout.offset(1, QueueReg::SQHP), 0x08u);
  EXPECT_EQ(layout.offset(1, QueueReg::SQCTI) - layout.offset(1, QueueReg::SQHP), 0x0cu);
  EXPECT_EQ(layout.offset(1, QueueReg::SQRTS) - layout.offset(1, QueueReg::SQHP), 0x10u);
}

/// Linux: START 0, STOP 1, ICU 2; STS 1, CUS 2, result in 7:4; tag in 7:0, LUN above.
TEST(QueueRegisterArrays, HaveTheBitsThatStopAndCleanUp) {
  EXPECT_EQ(SQRTC::STP.mask(), 1u);
  EXPECT_EQ(SQRTC::ICU.mask(), 2u);
  EXPECT_EQ(SQRTS::STS.mask(), 1u);
  EXPECT_EQ(SQRTS::CUS.mask(), 2u);
  EXPECT_EQ(SQRTS::RTC.mask(), 0xf0u);
  EXPECT_EQ(SQCTI::TASK_TAG.put(0x1f) | SQCTI::LUN.put(2), 0x21fu);
}

}  // namespace
}  // namespace icesim
