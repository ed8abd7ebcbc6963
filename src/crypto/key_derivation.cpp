// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/key_derivation.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <memory>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string>
#include <string_view>

namespace icesim {

namespace {

struct KdfDeleter {
  void operator()(EVP_KDF* kdf) const { EVP_KDF_free(kdf); }
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};
struct MacDeleter {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

/// Parameters of OpenSSL take pointers to non-const but do not write through them.
OSSL_PARAM octets(const char* name, const void* data, std::size_t size) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<void*>(data), size);
}
OSSL_PARAM text(const char* name, const char* value) {
  return OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(value), 0);
}

Secret run_kdf(const char* name, const OSSL_PARAM* parameters, std::size_t size) {
  const std::unique_ptr<EVP_KDF, KdfDeleter> kdf(EVP_KDF_fetch(nullptr, name, nullptr));
  ensure(kdf != nullptr, "key derivation: OpenSSL knows the function");
  const std::unique_ptr<EVP_KDF_CTX, KdfDeleter> context(EVP_KDF_CTX_new(kdf.get()));
  ensure(context != nullptr, "key derivation: OpenSSL gives a context");
  Secret output = Secret::zeroes(size);
  ensure(EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(output.mutable_data()), size, parameters) == 1,
         "key derivation: OpenSSL derives the key");
  return output;
}

template <std::size_t N>
void put_le(std::array<std::byte, N>& to, std::size_t at, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) to[at + i] = static_cast<std::byte>(value >> (8 * i) & 0xff);
}

}  // namespace

Secret hkdf_sha512(const Secret& input, const std::byte* info, std::size_t info_size, std::size_t size) {
  const OSSL_PARAM parameters[] = {text(OSSL_KDF_PARAM_DIGEST, "SHA512"),
                                   octets(OSSL_KDF_PARAM_KEY, input.data(), input.size()),
                                   octets(OSSL_KDF_PARAM_INFO, info, info_size), OSSL_PARAM_construct_end()};
  return run_kdf("HKDF", parameters, size);
}

/// A MAC with its key; freeing it wipes the key.
struct KeyDeriver::Mac {
  std::unique_ptr<EVP_MAC_CTX, MacDeleter> context;
};

KeyDeriver::KeyDeriver(std::uint64_t seed) : mac_(std::make_unique<Mac>()) {
  std::array<std::byte, 8> input{};
  put_le(input, 0, seed, input.size());
  int mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY;
  const OSSL_PARAM extract[] = {text(OSSL_KDF_PARAM_DIGEST, "SHA512"), OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                                octets(OSSL_KDF_PARAM_KEY, input.data(), input.size()), OSSL_PARAM_construct_end()};
  const Secret extracted = run_kdf("HKDF", extract, Secret::max_size);

  const std::unique_ptr<EVP_MAC, MacDeleter> hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  ensure(hmac != nullptr, "key derivation: OpenSSL knows the function");
  mac_->context.reset(EVP_MAC_CTX_new(hmac.get()));
  ensure(mac_->context != nullptr, "key derivation: OpenSSL gives a context");
  const OSSL_PARAM digest[] = {text(OSSL_MAC_PARAM_DIGEST, "SHA512"), OSSL_PARAM_construct_end()};
  const auto* bytes = reinterpret_cast<const unsigned char*>(extracted.data());
  ensure(EVP_MAC_init(mac_->context.get(), bytes, extracted.size(), digest) == 1, "key derivation: OpenSSL takes the key");
}

KeyDeriver::~KeyDeriver() = default;

