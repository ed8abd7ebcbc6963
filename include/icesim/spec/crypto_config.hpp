// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/base/units.hpp"
#include "icesim/spec/bytes.hpp"
#include "icesim/spec/ufshci.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

/// Crypto capability, capabilities and configurations of the keyslots [ufshci-crypto].
namespace icesim {

enum class CryptoAlgorithm : std::uint8_t { aes_xts = 0, bitlocker_aes_cbc = 1, aes_ecb = 2, essiv_aes_cbc = 3 };

enum class CryptoKeySize : std::uint8_t { bits_128 = 1, bits_192 = 2, bits_256 = 3, bits_512 = 4 };

/// Bytes of one AES key of that size; AES-XTS holds two of them. 0: unknown code.
constexpr std::size_t key_bytes(CryptoKeySize size) {
  switch (size) {
    case CryptoKeySize::bits_128:
      return 16;
    case CryptoKeySize::bits_192:
      return 24;
    case CryptoKeySize::bits_256:
      return 32;
    case CryptoKeySize::bits_512:
      return 64;
  }
  return 0;
}

/// Mask of a data unit size, as in DUSIZE and SDUSB: size / 512. 0: not a power of two from 512 B to 64 KiB.
constexpr std::uint8_t data_unit_mask(Bytes size) {
  const bool allowed = size.n >= 512 && size.n <= 65536 && (size.n & (size.n - 1)) == 0;
  return static_cast<std::uint8_t>(allowed ? size.n / 512 : 0);
}
/// Data unit size of a one-hot mask. 0: the mask is not one-hot.
constexpr Bytes data_unit_size(std::uint8_t mask) {
  return Bytes{mask != 0 && (mask & (mask - 1)) == 0 ? std::uint64_t{mask} * 512 : 0};
}

/// Register CCAP; counts are numbers, not "minus 1".
struct CryptoCapabilities {
  std::uint32_t capabilities = 1;     ///< x-CRYPTOCAP entries, 0..255
  std::uint32_t keyslots = 32;        ///< 1..256
  std::uint32_t config_pointer = 16;  ///< byte offset of x-CRYPTOCFG / 100h, 0..255

  constexpr std::uint32_t encode() const {
    return CCAP::CC.put(capabilities) | CCAP::CFGC.put(keyslots - 1) | CCAP::CFGPTR.put(config_pointer);
  }
  static constexpr CryptoCapabilities decode(std::uint32_t ccap) {
    return {CCAP::CC.of(ccap), CCAP::CFGC.of(ccap) + 1, CCAP::CFGPTR.of(ccap)};
  }
  constexpr std::uint32_t config_offset() const { return config_pointer * 0x100; }
};

/// Word of the x-CRYPTOCAP array: one algorithm with one key size.
struct CryptoCapability {
  CryptoAlgorithm algorithm = CryptoAlgorithm::aes_xts;
  std::uint8_t data_units = 0x08;  ///< SDUSB: bit i set: 512 << i bytes are supported
  CryptoKeySize key_size = CryptoKeySize::bits_256;

  constexpr std::uint32_t encode() const {
    return static_cast<std::uint32_t>(algorithm) | std::uint32_t{data_units} << 8 |
           static_cast<std::uint32_t>(key_size) << 16;
  }
  static constexpr CryptoCapability decode(std::uint32_t word) {
    return {static_cast<CryptoAlgorithm>(word & 0xff), static_cast<std::uint8_t>(word >> 8 & 0xff),
            static_cast<CryptoKeySize>(word >> 16 & 0xff)};
  }
};

/// Byte offset of x-CRYPTOCAP entry `index`.
constexpr std::uint32_t crypto_capability_offset(std::uint32_t index) {
  return static_cast<std::uint32_t>(Reg::CRYPTOCAP0) + 4 * index;
}

/// Word 16 of an x-CRYPTOCFG entry: what the key is for and whether it may be used.
struct CryptoConfigWord {
  std::uint8_t data_unit = 0;         ///< DUSIZE, one-hot, size / 512
  std::uint8_t capability_index = 0;  ///< CAPIDX
  bool enabled = false;               ///< CFGE

  constexpr std::uint32_t encode() const {
    return std::uint32_t{data_unit} | std::uint32_t{capability_index} << 8 | std::uint32_t{enabled} << 31;
  }
  static constexpr CryptoConfigWord decode(std::uint32_t word) {
    return {static_cast<std::uint8_t>(word & 0xff), static_cast<std::uint8_t>(word >> 8 & 0xff), word >> 31 != 0};
  }
};

/// One x-CRYPTOCFG entry as 32 words: key in words 0..15, configuration in 16, vendor fields in 17. A value-initialised
/// one evicts. It holds a key: never print it and call `wipe` when done (the array has no destructor on purpose, so
/// that it can be copied to a bus).
struct CryptoConfig {
  static constexpr std::size_t word_count = 32;
  static constexpr std::size_t size = 4 * word_count;
  static constexpr std::size_t key_size = 64;
  /// Byte offset of the tweak key in the key field, whatever the size of the keys.
  static constexpr std::size_t tweak_key_offset = 32;
  static constexpr std::size_t config_word = 16;

  std::array<std::uint32_t, word_count> words{};

  constexpr CryptoConfigWord config() const { return CryptoConfigWord::decode(words[config_word]); }
  constexpr void set_config(CryptoConfigWord word) { words[config_word] = word.encode(); }

