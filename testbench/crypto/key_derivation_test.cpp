// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/key_derivation.hpp"

#include "icesim/base/error.hpp"
#include "icesim/crypto/aes_xts.hpp"
#include "testbench/crypto/hex.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::ByteString;
using test::counting;
using test::from_hex;
using test::sha256;
using test::to_hex;

std::string hex_of(const Secret& secret) { return to_hex(secret.data(), secret.size()); }
template <std::size_t N>
std::string hex_of(const std::array<std::byte, N>& bytes) {
  return to_hex(bytes.data(), N);
}

Secret counting_secret(std::size_t size) {
  const ByteString bytes = counting(size);
  return Secret(bytes.data(), bytes.size());
}

std::array<std::byte, 16> array_of(const ByteString& bytes) {
  std::array<std::byte, 16> array{};
  std::copy_n(bytes.begin(), array.size(), array.begin());
  return array;
}

ByteString encrypt_counting(const Secret& key, Dun dun) {
  ByteString data = counting(4096);
  AesXts(key).encrypt(dun, data.data(), data.data(), data.size());
  return data;
}

// Vectors of [linux-fscrypt].
class FscryptTest : public testing::Test {
 protected:
  const Secret master = counting_secret(64);
  const fscrypt::Nonce nonce = array_of(counting(16, 0xa0));
  const fscrypt::Uuid uuid = array_of(from_hex("00112233445566778899aabbccddeeff"));
  static constexpr std::uint32_t inode = 12345;
  static constexpr std::uint32_t index = 16;
};

TEST_F(FscryptTest, DerivesTheKeyIdentifier) {
  EXPECT_EQ(hex_of(fscrypt::key_identifier(master)), "8699c2c53707405da5aba5ae4d8583c0");
}

TEST_F(FscryptTest, EncryptsUnderThePerFileKey) {
  const Secret key = fscrypt::per_file_key(master, nonce);
  EXPECT_EQ(hex_of(key),
            "bd5252baa3698125929bab1ef11f6f7ec773084fd47cc5d7fd5a07d422da343c"
            "73a5f95f05137c1585fe6bfd588dff7de3e1173fe2e4b1f987819eca1a9ec7a1");
  const ByteString cipher = encrypt_counting(key, fscrypt::per_file_dun(index));
  EXPECT_EQ(to_hex(cipher.data(), 16), "3a6a8e610aadf9809f3eac353e167b9f");
  EXPECT_EQ(sha256(cipher), "cef14029cdec470def5afb95d1688f831d05f9e736616f57d7e9e0b38d926618");
}

TEST_F(FscryptTest, EncryptsUnderTheIvInoLblk64Key) {
  const Secret key = fscrypt::iv_ino_lblk_64_key(master, uuid);
  EXPECT_EQ(hex_of(key),
            "93a596d8e91af1eb5374f930a93822c6c6c4385bcf59e501273086b81fc0db79"
            "08077731ceaebfb167cb6c2333c51932391366a2f4833802d0d3a9d448d71991");
  const Dun dun = fscrypt::iv_ino_lblk_64_dun(inode, index);
  EXPECT_EQ(dun, Dun{0x0000303900000010});
  const ByteString cipher = encrypt_counting(key, dun);
  EXPECT_EQ(to_hex(cipher.data(), 16), "189bf9de6ad1f8caf732ff2eb7468030");
  EXPECT_EQ(sha256(cipher), "a383fa33e34e72213fdd86ad83cf682ddfedf1a767860ce2670eb3dd4e94fc3d");
}