Secret KeyDeriver::key(std::uint32_t key_id) {
  // A key is as long as the digest: the first block of HKDF's expansion, whose number follows the info.
  constexpr std::string_view label = "icesim key";
  std::array<std::byte, label.size() + 4 + 1> message{};
  for (std::size_t i = 0; i < label.size(); ++i) message[i] = static_cast<std::byte>(label[i]);
  put_le(message, label.size(), key_id, 4);
  message.back() = std::byte{1};

  Secret output = Secret::zeroes(Secret::max_size);
  EVP_MAC_CTX* const mac = mac_->context.get();
  std::size_t written = 0;
  // Without a key, the one it has stays.
  ensure(EVP_MAC_init(mac, nullptr, 0, nullptr) == 1 &&
             EVP_MAC_update(mac, reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1 &&
             EVP_MAC_final(mac, reinterpret_cast<unsigned char*>(output.mutable_data()), &written, output.size()) == 1 &&
             written == output.size(),
         "key derivation: OpenSSL derives the key");
  return output;
}

namespace fscrypt {

Secret derive(const Secret& master, Context context, const std::byte* extra, std::size_t extra_size, std::size_t size) {
  constexpr std::string_view label{"fscrypt\0", 8};
  constexpr std::size_t max_extra = 17;
  ensure(extra_size <= max_extra, "fscrypt: at most a mode number and 16 bytes follow the context");
  std::array<std::byte, label.size() + 1 + max_extra> info{};
  for (std::size_t i = 0; i < label.size(); ++i) info[i] = static_cast<std::byte>(label[i]);
  info[label.size()] = static_cast<std::byte>(context);
  std::copy_n(extra, extra_size, info.begin() + label.size() + 1);
  return hkdf_sha512(master, info.data(), label.size() + 1 + extra_size, size);
}

namespace {

Identifier identifier(const Secret& from, Context context) {
  const Secret bytes = derive(from, context, nullptr, 0, 16);
  Identifier id{};
  std::copy_n(bytes.data(), id.size(), id.begin());
  return id;
}

Secret per_mode_key(const Secret& master, Context context, const Uuid& uuid, std::uint8_t mode) {
  std::array<std::byte, 17> extra{};
  extra[0] = static_cast<std::byte>(mode);
  std::copy(uuid.begin(), uuid.end(), extra.begin() + 1);
  return derive(master, context, extra.data(), extra.size(), 64);
}

}  // namespace

Identifier key_identifier(const Secret& master) { return identifier(master, Context::key_identifier); }
Identifier wrapped_key_identifier(const Secret& software_secret) {
  return identifier(software_secret, Context::wrapped_key_identifier);
}
Secret per_file_key(const Secret& master, const Nonce& nonce) {
  return derive(master, Context::per_file_key, nonce.data(), nonce.size(), 64);
}
Secret iv_ino_lblk_64_key(const Secret& master, const Uuid& uuid, std::uint8_t mode) {
  return per_mode_key(master, Context::iv_ino_lblk_64_key, uuid, mode);
}
Secret iv_ino_lblk_32_key(const Secret& master, const Uuid& uuid, std::uint8_t mode) {
  return per_mode_key(master, Context::iv_ino_lblk_32_key, uuid, mode);
}
Secret inode_hash_key(const Secret& master) { return derive(master, Context::inode_hash_key, nullptr, 0, 16); }

Dun iv_ino_lblk_32_dun(const Secret& hash_key, std::uint64_t inode, std::uint32_t index) {
  return Dun{(siphash_24(hash_key, inode) + index) & 0xffffffffu};
}

}  // namespace fscrypt

std::uint64_t siphash_24(const Secret& key, std::uint64_t number) {
  ensure(key.size() == 16, "SipHash: the key has 16 bytes");
  const auto load = [&](std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 8; i > 0; --i) value = value << 8 | std::to_integer<std::uint64_t>(key.data()[at + i - 1]);
    return value;
  };
  const std::uint64_t k0 = load(0);
  const std::uint64_t k1 = load(8);
  // The initial words spell "somepseudorandomlygeneratedbytes".
  std::uint64_t v0 = 0x736f6d6570736575 ^ k0;
  std::uint64_t v1 = 0x646f72616e646f6d ^ k1;
  std::uint64_t v2 = 0x6c7967656e657261 ^ k0;
  std::uint64_t v3 = 0x7465646279746573 ^ k1;
  const auto rotate = [](std::uint64_t value, int by) { return value << by | value >> (64 - by); };
  const auto rounds = [&](int count) {
    for (; count > 0; --count) {
      v0 += v1;
      v1 = rotate(v1, 13) ^ v0;
      v0 = rotate(v0, 32);
      v2 += v3;
      v3 = rotate(v3, 16) ^ v2;
      v0 += v3;
      v3 = rotate(v3, 21) ^ v0;
      v2 += v1;
      v1 = rotate(v1, 17) ^ v2;
      v2 = rotate(v2, 32);
    }
  };
  const auto absorb = [&](std::uint64_t word) {
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  };
  absorb(number);
  absorb(std::uint64_t{8} << 56);  // the length, in the top byte of the last word
  v2 ^= 0xff;
  rounds(4);
  return v0 ^ v1 ^ v2 ^ v3;
}

namespace hardware_wrapped {

namespace {

/// OpenSSL's KBKDF feeds BE32(i) || label || 00 || context || BE32(bits), which is what the hardware does.
Secret counter_kdf(const Secret& master, const std::string& context, std::size_t size) {
  constexpr std::string_view label{"\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00\x20", 11};
  ensure(master.size() == 32, "hardware-wrapped: the master key has 32 bytes");
  const OSSL_PARAM parameters[] = {text(OSSL_KDF_PARAM_MODE, "COUNTER"),
                                   text(OSSL_KDF_PARAM_MAC, "CMAC"),
                                   text(OSSL_KDF_PARAM_CIPHER, "AES-256-CBC"),
                                   octets(OSSL_KDF_PARAM_KEY, master.data(), master.size()),
                                   octets(OSSL_KDF_PARAM_SALT, label.data(), label.size()),
                                   octets(OSSL_KDF_PARAM_INFO, context.data(), context.size()),
                                   OSSL_PARAM_construct_end()};
  return run_kdf("KBKDF", parameters, size);
}

std::string context_of(std::string_view name, std::string_view policy) {
  return std::string(name) + std::string(policy);
}

}  // namespace

Secret inline_key(const Secret& master) {
  constexpr std::string_view zeroes_and_policy{"\0\0\0\0\0\0\x02\x43\x00\x82\x50\x00\x00\x00\x00", 15};
  return counter_kdf(master, context_of("inline encryption key", zeroes_and_policy), 64);
}

Secret software_secret(const Secret& master) {
  constexpr std::string_view zeroes_and_policy{"\0\0\0\0\0\0\0\0\0\x02\x17\x00\x80\x50\x00\x00\x00\x00", 18};
  return counter_kdf(master, context_of("raw secret", zeroes_and_policy), 32);
}

}  // namespace hardware_wrapped

}  // namespace icesim