  /// Lays out an AES-XTS key (32 or 64 bytes, data half then tweak half) in words 0..15.
  constexpr void set_xts_key(const std::byte* key, std::size_t length) {
    if (length != 32 && length != 64) throw_bug("CryptoConfig: an AES-XTS key has 32 or 64 bytes");
    for (std::size_t i = 0; i < 16; ++i) words[i] = 0;
    const std::size_t half = length / 2;
    for (std::size_t i = 0; i < half; i += 4) {
      words[i / 4] = load_le32(key + i);
      words[(tweak_key_offset + i) / 4] = load_le32(key + half + i);
    }
  }
  /// Takes an AES-XTS key of 32 or 64 bytes back out of words 0..15.
  constexpr void get_xts_key(std::byte* key, std::size_t length) const {
    if (length != 32 && length != 64) throw_bug("CryptoConfig: an AES-XTS key has 32 or 64 bytes");
    const std::size_t half = length / 2;
    for (std::size_t i = 0; i < half; i += 4) {
      store_le32(key + i, words[i / 4]);
      store_le32(key + half + i, words[(tweak_key_offset + i) / 4]);
    }
  }

  constexpr void encode(std::byte* to) const {
    for (std::size_t i = 0; i < word_count; ++i) store_le32(to + 4 * i, words[i]);
  }
  static constexpr CryptoConfig decode(const std::byte* from) {
    CryptoConfig entry;
    for (std::size_t i = 0; i < word_count; ++i) entry.words[i] = load_le32(from + 4 * i);
    return entry;
  }
  /// Overwrites all words; the compiler may not leave it out.
  void wipe();
};

/// One MMIO write of a programming sequence; `offset` is in bytes from the start of the entry.
struct CryptoConfigWrite {
  std::uint32_t offset = 0;
  std::uint32_t value = 0;
};

inline constexpr std::size_t program_writes = 19;

/// Write number `step` (0..18) that programs `entry`: word 16 <- 0, words 0..15, word 17, word 16. Evicting is
/// programming a value-initialised entry.
constexpr CryptoConfigWrite program_write(const CryptoConfig& entry, std::size_t step) {
  if (step >= program_writes) throw_bug("program_write: step 0..18");
  if (step == 0) return {4 * CryptoConfig::config_word, 0};
  const std::size_t word = step <= 16 ? step - 1 : step == 17 ? 17 : CryptoConfig::config_word;
  return {static_cast<std::uint32_t>(4 * word), entry.words[word]};
}

/// Byte offset of the x-CRYPTOCFG entry of a keyslot.
constexpr std::uint32_t crypto_config_offset(const CryptoCapabilities& ccap, Keyslot keyslot) {
  return ccap.config_offset() + static_cast<std::uint32_t>(keyslot.n * CryptoConfig::size);
}

namespace CRYPTOCAP {
inline constexpr Field ALGID{"ALGID", 7, 0, "Algorithm: 0 AES-XTS, 1 Bitlocker-AES-CBC, 2 AES-ECB, 3 ESSIV-AES-CBC"};
inline constexpr Field SDUSB{"SDUSB", 15, 8, "Bit i set: data units of 512 << i bytes are supported"};
inline constexpr Field KS{"KS", 23, 16, "Key size: 1 128 bits, 2 192, 3 256, 4 512"};
inline constexpr std::array fields{ALGID, SDUSB, KS};
}  // namespace CRYPTOCAP

namespace CRYPTOCFG {
inline constexpr Field DUSIZE{"DUSIZE", 7, 0, "Data unit size / 512, one-hot"};
inline constexpr Field CAPIDX{"CAPIDX", 15, 8, "Index of the x-CRYPTOCAP entry"};
inline constexpr Field CFGE = bit("CFGE", 31, "The configuration may be used");
inline constexpr Field MULTIHOST{"MULTIHOST", 7, 0, "Multi-host identifier"};
inline constexpr Field VSB{"VSB", 31, 16, "Vendor specific"};
inline constexpr std::array config_fields{DUSIZE, CAPIDX, CFGE};
inline constexpr std::array vendor_fields{MULTIHOST, VSB};
}  // namespace CRYPTOCFG

namespace detail {
inline constexpr std::array crypto_capability_words{Register{0, "CRYPTOCAP", Access::read_only, 0,
                                                             "Algorithm, data unit sizes and key size",
                                                             CRYPTOCAP::fields.data(), CRYPTOCAP::fields.size()}};
inline constexpr std::array crypto_config_words{
    Register{0x00, "CRYPTOKEY", Access::write_only, 0, "Key, words 0 to 15", nullptr, 0},
    Register{0x40, "CRYPTOCFG", Access::read_write, 0, "Configuration, word 16; written last",
             CRYPTOCFG::config_fields.data(), CRYPTOCFG::config_fields.size()},
    Register{0x44, "VENDOR", Access::read_write, 0, "Vendor fields, word 17", CRYPTOCFG::vendor_fields.data(),
             CRYPTOCFG::vendor_fields.size()}};
}  // namespace detail

/// The two arrays of the crypto interface.
inline constexpr std::array crypto_register_arrays{
    RegisterArray{"x-CRYPTOCAP", "104h", 4, "CCAP.CC", Access::read_only, "Algorithms the engine supports",
                  detail::crypto_capability_words.data(), detail::crypto_capability_words.size()},
    RegisterArray{"x-CRYPTOCFG", "CCAP.CFGPTR x 100h", CryptoConfig::size, "CCAP.CFGC + 1", Access::read_write,
                  "Keyslots", detail::crypto_config_words.data(), detail::crypto_config_words.size()}};

}  // namespace icesim
