// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/crypto/secret.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace icesim {

/// HKDF-SHA512 without salt: `size` bytes (at most 64) from `input` under `info`.
Secret hkdf_sha512(const Secret& input, const std::byte* info, std::size_t info_size, std::size_t size);

/// The keys of a run with `seed`. The seed is extracted once and each key expanded from it: what takes OpenSSL most of the
/// time of a derivation is to find its functions and to set them up. OpenSSL keeps the extracted key, and wipes it.
class KeyDeriver {
 public:
  explicit KeyDeriver(std::uint64_t seed);
  ~KeyDeriver();

  /// Key (64 bytes, AES-256-XTS) of a 32-bit key id: HKDF-SHA512 of the seed as 8 bytes little-endian, info "icesim key"
  /// followed by the id as 4 bytes little-endian. The same on every machine.
  Secret key(std::uint32_t key_id);

 private:
  struct Mac;
  std::unique_ptr<Mac> mac_;
};

/// One key of a run with `seed`.
inline Secret derive_key(std::uint64_t seed, std::uint32_t key_id) { return KeyDeriver(seed).key(key_id); }

/// Derivations of fscrypt [linux-fscrypt]: HKDF-SHA512 of the master key, info "fscrypt\0", context byte, extra bytes.
namespace fscrypt {

enum class Context : std::uint8_t {
  key_identifier = 1,
  per_file_key = 2,
  direct_key = 3,
  iv_ino_lblk_64_key = 4,
  directory_hash_key = 5,
  iv_ino_lblk_32_key = 6,
  inode_hash_key = 7,
  wrapped_key_identifier = 8,
};

/// Mode number of AES-256-XTS.
inline constexpr std::uint8_t mode_aes_256_xts = 1;

using Nonce = std::array<std::byte, 16>;
using Uuid = std::array<std::byte, 16>;
using Identifier = std::array<std::byte, 16>;

Secret derive(const Secret& master, Context context, const std::byte* extra, std::size_t extra_size, std::size_t size);
Identifier key_identifier(const Secret& master);
/// Identifier of a hardware-wrapped key, from its software secret.
Identifier wrapped_key_identifier(const Secret& software_secret);
/// Contents key of one file (default policy), 64 bytes.
Secret per_file_key(const Secret& master, const Nonce& nonce);
/// Contents key of all files of a file system, 64 bytes.
Secret iv_ino_lblk_64_key(const Secret& master, const Uuid& uuid, std::uint8_t mode = mode_aes_256_xts);
Secret iv_ino_lblk_32_key(const Secret& master, const Uuid& uuid, std::uint8_t mode = mode_aes_256_xts);
/// Key of the inode hash, 16 bytes.
Secret inode_hash_key(const Secret& master);

/// DUN of data unit `index` of a file.
constexpr Dun per_file_dun(std::uint64_t index) { return Dun{index}; }
constexpr Dun iv_ino_lblk_64_dun(std::uint32_t inode, std::uint32_t index) {
  return Dun{std::uint64_t{inode} << 32 | index};
}
/// Wraps at 2^32.
Dun iv_ino_lblk_32_dun(const Secret& hash_key, std::uint64_t inode, std::uint32_t index);

}  // namespace fscrypt

/// SipHash-2-4 of a 64-bit number, under a key of 16 bytes.
std::uint64_t siphash_24(const Secret& key, std::uint64_t number);

/// Derivations that hardware does inside for hardware-wrapped keys [linux-wrapped-keys]: NIST SP 800-108 in counter
/// mode over AES-256-CMAC of a 32-byte master key.
namespace hardware_wrapped {

Secret inline_key(const Secret& master);
Secret software_secret(const Secret& master);

}  // namespace hardware_wrapped

}  // namespace icesim
