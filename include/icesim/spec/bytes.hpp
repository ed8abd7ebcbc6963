// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace icesim {

/// Reads `size` bytes as a little-endian number (registers, UTRD, PRDT).
constexpr std::uint64_t load_le(const std::byte* from, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = (value << 8) | std::to_integer<std::uint64_t>(from[i - 1]);
  return value;
}

/// Reads `size` bytes as a big-endian number (UPIU, SCSI, query descriptors).
constexpr std::uint64_t load_be(const std::byte* from, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = (value << 8) | std::to_integer<std::uint64_t>(from[i]);
  return value;
}

/// Writes the low `size` bytes of `value`, lowest first.
constexpr void store_le(std::byte* to, std::size_t size, std::uint64_t value) {
  for (std::size_t i = 0; i < size; ++i, value >>= 8) to[i] = static_cast<std::byte>(value & 0xff);
}

/// Writes the low `size` bytes of `value`, highest first.
constexpr void store_be(std::byte* to, std::size_t size, std::uint64_t value) {
  for (std::size_t i = size; i > 0; --i, value >>= 8) to[i - 1] = static_cast<std::byte>(value & 0xff);
}

/// Overwrites a key that nobody reads any more; the compiler may not leave it out.
inline void wipe_bytes(void* bytes, std::size_t size) {
  for (auto* at = static_cast<volatile std::byte*>(bytes); size > 0; --size, ++at) *at = std::byte{0};
}

namespace detail {
/// True where a little-endian number is copied in one piece: compilers join single bytes to one access only sometimes.
constexpr bool by_copy() { return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && !__builtin_is_constant_evaluated(); }

template <class Number>
Number copy_from(const std::byte* p) {
  Number value;
  std::memcpy(&value, p, sizeof value);
  return value;
}
template <class Number>
void copy_to(std::byte* p, Number value) {
  std::memcpy(p, &value, sizeof value);
}
}  // namespace detail

// Written out, so that compilers make one instruction of each.
constexpr std::uint8_t load_u8(const std::byte* from) { return std::to_integer<std::uint8_t>(*from); }
constexpr std::uint16_t load_le16(const std::byte* p) {
  return static_cast<std::uint16_t>(load_u8(p) | load_u8(p + 1) << 8);
}
constexpr std::uint32_t load_le32(const std::byte* p) {
  if (detail::by_copy()) return detail::copy_from<std::uint32_t>(p);
  return std::uint32_t{load_u8(p)} | std::uint32_t{load_u8(p + 1)} << 8 | std::uint32_t{load_u8(p + 2)} << 16 |
         std::uint32_t{load_u8(p + 3)} << 24;
}
constexpr std::uint64_t load_le64(const std::byte* p) {
  if (detail::by_copy()) return detail::copy_from<std::uint64_t>(p);
  return std::uint64_t{load_le32(p)} | std::uint64_t{load_le32(p + 4)} << 32;
}
constexpr std::uint16_t load_be16(const std::byte* p) {
  return static_cast<std::uint16_t>(load_u8(p) << 8 | load_u8(p + 1));
}
constexpr std::uint32_t load_be32(const std::byte* p) {
  return std::uint32_t{load_u8(p)} << 24 | std::uint32_t{load_u8(p + 1)} << 16 | std::uint32_t{load_u8(p + 2)} << 8 |
         std::uint32_t{load_u8(p + 3)};
}
constexpr std::uint64_t load_be64(const std::byte* p) {
  return std::uint64_t{load_be32(p)} << 32 | std::uint64_t{load_be32(p + 4)};
}
constexpr void store_u8(std::byte* to, std::uint8_t value) { *to = static_cast<std::byte>(value); }
constexpr void store_le16(std::byte* p, std::uint16_t value) {
  store_u8(p, static_cast<std::uint8_t>(value));
  store_u8(p + 1, static_cast<std::uint8_t>(value >> 8));
}
constexpr void store_le32(std::byte* p, std::uint32_t value) {
  if (detail::by_copy()) return detail::copy_to(p, value);
  store_u8(p, static_cast<std::uint8_t>(value));
  store_u8(p + 1, static_cast<std::uint8_t>(value >> 8));
  store_u8(p + 2, static_cast<std::uint8_t>(value >> 16));
  store_u8(p + 3, static_cast<std::uint8_t>(value >> 24));
}
constexpr void store_le64(std::byte* p, std::uint64_t value) {
  if (detail::by_copy()) return detail::copy_to(p, value);
  store_le32(p, static_cast<std::uint32_t>(value));
  store_le32(p + 4, static_cast<std::uint32_t>(value >> 32));
}
constexpr void store_be16(std::byte* p, std::uint16_t value) {
  store_u8(p, static_cast<std::uint8_t>(value >> 8));
  store_u8(p + 1, static_cast<std::uint8_t>(value));
}
constexpr void store_be32(std::byte* p, std::uint32_t value) {
  store_u8(p, static_cast<std::uint8_t>(value >> 24));
  store_u8(p + 1, static_cast<std::uint8_t>(value >> 16));
  store_u8(p + 2, static_cast<std::uint8_t>(value >> 8));
  store_u8(p + 3, static_cast<std::uint8_t>(value));
}
constexpr void store_be64(std::byte* p, std::uint64_t value) {
  store_be32(p, static_cast<std::uint32_t>(value >> 32));
  store_be32(p + 4, static_cast<std::uint32_t>(value));
}

}  // namespace icesim
