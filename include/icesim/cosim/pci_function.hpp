// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace icesim::cosim {

struct PciId {
  std::uint16_t vendor = 0x8086;
  std::uint16_t device = 0x98fa;
  /// Reads "8086:98fa"; throws UserError.
  static PciId parse(std::string_view text);
};

/// Configuration space of the controller as a PCI function: a type 0 header with one memory BAR and interrupt pin A.
///
/// **Spec**: [pci-configuration].
/// **Not modelled**: capabilities (MSI, power management, PCI Express), expansion ROM, status bits. Bus mastering and
/// memory decoding are stored in the command register, and change nothing.
class PciFunction {
 public:
  /// `bar_size` is a power of two.
  PciFunction(PciId id, std::uint32_t bar_size);

  /// Reads 1, 2 or 4 bytes; what does not exist reads as all ones.
  std::uint32_t read(std::uint64_t offset, std::uint32_t size) const;
  void write(std::uint64_t offset, std::uint32_t size, std::uint32_t value);
  std::uint32_t bar_size() const { return bar_size_; }

 private:
  static constexpr std::uint32_t header = 256;

  std::uint32_t bar_size_;
  std::array<std::uint8_t, header> bytes_{};
  std::array<std::uint8_t, header> writeable_{};
};

}  // namespace icesim::cosim
