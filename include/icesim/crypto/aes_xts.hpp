// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/crypto/secret.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace icesim {

enum class CryptDirection : std::uint8_t { encrypt, decrypt };

/// AES-XTS of one key with a kept key schedule [ice-data-units]. The tweak of a data unit is its number as 128-bit
/// little-endian. Lengths are multiples of 16 bytes, `in` may equal `out`, nothing is allocated for a call.
/// Weak keys (data half equals tweak half) work, as in hardware [ice-weak-keys]. Not for use by two threads at once.
class AesXts {
 public:
  using Tweak = std::array<std::byte, 16>;
  static constexpr std::size_t block = 16;

  /// Takes 32 bytes (AES-128) or 64 (AES-256): data key, then tweak key. Throws Bug on another length.
  AesXts(const std::byte* key, std::size_t length);
  explicit AesXts(const Secret& key) : AesXts(key.data(), key.size()) {}
  ~AesXts();
  AesXts(AesXts&&) noexcept;
  AesXts& operator=(AesXts&&) noexcept;

  /// Replaces the key without new contexts; as the constructor.
  void set_key(const std::byte* key, std::size_t length);

  /// One whole data unit of `length` bytes.
  void encrypt(Dun dun, const std::byte* in, std::byte* out, std::size_t length) {
    crypt(CryptDirection::encrypt, dun, 0, in, out, length);
  }
  void decrypt(Dun dun, const std::byte* in, std::byte* out, std::size_t length) {
    crypt(CryptDirection::decrypt, dun, 0, in, out, length);
  }
  /// Part of a data unit that starts at its 16-byte block `first_block`.
  void crypt(CryptDirection direction, Dun dun, std::uint64_t first_block, const std::byte* in, std::byte* out,
             std::size_t length);
  /// The same with a tweak of all 128 bits, for vectors and for engines with wider numbers.
  void crypt(CryptDirection direction, const Tweak& tweak, std::uint64_t first_block, const std::byte* in,
             std::byte* out, std::size_t length);
  /// A range of a request: its first data unit has the number `dun` and units of `data_unit` bytes, and the bytes start
  /// `offset` bytes into the request. Offset, data unit and length are multiples of 16 bytes. The number wraps at 2^64.
  void crypt_range(CryptDirection direction, Dun dun, Bytes data_unit, Bytes offset, const std::byte* in,
                   std::byte* out, std::size_t length);

 private:
  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
};

/// Number as the 128-bit little-endian tweak.
AesXts::Tweak tweak_of(Dun dun);

/// Multiplies an encrypted tweak by alpha (x in GF(2^128) with x^128 + x^7 + x^2 + x + 1), little-endian.
void multiply_by_alpha(AesXts::Tweak& tweak);
/// Multiplies by alpha^power in power / 64 steps.
void multiply_by_alpha(AesXts::Tweak& tweak, std::uint64_t power);

}  // namespace icesim
