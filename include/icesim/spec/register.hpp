// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace icesim {

/// What the bus may do to a register.
enum class Access : std::uint8_t {
  reserved,     ///< reads 0, writes are ignored
  read_only,    ///< RO: set by hardware
  read_write,   ///< RW
  write_clear,  ///< W1C: writing 1 clears the bit
  write_set,    ///< W1S: writing 1 sets the bit, hardware clears it
  write_only,   ///< WO: a command to the hardware, reads 0
  read_clear,   ///< RC: reading clears the register
};

/// Spelling of an access rule as the specification writes it.
constexpr std::string_view spelling(Access access) {
  switch (access) {
    case Access::reserved:
      return "-";
    case Access::read_only:
      return "RO";
    case Access::read_write:
      return "RW";
    case Access::write_clear:
      return "W1C";
    case Access::write_set:
      return "W1S";
    case Access::write_only:
      return "WO";
    case Access::read_clear:
      return "RC";
  }
  return "?";
}

/// Bits `high` down to `low` of a register; converts to its mask, so that `IS::UTRCS | IS::UCCS` is a mask.
struct Field {
  std::string_view name;
  std::uint8_t high = 0;
  std::uint8_t low = 0;
  std::string_view sentence;

  constexpr std::uint32_t mask() const { return (0xffffffffu >> (31 - high)) & (0xffffffffu << low); }
  constexpr operator std::uint32_t() const { return mask(); }
  /// Takes the field out of a register value.
  constexpr std::uint32_t of(std::uint32_t value) const { return (value & mask()) >> low; }
  /// Places a number at the field's bits; what does not fit is cut off.
  constexpr std::uint32_t put(std::uint32_t number) const { return (number << low) & mask(); }
  /// Replaces the field inside a register value.
  constexpr std::uint32_t replace(std::uint32_t value, std::uint32_t number) const {
    return (value & ~mask()) | put(number);
  }
};

constexpr Field bit(std::string_view name, std::uint8_t position, std::string_view sentence) {
  return {name, position, position, sentence};
}

/// One 32-bit register: everything that docs, register file and waves need to know.
struct Register {
  std::uint32_t offset = 0;
  std::string_view name;
  Access access = Access::reserved;
  std::uint32_t reset = 0;
  std::string_view sentence;
  const Field* fields = nullptr;  ///< none: one field of 32 bits
  std::size_t field_count = 0;

  constexpr const Field* begin() const { return fields; }
  constexpr const Field* end() const { return fields + field_count; }
  /// Bits that exist; the others read 0 and ignore writes.
  constexpr std::uint32_t implemented() const {
    std::uint32_t bits = field_count == 0 ? 0xffffffffu : 0u;
    for (std::size_t i = 0; i < field_count; ++i) bits |= fields[i].mask();
    return bits;
  }
};

/// A repeated group of 32-bit words, such as x-CRYPTOCFG.
struct RegisterArray {
  std::string_view name;
  std::string_view base;  ///< byte offset of entry 0, a number or a rule
  std::uint32_t stride = 0;
  std::string_view count;  ///< number of entries, by register and field
  Access access = Access::reserved;
  std::string_view sentence;
  const Register* words = nullptr;  ///< offsets relative to the entry
  std::size_t word_count = 0;
};

}  // namespace icesim
