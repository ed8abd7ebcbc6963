// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "testbench/reference/ice/aes_xts_block.hpp"

#include <openssl/evp.h>

namespace icesim::twin {

std::string AesBlock::hex() const {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

AesBlock times_alpha(AesBlock block) {
  std::uint8_t carry = 0;
  for (std::uint8_t& byte : block.bytes) {
    const auto out = static_cast<std::uint8_t>(byte >> 7);
    byte = static_cast<std::uint8_t>(byte << 1 | carry);
    carry = out;
  }
  if (carry != 0) block.bytes[0] ^= 0x87;
  return block;
}

AesBlock next_number(AesBlock block) {
  for (std::uint8_t& byte : block.bytes) {
    if (++byte != 0) break;
  }
  return block;
}

struct AesCipher::Contexts {
  using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

  Context encrypt{EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free};
  Context decrypt{EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free};

  static AesBlock run(const Context& context, const AesBlock& in) {
    AesBlock out;
    int length = 0;
    ensure(EVP_CipherUpdate(context.get(), out.bytes.data(), &length, in.bytes.data(), 16) == 1 && length == 16,
           "AesCipher: one block in, one block out");
    return out;
  }
};

AesCipher::AesCipher(const std::uint8_t* key, std::size_t bytes) : contexts_(std::make_unique<Contexts>()) {
  ensure(bytes == 16 || bytes == 32, "AesCipher: a key of 16 or 32 bytes");
  const EVP_CIPHER* cipher = bytes == 16 ? EVP_aes_128_ecb() : EVP_aes_256_ecb();
  for (const bool encrypts : {true, false}) {
    EVP_CIPHER_CTX* context = (encrypts ? contexts_->encrypt : contexts_->decrypt).get();
    ensure(EVP_CipherInit_ex(context, cipher, nullptr, key, nullptr, encrypts ? 1 : 0) == 1 &&
               EVP_CIPHER_CTX_set_padding(context, 0) == 1,
           "AesCipher: OpenSSL takes the key");
  }
}

AesCipher::~AesCipher() = default;

AesBlock AesCipher::encrypt(const AesBlock& in) { return Contexts::run(contexts_->encrypt, in); }
AesBlock AesCipher::decrypt(const AesBlock& in) { return Contexts::run(contexts_->decrypt, in); }

}  // namespace icesim::twin
