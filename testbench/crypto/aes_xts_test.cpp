// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/aes_xts.hpp"

#include "icesim/base/error.hpp"
#include "testbench/crypto/hex.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using test::ByteString;
using test::counting;
using test::from_hex;
using test::sha256;
using test::to_hex;

ByteString crypt(AesXts& xts, CryptDirection direction, Dun dun, const ByteString& in) {
  ByteString out(in.size());
  xts.crypt(direction, dun, 0, in.data(), out.data(), in.size());
  return out;
}
ByteString encrypt(const ByteString& key, Dun dun, const ByteString& plain) {
  AesXts xts(key.data(), key.size());
  return crypt(xts, CryptDirection::encrypt, dun, plain);
}

ByteString any_bytes(std::size_t size) {
  return *rc::gen::container<ByteString>(
      size, rc::gen::map(rc::gen::arbitrary<std::uint8_t>(), [](std::uint8_t value) { return std::byte{value}; }));
}

/// XTS by its definition, one block at a time with its own AES call: what all the fast paths must equal.
ByteString by_definition(const ByteString& key, Dun dun, std::uint64_t first_block, const ByteString& plain) {
  const std::size_t half = key.size() / 2;
  const auto aes = [half](const std::byte* with, const std::byte* in) {
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    ByteString out(32);
    int written = 0;
    EVP_EncryptInit_ex(context, half == 16 ? EVP_aes_128_ecb() : EVP_aes_256_ecb(), nullptr,
                       reinterpret_cast<const unsigned char*>(with), nullptr);
    EVP_EncryptUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &written,
                      reinterpret_cast<const unsigned char*>(in), 16);
    EVP_CIPHER_CTX_free(context);
    out.resize(16);
    return out;
  };
  const AesXts::Tweak number = tweak_of(dun);
  ByteString tweak = aes(key.data() + half, number.data());
  const auto double_tweak = [&tweak] {
    unsigned carry = 0;
    for (auto& byte : tweak) {
      const unsigned next = std::to_integer<unsigned>(byte) << 1 | carry;
      byte = static_cast<std::byte>(next & 0xff);
      carry = next >> 8;
    }
    if (carry != 0) tweak[0] ^= std::byte{0x87};
  };
  for (std::uint64_t i = 0; i < first_block; ++i) double_tweak();
  ByteString cipher;
  for (std::size_t at = 0; at < plain.size(); at += 16) {
    ByteString block(plain.begin() + static_cast<std::ptrdiff_t>(at),
                     plain.begin() + static_cast<std::ptrdiff_t>(at) + 16);
    for (std::size_t i = 0; i < 16; ++i) block[i] ^= tweak[i];
    block = aes(key.data(), block.data());
    for (std::size_t i = 0; i < 16; ++i) cipher.push_back(block[i] ^ tweak[i]);
    double_tweak();
  }
  return cipher;
}

// Known answers [test-xts-answers].
struct KnownAnswer {
  const char* name;
  ByteString key;
  AesXts::Tweak tweak;
  std::size_t size;
  const char* first;
  const char* last;
  const char* sha256;
};

AesXts::Tweak two_to_the_64() {
  AesXts::Tweak tweak{};
  tweak[8] = std::byte{1};
  return tweak;
}

class KnownAnswers : public testing::TestWithParam<KnownAnswer> {};

TEST_P(KnownAnswers, EncryptAndDecryptAsTheFactSheetSays) {
  const KnownAnswer& known = GetParam();
  const ByteString plain = counting(known.size);
  AesXts xts(known.key.data(), known.key.size());
  ByteString cipher(plain.size());
  xts.crypt(CryptDirection::encrypt, known.tweak, 0, plain.data(), cipher.data(), plain.size());
  EXPECT_EQ(to_hex(cipher.data(), 16), known.first);
  EXPECT_EQ(to_hex(cipher.data() + cipher.size() - 16, 16), known.last);
  EXPECT_EQ(sha256(cipher), known.sha256);
  xts.crypt(CryptDirection::decrypt, known.tweak, 0, cipher.data(), cipher.data(), cipher.size());
  EXPECT_EQ(cipher, plain) << "in place";
}

