// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/prdt_crypto.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <vector>

namespace icesim {
namespace {

using Entry = std::array<std::byte, entry_size(PrdtFormat::fmp)>;

PageCrypto counting_key() {
  PageCrypto page;
  page.encrypted = true;
  page.dun.low = 0x1122334455667788;
  for (std::size_t i = 0; i < page.key.size(); ++i) page.key[i] = static_cast<std::byte>(i);
  return page;
}

std::vector<unsigned> bytes_of(const Entry& entry, std::size_t first, std::size_t count) {
  std::vector<unsigned> bytes;
  for (std::size_t i = 0; i < count; ++i) bytes.push_back(std::to_integer<unsigned>(entry[first + i]));
  return bytes;
}

std::vector<unsigned> down_from(unsigned first, std::size_t count) {
  std::vector<unsigned> bytes;
  for (std::size_t i = 0; i < count; ++i) bytes.push_back(first - static_cast<unsigned>(i));
  return bytes;
}

TEST(FmpEntry, GivesTheKnownAnswer) {
  Entry entry;
  fmp::encode(entry.data(), {0x0123456789abc000, Bytes{4096}}, counting_key());
  EXPECT_EQ(load_le64(&entry[0]), 0x0123456789abc000u);
  EXPECT_EQ(load_le32(&entry[8]), 0u);
  EXPECT_EQ(load_le32(&entry[12]), 0x24000fffu);
  EXPECT_EQ(bytes_of(entry, 16, 8), (std::vector<unsigned>(8, 0)));
  EXPECT_EQ(bytes_of(entry, 24, 8), (std::vector<unsigned>{0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}));
  EXPECT_EQ(bytes_of(entry, 32, 32), down_from(0x1f, 32)) << "the data key in reverse";
  EXPECT_EQ(bytes_of(entry, 64, 32), down_from(0x3f, 32)) << "the tweak key in reverse";
  EXPECT_EQ(bytes_of(entry, 96, 32), (std::vector<unsigned>(32, 0)));
}

TEST(FmpEntry, CarriesTheNumberIntoItsUpperHalf) {
  LongDun dun{~std::uint64_t{0}, 6};
  dun.advance();
  EXPECT_EQ(dun, (LongDun{0, 7}));
  dun.advance();
  EXPECT_EQ(dun, (LongDun{1, 7}));
  Entry entry;
  PageCrypto page = counting_key();
  page.dun = {1, 7};
  fmp::encode(entry.data(), {0, Bytes{4096}}, page);
  EXPECT_EQ(load_be(&entry[16], 8), 7u);
  EXPECT_EQ(load_be(&entry[24], 8), 1u);
}

RC_GTEST_PROP(FmpEntry, DecodesWhatItEncodes, ()) {
  PageCrypto page;
  page.encrypted = *rc::gen::arbitrary<bool>();
  const PrdtEntry written{*rc::gen::arbitrary<std::uint64_t>(),
                          page.encrypted ? PageCrypto::page : Bytes{*rc::gen::inRange<std::uint64_t>(1, 262145)}};
  if (page.encrypted) {
    page.dun = {*rc::gen::arbitrary<std::uint64_t>(), *rc::gen::arbitrary<std::uint64_t>()};
    for (std::byte& each : page.key) each = static_cast<std::byte>(*rc::gen::inRange(0, 256));
  }
  Entry bytes;
  fmp::encode(bytes.data(), written, page);
  PrdtEntry entry;
  const PageCrypto read = fmp::decode(bytes.data(), entry);
  RC_ASSERT(entry.address == written.address && entry.byte_count == written.byte_count && entry.reserved == 0u);
  RC_ASSERT(read.encrypted == page.encrypted && read.dun == page.dun && read.key == page.key);
}

TEST(FmpEntry, IsValidOnlyAsAWholePageWithTheOneAlgorithm) {
  const auto valid = [](Bytes count, std::uint32_t change) {
    Entry bytes;
    fmp::encode(bytes.data(), {0x1000, count}, counting_key());
    store_le32(&bytes[12], load_le32(&bytes[12]) ^ change);
    PrdtEntry entry;
    fmp::decode(bytes.data(), entry);
    return entry.valid();
  };
  EXPECT_TRUE(valid(Bytes{4096}, 0));
  EXPECT_FALSE(valid(Bytes{4092}, 0)) << "not a page";
  EXPECT_FALSE(valid(Bytes{8192}, 0));
  EXPECT_FALSE(valid(Bytes{4096}, 3u << 28)) << "AES-CBC";
  EXPECT_FALSE(valid(Bytes{4096}, 1u << 26)) << "a key of another length";
  EXPECT_FALSE(valid(Bytes{4096}, 1u << 20)) << "a reserved bit";
  EXPECT_TRUE(valid(Bytes{4096}, fmp::xts_256)) << "plain";
}

TEST(KdnEntry, NamesItsKeyslotBesideTheEnableBit) {
  Entry entry;
  PageCrypto page;
  page.encrypted = true;
  page.keyslot = Keyslot{14};
  page.dun = {0x1122334455667788, 9};
  kdn::encode(entry.data(), {0x1000, Bytes{4096}}, page);
  EXPECT_EQ(load_le32(&entry[12]), 0x80000fffu | 14u << 18);
  EXPECT_EQ(bytes_of(entry, 24, 8), (std::vector<unsigned>{0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}));
  EXPECT_EQ(load_be(&entry[16], 8), 9u);
  for (std::size_t i = 32; i < entry.size(); ++i) EXPECT_EQ(entry[i], std::byte{0}) << "no key, no nonce";
  page.keyslot = Keyslot{256};
  EXPECT_THROW(kdn::encode(entry.data(), {0x1000, Bytes{4096}}, page), Bug);
}

RC_GTEST_PROP(KdnEntry, DecodesWhatItEncodes, ()) {
  PageCrypto page;
  page.encrypted = *rc::gen::arbitrary<bool>();
  const PrdtEntry written{*rc::gen::arbitrary<std::uint64_t>(),
                          page.encrypted ? PageCrypto::page : Bytes{*rc::gen::inRange<std::uint64_t>(1, 262145)}};
  if (page.encrypted) {
    page.dun = {*rc::gen::arbitrary<std::uint64_t>(), *rc::gen::arbitrary<std::uint64_t>()};
    page.keyslot = Keyslot{*rc::gen::inRange<std::uint64_t>(0, 256)};
  }
  Entry bytes;
  encode_page(PrdtFormat::kdn, bytes.data(), written, page);
  PrdtEntry entry;
  const PageCrypto read = decode_page(PrdtFormat::kdn, bytes.data(), entry);
  RC_ASSERT(entry.address == written.address && entry.byte_count == written.byte_count && entry.reserved == 0u);
  RC_ASSERT(read.encrypted == page.encrypted && read.dun == page.dun && read.keyslot == page.keyslot);
}

TEST(KdnEntry, IsValidOnlyAsAWholePage) {
  const auto valid = [](Bytes count, std::uint32_t change) {
    Entry bytes;
    PageCrypto page;
    page.encrypted = true;
    kdn::encode(bytes.data(), {0x1000, count}, page);
    store_le32(&bytes[12], load_le32(&bytes[12]) ^ change);
    PrdtEntry entry;
    kdn::decode(bytes.data(), entry);
    return entry.valid();
  };
  EXPECT_TRUE(valid(Bytes{4096}, 0));
  EXPECT_FALSE(valid(Bytes{8192}, 0));
  EXPECT_FALSE(valid(Bytes{4096}, 1u << 26)) << "a reserved bit";
  EXPECT_FALSE(valid(Bytes{4096}, kdn::enable | 1u << 20)) << "a keyslot that is not enabled";
}

}  // namespace
}  // namespace icesim
