// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/utrd.hpp"

#include <array>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using UtrdBytes = std::array<std::byte, Utrd::size>;
using PrdtBytes = std::array<std::byte, PrdtEntry::size>;

UtrdBytes encode(const Utrd& utrd) {
  UtrdBytes bytes{};
  utrd.encode(bytes.data());
  return bytes;
}

template <std::size_t N>
std::array<std::byte, N> any_bytes() {
  std::array<std::byte, N> bytes{};
  for (auto& byte : bytes) byte = static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
  return bytes;
}

// DW0 of [ufshci-descriptors].
TEST(Utrd, GivesTheKnownFirstWords) {
  Utrd utrd;
  utrd.data_direction = DataDirection::to_device;
  utrd.crypto_enable = true;
  utrd.cci = Keyslot{5};
  EXPECT_EQ(utrd.dw0(), 0x13800005u) << "encrypted write";
  utrd.data_direction = DataDirection::to_host;
  EXPECT_EQ(utrd.dw0(), 0x15800005u) << "encrypted read";
  utrd.crypto_enable = false;
  utrd.cci = Keyslot{0};
  EXPECT_EQ(utrd.dw0(), 0x15000000u) << "plain read";
  utrd.data_direction = DataDirection::none;
  EXPECT_EQ(utrd.dw0(), 0x11000000u) << "query";
}

TEST(Utrd, PutsEveryFieldAtItsPlace) {
  Utrd utrd;
  utrd.dun = Dun{0x1122334455667788};
  utrd.ucd_base = 0x0000000140000480;
  utrd.response_length = 128;
  utrd.response_offset = ucd::response_offset / 4;
  utrd.prdt_length = 3;
  utrd.prdt_offset = ucd::prdt_offset / 4;
  const UtrdBytes bytes = encode(utrd);
  EXPECT_EQ(load_le32(&bytes[4]), 0x55667788u) << "DUNL";
  EXPECT_EQ(load_le32(&bytes[8]), 0x0000000fu) << "OCS is preset";
  EXPECT_EQ(load_le32(&bytes[12]), 0x11223344u) << "DUNU";
  EXPECT_EQ(load_le32(&bytes[16]), 0x40000480u);
  EXPECT_EQ(load_le32(&bytes[20]), 0x00000001u);
  EXPECT_EQ(load_le32(&bytes[24]), 128u << 16 | 128u);
  EXPECT_EQ(load_le32(&bytes[28]), 256u << 16 | 3u);
  EXPECT_EQ(load_u8(&bytes[Utrd::ocs_offset]), 0x0f);
}

RC_GTEST_PROP(Utrd, DecodesAndEncodesAnyBytesWithoutLoss, ()) {
  const auto bytes = any_bytes<Utrd::size>();
  RC_ASSERT(encode(Utrd::decode(bytes.data())) == bytes);
}

TEST(Utrd, ReportsEveryReservedBit) {
  Utrd clean;
  clean.ucd_base = 0x1000;
  const UtrdBytes bytes = encode(clean);
  std::size_t reported = 0;
  for (std::size_t bit = 0; bit < 8 * Utrd::size; ++bit) {
    UtrdBytes changed = bytes;
    changed[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    if (Utrd::decode(changed.data()).has_reserved_bits()) ++reported;
  }
  EXPECT_FALSE(Utrd::decode(bytes.data()).has_reserved_bits());
  EXPECT_EQ(reported, 8u /* DW0 */ + 4u /* OCS */ + 7u /* UCD address */);
}

TEST(Utrd, RefusesAKeyslotThatDoesNotFit) {
  Utrd utrd;
  utrd.cci = Keyslot{256};
  EXPECT_THROW(utrd.dw0(), Bug);
}

TEST(Utrd, IsUsableInConstantExpressions) {
  constexpr Utrd utrd;
  static_assert(utrd.dw0() == 0x11000000u);
}

TEST(PrdtEntry, StoresTheByteCountMinusOne) {
  PrdtBytes bytes{};
  PrdtEntry{0x123456789abc, Bytes{4096}, 0}.encode(bytes.data());
  EXPECT_EQ(load_le32(&bytes[0]), 0x56789abcu);
  EXPECT_EQ(load_le32(&bytes[4]), 0x1234u);
  EXPECT_EQ(load_le32(&bytes[8]), 0u);
  EXPECT_EQ(load_le32(&bytes[12]), 0xfffu);
  PrdtEntry{0, PrdtEntry::max_bytes, 0}.encode(bytes.data());
  EXPECT_EQ(load_le32(&bytes[12]), 0x3ffffu);
}

TEST(PrdtEntry, IsValidOnlyWhenAlignedAndWithinItsLimit) {
  EXPECT_TRUE((PrdtEntry{0x1000, Bytes{4096}, 0}.valid()));
  EXPECT_TRUE((PrdtEntry{0x1004, PrdtEntry::max_bytes, 0}.valid()));
  EXPECT_FALSE((PrdtEntry{0x1002, Bytes{4096}, 0}.valid())) << "address";
  EXPECT_FALSE((PrdtEntry{0x1000, Bytes{4094}, 0}.valid())) << "byte count: the low bits are not 11b";
  EXPECT_FALSE((PrdtEntry{0x1000, Bytes{4096}, 1}.valid())) << "reserved bit";
  EXPECT_FALSE((PrdtEntry{0x1000, Bytes{0}, 0}.valid()));
}

TEST(PrdtEntry, RefusesAnImpossibleByteCount) {
  PrdtBytes bytes{};
  EXPECT_THROW((PrdtEntry{0, PrdtEntry::max_bytes + Bytes{1}, 0}.encode(bytes.data())), Bug);
  EXPECT_THROW((PrdtEntry{0, Bytes{0}, 0}.encode(bytes.data())), Bug);
}

RC_GTEST_PROP(PrdtEntry, DecodesAndEncodesAnyBytesWithoutLoss, ()) {
  const auto bytes = any_bytes<PrdtEntry::size>();
  PrdtBytes back{};
  PrdtEntry::decode(bytes.data()).encode(back.data());
  RC_ASSERT(back == bytes);
}

TEST(Ucd, HasTheSizeThatLinuxAllocates) {
  EXPECT_EQ(ucd::size, 3072u);
  EXPECT_EQ(ucd::response_offset + ucd::response_size, ucd::prdt_offset);
  EXPECT_EQ(utmrd::response_offset + 32, utmrd::size);
}

TEST(Ocs, HasASpellingForEveryCode) {
  for (const int code : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15}) EXPECT_NE(spelling(static_cast<Ocs>(code)), "unknown");
  EXPECT_EQ(spelling(static_cast<Ocs>(0xb)), "unknown");
}

}  // namespace
}  // namespace icesim