INSTANTIATE_TEST_SUITE_P(
    Spec, KnownAnswers,
    testing::Values(KnownAnswer{"Ieee10",
                                from_hex("2718281828459045235360287471352662497757247093699959574966967627"
                                         "3141592653589793238462643383279502884197169399375105820974944592"),
                                tweak_of(Dun{0xff}), 512, "1c3b3a102f770386e4836c99e370cf9b",
                                "c4f36ffda9fcea70b9c6e693e148c151",
                                "e97e974fa393af794f7a4684395814cf820de60a01eaec677d87b452e316b364"},
                    KnownAnswer{"Dun0", counting(64), tweak_of(Dun{0}), 4096, "dc8c665b97cbc0246d4f1639a9678a3e",
                                "7db39795a58e3ffee7a587125e38e584",
                                "680b2e5a1c60753f540a70b27a9453d741f913850cf2850d8a9be4948d5babee"},
                    KnownAnswer{"Dun1", counting(64), tweak_of(Dun{1}), 4096, "0976f139b289f2dd570e3b8caa596f98",
                                "ee9b3eeb080341db9d1989705b89fb9a",
                                "814518c851ae79d0c13ad4ec65ca07a15a04eab06317dc93e7a97bfba0e9c1ca"},
                    KnownAnswer{"DunOf64Bits", counting(64), tweak_of(Dun{0x1122334455667788}), 4096,
                                "f24dca7028e919343cbfffec03ce4853", "114d13a14e70e1bd9e016addebe65e5c",
                                "0008d84e56b52f81f49ebf99775dc45f0743785b122b4fc7ddb66d37f21a01dc"},
                    KnownAnswer{"DataUnitOf512Bytes", counting(64), tweak_of(Dun{0x1122334455667788}), 512,
                                "f24dca7028e919343cbfffec03ce4853", "d30d4158d21d655c7e3287b4188c9c2c",
                                "1a5676714ac146910f93265bfbbd4e28578e79d0bd83a8a7ee013b24104098bb"},
                    KnownAnswer{"DunOf65Bits", counting(64), two_to_the_64(), 4096, "1c56ae4dd6cfc776170ac4a8707bf735",
                                "895c4dc1bef087abf99047134daa408e",
                                "29ba4f56ab93990b0cd2ca039c523d16c3b9e7f7a9f842caf4d7b09b8444db30"}),
    [](const auto& instance) { return instance.param.name; });

// IEEE 1619 vector 1: both halves of the key are zero.
TEST(AesXts, AcceptsWeakKeysAsHardwareDoes) {
  const ByteString plain(32);
  const ByteString cipher = encrypt(ByteString(32), Dun{0}, plain);
  EXPECT_EQ(to_hex(cipher), "917cf69ebd68b2ec9b9fe9a3eadda692cd43d2f59598ed858c02c2652fbf922e");
  AesXts xts(ByteString(32).data(), 32);
  EXPECT_EQ(crypt(xts, CryptDirection::decrypt, Dun{0}, cipher), plain);
}

TEST(AesXts, AcceptsWeakKeysOf64BytesToo) {
  const ByteString key(64, std::byte{0x5a});
  const ByteString plain = counting(4096);
  EXPECT_EQ(encrypt(key, Dun{9}, plain), by_definition(key, Dun{9}, 0, plain));
}

RC_GTEST_PROP(AesXts, EqualsTheDefinition, (std::uint64_t dun)) {
  const ByteString key = any_bytes(*rc::gen::element<std::size_t>(32, 64));
  const ByteString plain = any_bytes(16 * *rc::gen::inRange<std::size_t>(1, 140));
  const auto first = *rc::gen::inRange<std::uint64_t>(0, 300);
  AesXts xts(key.data(), key.size());
  ByteString cipher(plain.size());
  xts.crypt(CryptDirection::encrypt, Dun{dun}, first, plain.data(), cipher.data(), plain.size());
  RC_ASSERT(cipher == by_definition(key, Dun{dun}, first, plain));
  xts.crypt(CryptDirection::decrypt, Dun{dun}, first, cipher.data(), cipher.data(), cipher.size());
  RC_ASSERT(cipher == plain);
}

