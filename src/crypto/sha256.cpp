// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/sha256.hpp"

#include "icesim/base/error.hpp"

#include <openssl/evp.h>

namespace icesim {

struct Sha256::Context {
  EVP_MD_CTX* md = EVP_MD_CTX_new();
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(md); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  ensure(context_->md != nullptr && EVP_DigestInit_ex(context_->md, EVP_sha256(), nullptr) == 1, "OpenSSL has SHA-256");
}
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  ensure(EVP_DigestUpdate(context_->md, bytes.data(), bytes.size()) == 1, "OpenSSL takes bytes for SHA-256");
}

std::string Sha256::hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  ensure(EVP_DigestFinal_ex(context_->md, digest, &size) == 1, "OpenSSL ends a SHA-256");
  std::string text;
  for (unsigned i = 0; i < size; ++i)
    text.append({"0123456789abcdef"[digest[i] >> 4], "0123456789abcdef"[digest[i] & 15]});
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 sha;
  sha.add(bytes);
  return sha.hex();
}

}  // namespace icesim
