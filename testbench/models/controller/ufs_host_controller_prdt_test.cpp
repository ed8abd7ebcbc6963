// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/aes_xts.hpp"
#include "testbench/support/rigs/host_controller_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// Keys in PRDT entries of 128 bytes.
struct UfsHostControllerPrdtTest : testing::Test {
  static constexpr std::uint64_t tag = 5;
  static constexpr std::size_t pages = 3;
  static constexpr std::uint64_t buffer = 0x20'0000;
  HostControllerRig rig;
  const Data plain = counting_data(4096 * pages);
  const Data key = counting_data(64);
  std::array<PageCrypto, pages> entries;

  UfsHostControllerPrdtTest() {
    rig.config.prdt = PrdtFormat::fmp;
    for (std::size_t i = 0; i < pages; ++i) {
      entries[i].encrypted = true;
      // Any numbers, one with an upper half.
      entries[i].dun = {0x1122334455667788 + 1000 * i, i == 2 ? 1u : 0u};
      std::copy(key.begin(), key.end(), entries[i].key.begin());
    }
  }
  void begin(DataDirection direction, bool crypto_enable = false, std::uint64_t expected = 4096 * pages) {
    rig.memory->write(buffer, plain.data(), plain.size());
    Utrd utrd = rig.utrd(tag, direction, pages);
    utrd.crypto_enable = crypto_enable;
    rig.place(tag, utrd, rig.command(tag, expected).encode(), {});
    for (std::size_t i = 0; i < pages; ++i) {
      std::array<std::byte, 128> entry{};
      encode_page(rig.config.prdt, entry.data(), {buffer + 4096 * i, 4096_B}, entries[i]);
      rig.memory->write(utrd.ucd_base + ucd::prdt_offset + i * entry.size(), entry.data(), entry.size());
    }
    rig.ring(1u << tag);
    rig.run_for(5_us);
  }
  Data cipher() const {
    Data result(plain.size());
    AesXts xts(key.data(), key.size());
    for (std::size_t i = 0; i < pages; ++i) {
      AesXts::Tweak tweak = tweak_of(Dun{entries[i].dun.low});
      store_le64(&tweak[8], entries[i].dun.high);
      xts.crypt(CryptDirection::encrypt, tweak, 0, &plain[4096 * i], &result[4096 * i], 4096);
    }
    return result;
  }
  void end() {
    rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
    rig.run_for(5_us);
    EXPECT_FALSE(rig.busy(tag));
  }
};

TEST_F(UfsHostControllerPrdtTest, EncryptsEachPageWithItsOwnNumber) {
  rig.start();
  begin(DataDirection::to_device);
  Data sent;
  for (const auto& [offset, count] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{{0, 4096}, {4096, 2048}, {6144, 6144}}) {
    rig.link.inject(data_upiu(Transaction::ready_to_transfer, tag, offset, count).encode(), kernel_now() + 1_us);
    rig.run_for(20_us);
    const Data& piece = rig.link.of(Transaction::data_out).back()->data;
    sent.insert(sent.end(), piece.begin(), piece.end());
  }
  EXPECT_EQ(sent, cipher()) << "also from inside a page, and over the end of one";
  EXPECT_EQ(std::to_integer<unsigned>(sent[0]), 0xf2u) << "[test-xts-answers]";
  end();
  EXPECT_EQ(rig.ocs(tag), 0u);
  EXPECT_EQ(rig.keyslots->statistics().hazards, 0u);
}

TEST_F(UfsHostControllerPrdtTest, DecryptsWhatComesBack) {
  rig.start();
  begin(DataDirection::to_host);
  Data data = cipher();
  const Data zeros(plain.size());
  rig.memory->write(buffer, zeros.data(), zeros.size());
  rig.link.inject(data_upiu(Transaction::data_in, tag, 0, data.size()).encode(), kernel_now() + 1_us, data.data());
  rig.run_for(50_us);
  end();
  EXPECT_EQ(rig.ocs(tag), 0u);
  EXPECT_EQ(rig.bytes(buffer, plain.size()), plain);
}

TEST_F(UfsHostControllerPrdtTest, LeavesPlainPagesAsTheyAre) {
  rig.start();
  for (PageCrypto& each : entries) each = {};
  begin(DataDirection::to_device);
  rig.link.inject(data_upiu(Transaction::ready_to_transfer, tag, 0, plain.size()).encode(), kernel_now() + 1_us);
  rig.run_for(20_us);
  EXPECT_EQ(rig.link.of(Transaction::data_out).back()->data, plain);
  end();
  EXPECT_EQ(rig.ocs(tag), 0u);
}

