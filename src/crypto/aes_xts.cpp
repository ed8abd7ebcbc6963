// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/aes_xts.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <cstring>
#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace icesim {

namespace {

struct ContextDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

constexpr bool encrypting = true;
constexpr bool decrypting = false;

/// One direction of one OpenSSL cipher with a kept key schedule.
class Cipher {
 public:
  Cipher() : context_(EVP_CIPHER_CTX_new()) { ensure(context_ != nullptr, "AesXts: OpenSSL gives a context"); }

  void set_key(const EVP_CIPHER* cipher, const std::byte* key, bool encrypts) {
    // Fetching the cipher again is the slow part of a key change.
    const bool same = EVP_CIPHER_CTX_get0_cipher(context_.get()) != nullptr &&
                      EVP_CIPHER_CTX_get_nid(context_.get()) == EVP_CIPHER_get_nid(cipher);
    ensure(EVP_CipherInit_ex(context_.get(), same ? nullptr : cipher, nullptr,
                             reinterpret_cast<const unsigned char*>(key), nullptr, encrypts ? 1 : 0) == 1,
           "AesXts: OpenSSL accepts the key");
    EVP_CIPHER_CTX_set_padding(context_.get(), 0);
  }
  void set_tweak(const AesXts::Tweak& tweak) {
    ensure(EVP_CipherInit_ex(context_.get(), nullptr, nullptr, nullptr,
                             reinterpret_cast<const unsigned char*>(tweak.data()), -1) == 1,
           "AesXts: OpenSSL accepts the tweak");
  }
  void run(const std::byte* in, std::byte* out, std::size_t length) {
    int written = 0;
    ensure(EVP_CipherUpdate(context_.get(), reinterpret_cast<unsigned char*>(out), &written,
                            reinterpret_cast<const unsigned char*>(in), static_cast<int>(length)) == 1 &&
               static_cast<std::size_t>(written) == length,
           "AesXts: OpenSSL crypts the data");
  }

 private:
  std::unique_ptr<EVP_CIPHER_CTX, ContextDeleter> context_;
};

/// A tweak as two words, in the order in which XTS shifts it.
struct Words {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  explicit Words(const AesXts::Tweak& tweak) {
    for (std::size_t i = 8; i > 0; --i) {
      low = low << 8 | std::to_integer<std::uint64_t>(tweak[i - 1]);
      high = high << 8 | std::to_integer<std::uint64_t>(tweak[i + 7]);
    }
  }
  void store(std::byte* to) const {
    for (std::size_t i = 0; i < 8; ++i) {
      to[i] = static_cast<std::byte>(low >> (8 * i) & 0xff);
      to[i + 8] = static_cast<std::byte>(high >> (8 * i) & 0xff);
    }
  }
  /// Multiplies by x^shift, 1..64: what leaves at the top comes back times x^7 + x^2 + x + 1.
  void multiply(unsigned shift) {
    std::uint64_t out = high;
    if (shift == 64) {
      high = low;
      low = 0;
    } else {
      out = high >> (64 - shift);
      high = high << shift | low >> (64 - shift);
      low <<= shift;
    }
    low ^= out ^ out << 1 ^ out << 2 ^ out << 7;
    high ^= out >> 63 ^ out >> 62 ^ out >> 57;
  }
};

void xor_into(std::byte* to, const std::byte* a, const std::byte* b, std::size_t length) {
  for (std::size_t i = 0; i < length; ++i) to[i] = a[i] ^ b[i];
}

/// OpenSSL refuses longer data units (IEEE 1619 allows 2^20 blocks).
constexpr std::size_t max_data_unit = std::size_t{16} << 20;

}  // namespace

struct AesXts::Contexts {
  Cipher xts_encrypt, xts_decrypt, data_encrypt, data_decrypt, tweak_encrypt;
  bool weak = false;