RC_GTEST_PROP(AesXts, GivesTheSameInPiecesAsInOneCall, (std::uint64_t dun)) {
  const ByteString key = any_bytes(64);
  const Bytes unit{*rc::gen::element<std::uint64_t>(512, 1024, 4096)};
  const std::size_t units = *rc::gen::inRange<std::size_t>(1, 5);
  const ByteString plain = any_bytes(units * unit.n);
  AesXts xts(key.data(), key.size());
  ByteString whole;
  for (std::size_t i = 0; i < units; ++i) {
    ByteString out(unit.n);
    xts.encrypt(Dun{dun} + Dun{i}, plain.data() + i * unit.n, out.data(), unit.n);
    whole.insert(whole.end(), out.begin(), out.end());
  }
  ByteString pieces(plain.size());
  for (std::size_t at = 0; at < plain.size();) {
    const std::size_t most = (plain.size() - at) / 16;
    const std::size_t now = 16 * *rc::gen::inRange<std::size_t>(1, most + 1);
    xts.crypt_range(CryptDirection::encrypt, Dun{dun}, unit, Bytes{at}, plain.data() + at, pieces.data() + at, now);
    at += now;
  }
  RC_ASSERT(pieces == whole);
}

TEST(AesXts, LosesTheCarryOutOfTheNumber) {
  const ByteString key = counting(64);
  const ByteString plain = counting(8192);
  AesXts xts(key.data(), key.size());
  ByteString out(plain.size());
  xts.crypt_range(CryptDirection::encrypt, Dun{~std::uint64_t{0}}, Bytes{4096}, Bytes{0}, plain.data(), out.data(),
                  plain.size());
  const ByteString second(out.begin() + 4096, out.end());
  EXPECT_EQ(second, encrypt(key, Dun{0}, counting(4096)));
}

TEST(AesXts, TakesOverANewKeyOfAnyKind) {
  const ByteString plain = counting(4096);
  AesXts xts(counting(64).data(), 64);
  for (const ByteString& key : {counting(64, 1), counting(32, 2), ByteString(32), counting(32, 3), counting(64, 4),
                                ByteString(64), counting(64)}) {
    xts.set_key(key.data(), key.size());
    EXPECT_EQ(crypt(xts, CryptDirection::encrypt, Dun{5}, plain), by_definition(key, Dun{5}, 0, plain));
  }
}

TEST(AesXts, RefusesPartsOfBlocksAndOtherKeys) {
  const ByteString key = counting(64);
  EXPECT_THROW(AesXts(key.data(), 48), Bug);
  AesXts xts(key.data(), key.size());
  ByteString data(32);
  EXPECT_THROW(xts.encrypt(Dun{0}, data.data(), data.data(), 17), Bug);
  EXPECT_THROW(xts.encrypt(Dun{0}, data.data(), data.data(), 0), Bug);
}

TEST(MultiplyByAlpha, ReducesByThePolynomial) {
  AesXts::Tweak tweak{};
  tweak[15] = std::byte{0x80};
  multiply_by_alpha(tweak);
  AesXts::Tweak expected{};
  expected[0] = std::byte{0x87};
  EXPECT_EQ(tweak, expected);
}

RC_GTEST_PROP(MultiplyByAlpha, JumpsAsFarAsItSteps, ()) {
  AesXts::Tweak stepped{};
  for (auto& byte : stepped) byte = static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
  AesXts::Tweak jumped = stepped;
  const auto power = *rc::gen::inRange<std::uint64_t>(0, 300);
  for (std::uint64_t i = 0; i < power; ++i) multiply_by_alpha(stepped);
  multiply_by_alpha(jumped, power);
  RC_ASSERT(jumped == stepped);
}

}  // namespace
}  // namespace icesim
