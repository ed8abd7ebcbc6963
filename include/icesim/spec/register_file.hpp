// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/ufshci.hpp"

#include <array>
#include <cstdint>

namespace icesim {

/// What a bus write did; commands (WO, doorbells, HCE) are acted on by the caller.
struct BusWrite {
  std::uint32_t data = 0;    ///< what the bus wrote, cut to the register's bits
  std::uint32_t before = 0;  ///< value before the write
  std::uint32_t after = 0;   ///< value after it
  Access access = Access::reserved;

  constexpr std::uint32_t rising() const { return after & ~before; }
  constexpr std::uint32_t falling() const { return before & ~after; }
};

/// Storage of the controller's registers below `size` bytes, with the access rules of `ufshci_registers`.
/// Offsets without a register and unaligned ones read 0 and ignore writes. x-CRYPTOCFG stands outside.
class RegisterFile {
 public:
  static constexpr std::uint32_t size = 0x400;

  RegisterFile();

  /// Returns every register to its reset value; mapped words go to 0.
  void reset();
  /// Makes `count` words from `offset` accessible beside the table, such as x-CRYPTOCAP.
  void map(std::uint32_t offset, std::uint32_t count, Access access);

  void hw_set(Reg reg, std::uint32_t value) { values_[index(reg)] = value; }
  /// Sets a word that has no name in `Reg`.
  void hw_set(std::uint32_t offset, std::uint32_t value) { values_[(offset % size) / 4] = value; }
  void hw_set_bits(Reg reg, std::uint32_t bits) { values_[index(reg)] |= bits; }
  void hw_clear_bits(Reg reg, std::uint32_t bits) { values_[index(reg)] &= ~bits; }
  std::uint32_t hw_read(Reg reg) const { return values_[index(reg)]; }

  /// Level of the interrupt line: any enabled status bit.
  bool interrupt() const { return (hw_read(Reg::IS) & hw_read(Reg::IE)) != 0; }

  std::uint32_t bus_read(std::uint32_t offset);
  BusWrite bus_write(std::uint32_t offset, std::uint32_t data);

 private:
  static constexpr std::size_t index(Reg reg) { return static_cast<std::uint32_t>(reg) / 4; }

  std::array<std::uint32_t, size / 4> values_{};
  std::array<std::uint32_t, size / 4> implemented_{};
  std::array<Access, size / 4> access_{};
};

}  // namespace icesim
