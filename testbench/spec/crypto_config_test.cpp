// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/crypto_config.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <vector>

namespace icesim {
namespace {

std::vector<std::byte> counting_key(std::size_t size) {
  std::vector<std::byte> key(size);
  for (std::size_t i = 0; i < size; ++i) key[i] = static_cast<std::byte>(i);
  return key;
}

TEST(CryptoCapabilities, DecodeWhatLinuxReadFromTheRecordedDevice) {
  const CryptoCapabilities ccap = CryptoCapabilities::decode(0x10000301);
  EXPECT_EQ(ccap.capabilities, 1u);
  EXPECT_EQ(ccap.keyslots, 4u);
  EXPECT_EQ(ccap.config_offset(), 0x1000u);
  EXPECT_EQ(crypto_config_offset(ccap, Keyslot{3}), 0x1000u + 3 * CryptoConfig::size);
  EXPECT_EQ(ccap.encode(), 0x10000301u);
}

RC_GTEST_PROP(CryptoCapabilities, SurviveEncodingAndDecoding, ()) {
  const CryptoCapabilities ccap{*rc::gen::inRange<std::uint32_t>(0, 256), *rc::gen::inRange<std::uint32_t>(1, 257),
                                *rc::gen::inRange<std::uint32_t>(0, 256)};
  const CryptoCapabilities back = CryptoCapabilities::decode(ccap.encode());
  RC_ASSERT(back.capabilities == ccap.capabilities);
  RC_ASSERT(back.keyslots == ccap.keyslots);
  RC_ASSERT(back.config_pointer == ccap.config_pointer);
}

TEST(CryptoCapability, DescribesAes256XtsAsRecorded) {
  const CryptoCapability capability = CryptoCapability::decode(0x00030800);
  EXPECT_EQ(capability.algorithm, CryptoAlgorithm::aes_xts);
  EXPECT_EQ(capability.key_size, CryptoKeySize::bits_256);
  EXPECT_EQ(capability.data_units, data_unit_mask(Bytes{4096}));
  EXPECT_EQ(capability.encode(), CryptoCapability{}.encode());
  EXPECT_EQ(key_bytes(capability.key_size), 32u);
}

RC_GTEST_PROP(CryptoCapability, SurvivesEncodingAndDecoding,
              (std::uint8_t algorithm, std::uint8_t units, std::uint8_t size)) {
  const CryptoCapability capability{static_cast<CryptoAlgorithm>(algorithm), units, static_cast<CryptoKeySize>(size)};
  const CryptoCapability back = CryptoCapability::decode(capability.encode());
  RC_ASSERT(back.algorithm == capability.algorithm);
  RC_ASSERT(back.data_units == units);
  RC_ASSERT(back.key_size == capability.key_size);
}

TEST(DataUnitMask, IsOneHotFrom512BytesTo64KiB) {
  std::uint8_t expected = 1;
  for (std::uint64_t size = 512; size <= 65536; size *= 2, expected = static_cast<std::uint8_t>(expected << 1)) {
    EXPECT_EQ(data_unit_mask(Bytes{size}), expected);
    EXPECT_EQ(data_unit_size(expected), Bytes{size});
  }
  for (const std::uint64_t size : {0, 256, 4095, 4080, 131072}) EXPECT_EQ(data_unit_mask(Bytes{size}), 0) << size;
  EXPECT_EQ(data_unit_size(0), Bytes{0});
  EXPECT_EQ(data_unit_size(0x0c), Bytes{0}) << "not one-hot";
}

// Known answer of [ufshci-crypto].
TEST(CryptoConfigWord, IsKnownFor4KibOfCapability1) {
  EXPECT_EQ((CryptoConfigWord{data_unit_mask(Bytes{4096}), 1, true}.encode()), 0x80000108u);
}

RC_GTEST_PROP(CryptoConfigWord, SurvivesEncodingAndDecoding, (std::uint8_t unit, std::uint8_t index, bool enabled)) {
  const CryptoConfigWord word{unit, index, enabled};
  const CryptoConfigWord back = CryptoConfigWord::decode(word.encode());
  RC_ASSERT(back.data_unit == unit);
  RC_ASSERT(back.capability_index == index);
  RC_ASSERT(back.enabled == enabled);
}

TEST(CryptoConfig, HoldsAnAes256KeyByteForByte) {
  CryptoConfig entry;
  const auto key = counting_key(64);
  entry.set_xts_key(key.data(), key.size());
  EXPECT_EQ(entry.words[0], 0x03020100u) << "byte 0 is the low byte of word 0";
  std::array<std::byte, CryptoConfig::size> bytes{};
  entry.encode(bytes.data());
  for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(bytes[i], key[i]) << i;
}

TEST(CryptoConfig, PutsTheTweakHalfOfAnAes128KeyAtByte32) {
  CryptoConfig entry;
  entry.words.fill(0xffffffff);
  const auto key = counting_key(32);
  entry.set_xts_key(key.data(), key.size());
  std::array<std::byte, CryptoConfig::size> bytes{};
  entry.encode(bytes.data());
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_EQ(bytes[i], key[i]);
    EXPECT_EQ(bytes[16 + i], std::byte{0});
    EXPECT_EQ(bytes[CryptoConfig::tweak_key_offset + i], key[16 + i]);
    EXPECT_EQ(bytes[48 + i], std::byte{0});
  }
  std::vector<std::byte> back(32);
  entry.get_xts_key(back.data(), back.size());
  EXPECT_EQ(back, key);
}

TEST(CryptoConfig, RefusesKeysOfOtherLengths) {
  CryptoConfig entry;
  const auto key = counting_key(64);
  EXPECT_THROW(entry.set_xts_key(key.data(), 48), Bug);
}

RC_GTEST_PROP(CryptoConfig, DecodesAndEncodesAnyBytesWithoutLoss, ()) {
  std::array<std::byte, CryptoConfig::size> bytes{};
  std::array<std::byte, CryptoConfig::size> back{};
  for (auto& byte : bytes) byte = static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
  CryptoConfig::decode(bytes.data()).encode(back.data());
  RC_ASSERT(back == bytes);
}

TEST(CryptoConfig, IsEmptyAfterWiping) {
  CryptoConfig entry;
  entry.words.fill(0xa5a5a5a5);
  entry.wipe();
  EXPECT_EQ(entry.words, CryptoConfig{}.words);
}

TEST(ProgramWrite, FollowsTheOrderOfLinux) {
  CryptoConfig entry;
  for (std::size_t i = 0; i < entry.words.size(); ++i) entry.words[i] = static_cast<std::uint32_t>(0x100 + i);
  std::vector<std::size_t> order;
  for (std::size_t step = 0; step < program_writes; ++step) {
    const CryptoConfigWrite write = program_write(entry, step);
    order.push_back(write.offset / 4);
    EXPECT_EQ(write.value, step == 0 ? 0u : entry.words[write.offset / 4]) << step;
  }
  const std::vector<std::size_t> expected{16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 16};
  EXPECT_EQ(order, expected);
  EXPECT_THROW(program_write(entry, program_writes), Bug);
}

TEST(ProgramWrite, EvictsWithZeroesOnly) {
  for (std::size_t step = 0; step < program_writes; ++step) EXPECT_EQ(program_write({}, step).value, 0u);
}

TEST(CryptoRegisterArrays, DescribeStrideAndWords) {
  EXPECT_EQ(crypto_register_arrays[0].stride, 4u);
  EXPECT_EQ(crypto_register_arrays[1].stride, CryptoConfig::size);
  EXPECT_EQ(CRYPTOCFG::CFGE.mask(), (CryptoConfigWord{0, 0, true}.encode()));
  EXPECT_EQ(CRYPTOCFG::DUSIZE | CRYPTOCFG::CAPIDX, (CryptoConfigWord{0xff, 0xff, false}.encode()));
  EXPECT_EQ(CRYPTOCAP::KS.of(CryptoCapability{}.encode()), static_cast<std::uint32_t>(CryptoKeySize::bits_256));
}

}  // namespace
}  // namespace icesim