  /// Own XTS over ECB: for parts of a data unit, and for the keys that OpenSSL refuses.
  void crypt_blocks(CryptDirection direction, const Tweak& tweak, std::uint64_t first_block, const std::byte* in,
                    std::byte* out, std::size_t length) {
    constexpr std::size_t chunk = 1024;
    std::array<std::byte, chunk> tweaks;
    std::array<std::byte, chunk> work;
    Tweak start;
    tweak_encrypt.run(tweak.data(), start.data(), start.size());
    multiply_by_alpha(start, first_block);
    Words words(start);
    Cipher& cipher = direction == CryptDirection::encrypt ? data_encrypt : data_decrypt;
    while (length != 0) {
      const std::size_t now = std::min(length, chunk);
      for (std::size_t i = 0; i < now; i += block) {
        words.store(&tweaks[i]);
        words.multiply(1);
      }
      xor_into(work.data(), in, tweaks.data(), now);
      cipher.run(work.data(), work.data(), now);
      xor_into(out, work.data(), tweaks.data(), now);
      in += now;
      out += now;
      length -= now;
    }
    wipe(work.data(), work.size());
    wipe(tweaks.data(), tweaks.size());
  }
};

AesXts::AesXts(const std::byte* key, std::size_t length) : contexts_(std::make_unique<Contexts>()) {
  set_key(key, length);
}
AesXts::~AesXts() = default;
AesXts::AesXts(AesXts&&) noexcept = default;
AesXts& AesXts::operator=(AesXts&&) noexcept = default;

void AesXts::set_key(const std::byte* key, std::size_t length) {
  ensure(length == 32 || length == 64, "AesXts: the key has 32 or 64 bytes");
  const std::size_t half = length / 2;
  Contexts& contexts = *contexts_;
  const EVP_CIPHER* ecb = half == 16 ? EVP_aes_128_ecb() : EVP_aes_256_ecb();
  const EVP_CIPHER* xts = half == 16 ? EVP_aes_128_xts() : EVP_aes_256_xts();
  contexts.data_encrypt.set_key(ecb, key, encrypting);
  contexts.data_decrypt.set_key(ecb, key, decrypting);
  contexts.tweak_encrypt.set_key(ecb, key + half, encrypting);
  contexts.weak = CRYPTO_memcmp(key, key + half, half) == 0;
  if (!contexts.weak) {
    contexts.xts_encrypt.set_key(xts, key, encrypting);
    contexts.xts_decrypt.set_key(xts, key, decrypting);
  }
}

void AesXts::crypt(CryptDirection direction, Dun dun, std::uint64_t first_block, const std::byte* in, std::byte* out,
                   std::size_t length) {
  crypt(direction, tweak_of(dun), first_block, in, out, length);
}

void AesXts::crypt(CryptDirection direction, const Tweak& tweak, std::uint64_t first_block, const std::byte* in,
                   std::byte* out, std::size_t length) {
  ensure(length % block == 0 && length != 0 && length <= max_data_unit, "AesXts: 1 to 2^20 whole blocks");
  if (first_block != 0 || contexts_->weak) {
    contexts_->crypt_blocks(direction, tweak, first_block, in, out, length);
    return;
  }
  Cipher& cipher = direction == CryptDirection::encrypt ? contexts_->xts_encrypt : contexts_->xts_decrypt;
  cipher.set_tweak(tweak);
  cipher.run(in, out, length);
}

void AesXts::crypt_range(CryptDirection direction, Dun dun, Bytes data_unit, Bytes offset, const std::byte* in,
                         std::byte* out, std::size_t length) {
  ensure(data_unit.n != 0 && data_unit.n % block == 0 && offset.n % block == 0 && length % block == 0,
         "AesXts: data unit, offset and length are whole blocks");
  while (length != 0) {
    const std::uint64_t inside = offset.n % data_unit.n;
    const std::size_t now = std::min<std::size_t>(length, data_unit.n - inside);
    crypt(direction, dun + Dun{offset / data_unit}, inside / block, in, out, now);
    offset += Bytes{now};
    in += now;
    out += now;
    length -= now;
  }
}

AesXts::Tweak tweak_of(Dun dun) {
  AesXts::Tweak tweak{};
  for (std::size_t i = 0; i < 8; ++i) tweak[i] = static_cast<std::byte>(dun.n >> (8 * i) & 0xff);
  return tweak;
}

void multiply_by_alpha(AesXts::Tweak& tweak) { multiply_by_alpha(tweak, 1); }

void multiply_by_alpha(AesXts::Tweak& tweak, std::uint64_t power) {
  Words words(tweak);
  for (; power >= 64; power -= 64) words.multiply(64);
  if (power != 0) words.multiply(static_cast<unsigned>(power));
  words.store(tweak.data());
}

}  // namespace icesim
