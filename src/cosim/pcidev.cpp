// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/pcidev.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <string>

namespace icesim::cosim::pcidev {

Access Access::decode(const std::vector<std::byte>& from) {
  if (from.size() < header_size)
    throw UserError("guest: a PCI message has " + std::to_string(from.size()) + " bytes; at least " +
                    std::to_string(header_size) + " are needed");
  Access access;
  access.op = static_cast<Op>(load_u8(&from[0]));
  access.bar = load_u8(&from[1]);
  access.size = load_le32(&from[4]);
  access.address = load_le64(&from[8]);
  switch (access.op) {
    case Op::config_read:
    case Op::mmio_read:
      if (access.size == 0 || access.size > 8)
        throw UserError("guest: a PCI read of " + std::to_string(access.size) + " bytes; 1 to 8 are understood");
      return access;
    case Op::config_write:
    case Op::mmio_write:
      break;
    default:
      throw UserError("guest: PCI message " + std::to_string(static_cast<unsigned>(access.op)) +
                      "; configuration and memory accesses, 1 to 4, are understood");
  }
  // Configuration writes always carry 8 bytes of data, whatever their size.
  if (access.size == 0 || access.size > 8 || from.size() < header_size + access.size)
    throw UserError("guest: a PCI write of " + std::to_string(access.size) + " bytes with " +
                    std::to_string(from.size() - header_size) + " bytes of data; 1 to 8 are understood");
  access.value = load_le(&from[header_size], access.size);
  return access;
}

std::array<std::byte, Access::header_size> interrupt_message() {
  std::array<std::byte, Access::header_size> bytes{};
  store_u8(&bytes[0], static_cast<std::uint8_t>(Op::interrupt));
  store_le64(&bytes[8], 1);  // pin A
  return bytes;
}

}  // namespace icesim::cosim::pcidev
