// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/secret.hpp"

#include "icesim/base/error.hpp"

#include <cstring>
#include <openssl/crypto.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace icesim {

Secret::Secret(const std::byte* bytes, std::size_t size) : size_(size) {
  ensure(size <= max_size, "Secret: at most 64 bytes");
  if (size != 0) std::memcpy(bytes_.data(), bytes, size);
}

Secret::~Secret() { wipe(); }

Secret::Secret(Secret&& other) noexcept : bytes_(other.bytes_), size_(other.size_) { other.wipe(); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    bytes_ = other.bytes_;
    size_ = other.size_;
    other.wipe();
  }
  return *this;
}

Secret Secret::zeroes(std::size_t size) {
  ensure(size <= max_size, "Secret: at most 64 bytes");
  Secret secret;
  secret.size_ = size;
  return secret;
}

bool Secret::equals(const Secret& other) const {
  return size_ == other.size_ && CRYPTO_memcmp(bytes_.data(), other.bytes_.data(), size_) == 0;
}

void Secret::wipe() {
  icesim::wipe(bytes_.data(), bytes_.size());
  size_ = 0;
}

void wipe(void* memory, std::size_t size) { OPENSSL_cleanse(memory, size); }

bool forbid_core_dumps() {
  const rlimit none{0, 0};
  // The limit alone does not stop a core handler that the kernel pipes to.
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && setrlimit(RLIMIT_CORE, &none) == 0;
}

}  // namespace icesim
