// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/utrd.hpp"

#include <array>

/// PRDT entries of 128 bytes, each of which says how the page behind it is encrypted, little-endian but where it says
/// otherwise.
namespace icesim {

/// Which PRDT entries a controller reads.
enum class PrdtFormat : std::uint8_t {
  standard,  ///< 16 bytes: an address and a length [ufshci-descriptors]
  fmp,       ///< with data unit number and key [exynos-fmp]
  kdn        ///< with data unit number and keyslot [tensor-kdn]
};

/// Bytes of an entry.
constexpr std::size_t entry_size(PrdtFormat format) { return format == PrdtFormat::standard ? PrdtEntry::size : 128; }

/// A data unit number of 128 bits.
struct LongDun {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  constexpr void advance() { high += ++low == 0 ? 1 : 0; }
};
constexpr bool operator==(const LongDun& a, const LongDun& b) { return a.low == b.low && a.high == b.high; }

/// What an entry of 128 bytes says of its page, beside where it lies.
struct PageCrypto {
  static constexpr Bytes page{4096};
  static constexpr std::size_t key_size = 64;

  bool encrypted = false;
  LongDun dun;
  std::array<std::byte, key_size> key{};  ///< AES-256-XTS: key of the data, key of the tweak
  Keyslot keyslot{};                      ///< in its place where there are some
};

/// Entry of Exynos' flash memory protector: bits 29:28 of DW3 are the algorithm (0 none, 2 AES-XTS), bits 27:26 the
/// length of the key (1: 256 bits); bytes 16 to 31 the number, big-endian; bytes 32 to 63 the key of the data and 64 to
/// 95 that of the tweak, each with all of its bytes in reverse; the rest is for the encryption of the whole disk, or
/// reserved [exynos-fmp].
namespace fmp {
inline constexpr std::uint32_t xts_256 = 2u << 28 | 1u << 26;
inline constexpr std::size_t dun_offset = 16, data_key_offset = 32, tweak_key_offset = 64, half_key = 32;

constexpr void encode(std::byte* to, const PrdtEntry& entry, const PageCrypto& page) {
  for (std::size_t i = 0; i < entry_size(PrdtFormat::fmp); ++i) to[i] = std::byte{0};
  entry.encode(to);
  if (!page.encrypted) return;
  store_le32(to + 12, load_le32(to + 12) | xts_256);
  for (std::size_t i = 0; i < 8; ++i) {
    to[dun_offset + i] = static_cast<std::byte>(page.dun.high >> (56 - 8 * i) & 0xff);
    to[dun_offset + 8 + i] = static_cast<std::byte>(page.dun.low >> (56 - 8 * i) & 0xff);
  }
  for (std::size_t i = 0; i < half_key; ++i) {
    to[data_key_offset + i] = page.key[half_key - 1 - i];
    to[tweak_key_offset + i] = page.key[2 * half_key - 1 - i];
  }
}

/// Takes an entry apart; the algorithm and the length of the key that are none of those above stay in `entry`, which is
/// not valid then. A page is encrypted as a whole, so an entry of another length is not valid either.
constexpr PageCrypto decode(const std::byte* from, PrdtEntry& entry) {
  PageCrypto page;
  entry = PrdtEntry::decode(from);
  page.encrypted = entry.reserved >> 32 == xts_256 && entry.byte_count == PageCrypto::page;
  if (!page.encrypted) return page;
  entry.reserved &= 0xffffffff;
  for (std::size_t i = 0; i < 8; ++i) {
    page.dun.high = page.dun.high << 8 | load_u8(from + dun_offset + i);
    page.dun.low = page.dun.low << 8 | load_u8(from + dun_offset + 8 + i);
  }
  for (std::size_t i = 0; i < half_key; ++i) {
    page.key[half_key - 1 - i] = from[data_key_offset + i];
    page.key[2 * half_key - 1 - i] = from[tweak_key_offset + i];
  }
  return page;
}
}  // namespace fmp

/// Entry of Google Tensor's: bit 31 of DW3 enables the encryption, bits 25:18 are the keyslot, bytes 16 to 31 the
/// number, big-endian; the rest is reserved [tensor-kdn].
namespace kdn {
inline constexpr std::uint32_t enable = 1u << 31;
inline constexpr std::uint32_t keyslot_shift = 18, keyslot_mask = 0xff;

constexpr void encode(std::byte* to, const PrdtEntry& entry, const PageCrypto& page) {
  for (std::size_t i = 0; i < entry_size(PrdtFormat::kdn); ++i) to[i] = std::byte{0};
  entry.encode(to);
  if (!page.encrypted) return;
  if (page.keyslot.n > keyslot_mask) throw_bug("kdn: a keyslot has 8 bits");
  store_le32(to + 12, load_le32(to + 12) | enable | static_cast<std::uint32_t>(page.keyslot.n) << keyslot_shift);
  store_be(to + fmp::dun_offset, 8, page.dun.high);
  store_be(to + fmp::dun_offset + 8, 8, page.dun.low);
}

/// Takes an entry apart; where it is not a whole page that is encrypted, what does not belong to the standard's stays in
/// `entry`, which is not valid then.
constexpr PageCrypto decode(const std::byte* from, PrdtEntry& entry) {
  PageCrypto page;
  entry = PrdtEntry::decode(from);
  const auto bits = static_cast<std::uint32_t>(entry.reserved >> 32);
  constexpr std::uint32_t known = enable | keyslot_mask << keyslot_shift;
  page.encrypted = (bits & enable) != 0 && (bits & ~known) == 0 && entry.byte_count == PageCrypto::page;
  if (!page.encrypted) return page;
  entry.reserved &= 0xffffffff;
  page.keyslot = Keyslot{bits >> keyslot_shift & keyslot_mask};
  page.dun.high = load_be(from + fmp::dun_offset, 8);
  page.dun.low = load_be(from + fmp::dun_offset + 8, 8);
  return page;
}
}  // namespace kdn

/// An entry of 128 bytes in the format that a controller reads.
constexpr PageCrypto decode_page(PrdtFormat format, const std::byte* from, PrdtEntry& entry) {
  return format == PrdtFormat::fmp ? fmp::decode(from, entry) : kdn::decode(from, entry);
}
constexpr void encode_page(PrdtFormat format, std::byte* to, const PrdtEntry& entry, const PageCrypto& page) {
  format == PrdtFormat::fmp ? fmp::encode(to, entry, page) : kdn::encode(to, entry, page);
}

}  // namespace icesim