TEST_F(FscryptTest, EncryptsUnderTheIvInoLblk32Key) {
  const Secret hash_key = fscrypt::inode_hash_key(master);
  EXPECT_EQ(hex_of(hash_key), "670f76f85d2f3cb8a67e0bba366c1014");
  EXPECT_EQ(siphash_24(hash_key, inode) & 0xffffffff, 0x83d49e28u);
  const Secret key = fscrypt::iv_ino_lblk_32_key(master, uuid);
  EXPECT_EQ(hex_of(key),
            "dd4e9a9659701f22f032a3bf74d8d65874f79cec482aca4671813b5a3b6e3d76"
            "108f5145b17d1186e59583df3a2b4e738b8eb89c7be5ab7a611001192734254d");
  const Dun dun = fscrypt::iv_ino_lblk_32_dun(hash_key, inode, index);
  EXPECT_EQ(dun, Dun{0x83d49e38});
  const ByteString cipher = encrypt_counting(key, dun);
  EXPECT_EQ(to_hex(cipher.data(), 16), "4f297ac2316d790b4639d40c484aec3a");
  EXPECT_EQ(sha256(cipher), "8fca41fe8d766417ff255105dd346990aec52c06b1836de782b9a31ee01d1450");
}

TEST_F(FscryptTest, WrapsTheIvInoLblk32NumberAt32Bits) {
  const Secret hash_key = fscrypt::inode_hash_key(master);
  const std::uint64_t hash = siphash_24(hash_key, inode) & 0xffffffff;
  const auto last = static_cast<std::uint32_t>(0xffffffff - hash);
  EXPECT_EQ(fscrypt::iv_ino_lblk_32_dun(hash_key, inode, last), Dun{0xffffffff});
  EXPECT_EQ(fscrypt::iv_ino_lblk_32_dun(hash_key, inode, last + 1), Dun{0});
}

// Vectors of [linux-wrapped-keys].
TEST(HardwareWrapped, DerivesInlineKeyAndSoftwareSecret) {
  const Secret master = counting_secret(32);
  const Secret inline_key = hardware_wrapped::inline_key(master);
  EXPECT_EQ(hex_of(inline_key),
            "16317c8fe3133e7aef46bdede2b39f09a81e9fbe0c095f906c5c1341da6eaf17"
            "f151e2982f4f14a5495f78761066cafa5ebb995997d3fb5c8678bb394b6b57dc");
  const Secret software_secret = hardware_wrapped::software_secret(master);
  EXPECT_EQ(hex_of(software_secret), "48b69fb100fda3d600b75d7f25e2b8f1cf95e5de1bd624b9273d537519270c65");
  EXPECT_EQ(hex_of(fscrypt::wrapped_key_identifier(software_secret)), "a2c6bd9aa8682ec04bc51ac412b9acea");
  const ByteString cipher = encrypt_counting(inline_key, Dun{0x0000303900000010});
  EXPECT_EQ(to_hex(cipher.data(), 16), "9b64751cb7e01f1dd38e5245274598b9");
  EXPECT_EQ(sha256(cipher), "b10f0b5ef5e7aaa7ebe376cc42af3b84ad3d68aa04b3d05d527ba3911d50f8d1");
  EXPECT_THROW(hardware_wrapped::inline_key(counting_secret(16)), Bug);
}

TEST(DeriveKey, DependsOnSeedAndKeyIdOnly) {
  const Secret key = derive_key(7, 42);
  EXPECT_EQ(key.size(), 64u);
  EXPECT_TRUE(key.equals(derive_key(7, 42)));
  EXPECT_FALSE(key.equals(derive_key(7, 43)));
  EXPECT_FALSE(key.equals(derive_key(8, 42)));
}

// What is kept between two keys does not change them.
TEST(DeriveKey, GivesEachKeyOfARunInAnyOrder) {
  KeyDeriver keys(7);
  for (const std::uint32_t id : {42u, 0u, 43u, 42u, ~0u}) EXPECT_TRUE(keys.key(id).equals(derive_key(7, id))) << id;
}

// OpenSSL's HKDF as a whole is the oracle.
TEST(DeriveKey, FollowsItsDocumentedInfo) {
  const ByteString seed = from_hex("0700000000000000");
  const ByteString info = from_hex("696365 73696d 206b6579 2a000000");
  EXPECT_TRUE(derive_key(7, 42).equals(hkdf_sha512(Secret(seed.data(), seed.size()), info.data(), info.size(), 64)));
}

// Published with SipHash: key 00..0f, message 00..07.
TEST(SipHash, EqualsThePublishedVector) {
  EXPECT_EQ(siphash_24(counting_secret(16), 0x0706050403020100), 0x93f5f5799a932462u);
}

}  // namespace
}  // namespace icesim