TEST_F(UfsHostControllerPrdtTest, RefusesEntriesThatAreNotAlike) {
  rig.start();
  entries[2].key[40] ^= std::byte{1};
  begin(DataDirection::to_device);
  EXPECT_EQ(rig.ocs(tag), static_cast<unsigned>(Ocs::invalid_prdt)) << "another key";
  entries[2] = {};
  begin(DataDirection::to_device);
  EXPECT_EQ(rig.ocs(tag), static_cast<unsigned>(Ocs::invalid_prdt)) << "a plain one";
  for (PageCrypto& each : entries) each = {};
  entries[1].encrypted = true;
  begin(DataDirection::to_device);
  EXPECT_EQ(rig.ocs(tag), static_cast<unsigned>(Ocs::invalid_prdt)) << "behind a plain one";
  EXPECT_TRUE(rig.link.sent.empty());
}

TEST_F(UfsHostControllerPrdtTest, RefusesAKeyslotAndPartsOfPages) {
  rig.start();
  rig.program(0, key, 4096_B);
  begin(DataDirection::to_device, true);
  EXPECT_EQ(rig.ocs(tag), static_cast<unsigned>(Ocs::invalid_crypto_configuration));
  begin(DataDirection::to_device, false, 4096 * pages - 512);
  EXPECT_EQ(rig.ocs(tag), static_cast<unsigned>(Ocs::invalid_crypto_configuration));
  EXPECT_TRUE(rig.link.sent.empty());
}

TEST_F(UfsHostControllerPrdtTest, TakesTheKeyFromTheKeyslotThatThePagesName) {
  rig.config.prdt = PrdtFormat::kdn;
  rig.start();
  rig.program(14, key, 4096_B);
  for (PageCrypto& each : entries) each.keyslot = Keyslot{14};
  begin(DataDirection::to_device);
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{14}), 1u);
  rig.link.inject(data_upiu(Transaction::ready_to_transfer, tag, 0, plain.size()).encode(), kernel_now() + 1_us);
  rig.run_for(20_us);
  EXPECT_EQ(rig.link.of(Transaction::data_out).back()->data, cipher()) << "with both halves of the number";
  end();
  EXPECT_EQ(rig.ocs(tag), 0u);
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{14}), 0u);
}

TEST_F(UfsHostControllerPrdtTest, RefusesKeyslotsThatAreNotThereOrDiffer) {
  rig.config.prdt = PrdtFormat::kdn;
  rig.start();
  begin(DataDirection::to_device);
  EXPECT_EQ(rig.ocs(tag), static_cast<unsigned>(Ocs::invalid_crypto_configuration)) << "empty";
  rig.program(0, key, 512_B);
  begin(DataDirection::to_device);
  EXPECT_EQ(rig.ocs(tag), static_cast<unsigned>(Ocs::invalid_crypto_configuration)) << "for other data units";
  rig.program(0, key, 4096_B);
  rig.program(1, key, 4096_B);
  entries[1].keyslot = Keyslot{1};
  begin(DataDirection::to_device);
  EXPECT_EQ(rig.ocs(tag), static_cast<unsigned>(Ocs::invalid_prdt));
  EXPECT_TRUE(rig.link.sent.empty());
}

TEST_F(UfsHostControllerPrdtTest, EndsWithABusErrorWhereATableIsNotAllThere) {
  rig.start();
  Utrd utrd = rig.utrd(tag, DataDirection::to_device, 20);
  utrd.ucd_base = rig.memory_size - ucd::prdt_offset - 19 * 128;
  rig.memory->write(utrd.ucd_base, rig.command(tag, 4096).encode().data(), upiu_header_size);
  std::array<std::byte, Utrd::size> bytes{};
  utrd.encode(bytes.data());
  rig.memory->write(rig.list + tag * Utrd::size, bytes.data(), bytes.size());
  std::array<std::byte, 128> entry{};
  for (std::size_t i = 0; i < 19; ++i) {
    fmp::encode(entry.data(), {buffer, 4096_B}, {});
    rig.memory->write(utrd.ucd_base + ucd::prdt_offset + i * entry.size(), entry.data(), entry.size());
  }
  rig.ring(1u << tag);
  rig.run_for(5_us);
  EXPECT_EQ(rig.ocs(tag), static_cast<unsigned>(Ocs::fatal_error));
}

}  // namespace
}  // namespace icesim
