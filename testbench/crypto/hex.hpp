// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <openssl/evp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace icesim::test {

using ByteString = std::vector<std::byte>;

inline int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  throw std::invalid_argument(std::string("no hex digit: ") + c);
}

/// Bytes of a hex string; blanks between them are allowed.
inline ByteString from_hex(std::string_view text) {
  ByteString bytes;
  int high = -1;
  for (const char c : text) {
    if (c == ' ') continue;
    if (high < 0) {
      high = nibble(c);
    } else {
      bytes.push_back(static_cast<std::byte>(high << 4 | nibble(c)));
      high = -1;
    }
  }
  if (high >= 0) throw std::invalid_argument("half a byte of hex");
  return bytes;
}

inline std::string to_hex(const std::byte* from, std::size_t size) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += digits[std::to_integer<std::size_t>(from[i] >> 4)];
    text += digits[std::to_integer<std::size_t>(from[i] & std::byte{15})];
  }
  return text;
}
inline std::string to_hex(const ByteString& bytes) { return to_hex(bytes.data(), bytes.size()); }

inline std::string sha256(const ByteString& bytes) {
  std::byte digest[32];
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest), nullptr, EVP_sha256(),
                 nullptr) != 1) {
    throw std::runtime_error("OpenSSL gives no SHA-256");
  }
  return to_hex(digest, sizeof digest);
}

/// first, first + 1, ... modulo 256.
inline ByteString counting(std::size_t size, unsigned first = 0) {
  ByteString bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>((first + i) & 0xff);
  return bytes;
}

}  // namespace icesim::test
