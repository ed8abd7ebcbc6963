// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

/// Messages of a PCI function over virtio [cosim-pcidev]: 16 bytes, and the data of a write.
namespace icesim::cosim::pcidev {

enum class Op : std::uint8_t {
  config_read = 1,
  config_write = 2,
  mmio_read = 3,
  mmio_write = 4,
  mmio_memset = 5,
  interrupt = 6,  ///< to the guest: a pin of INTx has been asserted
};

struct Access {
  static constexpr std::size_t header_size = 16;

  Op op = Op::config_read;
  std::uint8_t bar = 0;
  std::uint32_t size = 0;
  std::uint64_t address = 0;
  std::uint64_t value = 0;  ///< of a write, at most 8 bytes

  bool reads() const { return op == Op::config_read || op == Op::mmio_read; }
  /// Throws UserError when the bytes are no access.
  static Access decode(const std::vector<std::byte>& from);
};

/// Interrupt message of pin INTA.
std::array<std::byte, Access::header_size> interrupt_message();

}  // namespace icesim::cosim::pcidev
