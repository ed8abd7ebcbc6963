// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <systemc>
#include <vector>

namespace icesim::twin {

/// The 16 bytes on a 128-bit port, in the order of FIPS 197.
struct AesBlock {
  std::array<std::uint8_t, 16> bytes{};

  friend bool operator==(const AesBlock& a, const AesBlock& b) { return a.bytes == b.bytes; }
  friend AesBlock operator^(AesBlock a, const AesBlock& b) {
    for (std::size_t i = 0; i < a.bytes.size(); ++i) a.bytes[i] = static_cast<std::uint8_t>(a.bytes[i] ^ b.bytes[i]);
    return a;
  }
  friend std::ostream& operator<<(std::ostream& out, const AesBlock& block) { return out << block.hex(); }
  /// Lets waves show the block as two 64-bit numbers, first byte uppermost.
  friend void sc_trace(sc_core::sc_trace_file* file, const AesBlock& block, const std::string& name) {
    for (std::size_t i = 0; i < block.bytes.size(); ++i) {
      sc_core::sc_trace(file, block.bytes[i], name + "_" + std::to_string(i), 8);
    }
  }

  std::string hex() const;
};

/// The block times alpha in GF(2^128), as IEEE 1619 orders its bits: byte 0 holds the lowest powers.
AesBlock times_alpha(AesBlock block);

/// The block plus one as a 128-bit little-endian number: the next data unit's number.
AesBlock next_number(AesBlock block);

/// The AES block function of one key, from OpenSSL.
class AesCipher {
 public:
  /// Takes 16 or 32 bytes.
  AesCipher(const std::uint8_t* key, std::size_t bytes);
  ~AesCipher();

  AesBlock encrypt(const AesBlock& in);
  AesBlock decrypt(const AesBlock& in);

 private:
  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
};

}  // namespace icesim::twin
