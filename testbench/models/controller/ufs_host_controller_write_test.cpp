// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/aes_xts.hpp"
#include "testbench/support/rigs/host_controller_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

struct UfsHostControllerWriteTest : testing::Test {
  static constexpr std::uint64_t tag = 5;
  static constexpr std::size_t size = 12288;
  HostControllerRig rig;
  const std::vector<PrdtEntry> prdt{{0x20'0800, 2048_B}, {0x30'0000, 8192_B}, {0x21'0ffc, 2048_B}};
  const Data plain = counting_data(size);

  void begin(bool crypto = false, Dun dun = {}) {
    Data left = plain;
    std::size_t done = 0;
    for (const PrdtEntry& entry : prdt) {
      rig.memory->write(entry.address, plain.data() + done, entry.byte_count.n);
      done += entry.byte_count.n;
    }
    Utrd utrd = rig.utrd(tag, DataDirection::to_device, prdt.size());
    utrd.crypto_enable = crypto;
    utrd.cci = Keyslot{crypto ? 9u : 0u};
    utrd.dun = dun;
    rig.place(tag, utrd, rig.command(tag, size, CommandUpiu::write).encode(), prdt);
    rig.ring(1u << tag);
    rig.run_for(2_us);
    ASSERT_EQ(rig.link.sent.size(), 1u);
  }
  void ready_to_transfer(std::uint64_t offset, std::uint64_t count) {
    rig.link.inject(data_upiu(Transaction::ready_to_transfer, tag, offset, count).encode(), kernel_now() + 1_us);
    rig.run_for(5_us);
  }
  Data piece(const Data& of, std::size_t offset, std::size_t count) const {
    const auto first = of.begin() + static_cast<std::ptrdiff_t>(offset);
    return Data(first, first + static_cast<std::ptrdiff_t>(count));
  }
  Data encrypted(const Data& key, Dun dun, Bytes data_unit) const {
    Data cipher(size);
    AesXts(key.data(), key.size())
        .crypt_range(CryptDirection::encrypt, dun, data_unit, 0_B, plain.data(), cipher.data(), size);
    return cipher;
  }
};

TEST_F(UfsHostControllerWriteTest, AnswersEachRttWithItsRangeInTheOrderOfTheRtts) {
  rig.start();
  begin();
  const std::vector<std::pair<std::size_t, std::size_t>> ranges{{8192, 4096}, {0, 4096}, {4096, 1000}, {5096, 3096}};
  for (const auto& [offset, count] : ranges) ready_to_transfer(offset, count);
  const auto sent = rig.link.of(Transaction::data_out);
  ASSERT_EQ(sent.size(), ranges.size());
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto& [offset, count] = ranges[i];
    EXPECT_EQ(sent[i]->header, data_upiu(Transaction::data_out, tag, offset, count).encode()) << i;
    EXPECT_EQ(sent[i]->length, count) << i;
    EXPECT_EQ(sent[i]->data, piece(plain, offset, count)) << i;
    EXPECT_EQ(sent[i]->ready.back().end, upiu_header_size + count) << "the header is counted";
  }
  EXPECT_EQ(rig.controller->statistics().data_read, Bytes{size});
  rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
  rig.run_for(5_us);
  EXPECT_EQ(rig.ocs(tag), 0u);
  EXPECT_FALSE(rig.busy(tag));
}

TEST_F(UfsHostControllerWriteTest, SendsCiphertextWhenTheRequestIsEncrypted) {
  rig.start();
  const Data key = counting_data(64);
  const Dun dun{0x1122334455667788};
  rig.program(9, key, 4096_B);
  begin(true, dun);
  ready_to_transfer(8192, 4096);
  ready_to_transfer(0, 4096);
  ready_to_transfer(4096, 2048);
  ready_to_transfer(6144, 2048);
  const Data cipher = encrypted(key, dun, 4096_B);
  const auto sent = rig.link.of(Transaction::data_out);
  ASSERT_EQ(sent.size(), 4u);
  EXPECT_EQ(sent[0]->data, piece(cipher, 8192, 4096));
  EXPECT_EQ(sent[1]->data, piece(cipher, 0, 4096));
  EXPECT_EQ(sent[2]->data, piece(cipher, 4096, 2048)) << "part of a data unit";
  EXPECT_EQ(sent[3]->data, piece(cipher, 6144, 2048));
  const Data known{std::byte{0xf2}, std::byte{0x4d}, std::byte{0xca},
                   std::byte{0x70}, std::byte{0x28}, std::byte{0xe9}};
  EXPECT_EQ(piece(sent[1]->data, 0, known.size()), known) << "[test-xts-answers]";
  EXPECT_EQ(rig.bytes(0x20'0800, 2048), piece(plain, 0, 2048)) << "memory keeps the plaintext";
}

TEST_F(UfsHostControllerWriteTest, CountsDataUnitsInTheSizeOfTheKeyslot) {
  rig.start();
  const Data key = counting_data(64, 11);
  rig.program(9, key, 512_B);
  begin(true, Dun{100});
  ready_to_transfer(1024, 4096);
  const auto sent = rig.link.of(Transaction::data_out);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0]->data, piece(encrypted(key, Dun{100}, 512_B), 1024, 4096));
}

TEST_F(UfsHostControllerWriteTest, LeavesRequestsWithoutTheEnableBitAsTheyAre) {
  rig.start();
  rig.program(0, counting_data(64), 4096_B);
  begin(false);
  ready_to_transfer(0, 4096);
  EXPECT_EQ(rig.link.of(Transaction::data_out).at(0)->data, piece(plain, 0, 4096));
  EXPECT_EQ(rig.engine->statistics(Direction::to_device).bypassed, 4096_B);
}

TEST_F(UfsHostControllerWriteTest, SendsLengthsOnlyWherePayloadIsNotSimulated) {
  rig.start();
  rig.place(tag, rig.utrd(tag, DataDirection::to_device, 1), rig.command(tag, size, CommandUpiu::write).encode(),
            {{2 * rig.memory_size, Bytes{size}}});
  rig.ring(1u << tag);
  rig.run_for(2_us);
  ready_to_transfer(0, size);
  const auto sent = rig.link.of(Transaction::data_out);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0]->length, size);
  EXPECT_TRUE(sent[0]->data.empty());
}

TEST_F(UfsHostControllerWriteTest, MarksTheStagesOfAWriteInOrder) {
  rig.start();
  begin();
  ready_to_transfer(0, size);
  rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
  rig.run_for(5_us);
  const std::vector<Stage> expected{Stage::dispatch, Stage::fetch,  Stage::transfer,
                                    Stage::memory,   Stage::crypto, Stage::response};
  std::vector<Stage> seen;
  Picoseconds last{};
  for (const MarkRecorder::Mark& mark : rig.recorder.marks) {
    EXPECT_EQ(mark.tag, Tag{tag});
    EXPECT_GE(mark.at, last);
    last = mark.at;
    seen.push_back(mark.stage);
  }
  EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace icesim
