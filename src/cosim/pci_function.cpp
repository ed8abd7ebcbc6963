// SPDX-License-Identifier: Apache-2.0
#include "icesim/cosim/pci_function.hpp"

#include "icesim/base/error.hpp"

#include <charconv>
#include <string>

namespace icesim::cosim {
namespace {

/// Offsets in the header.
enum Header : std::uint32_t {
  vendor_id = 0x00,
  device_id = 0x02,
  command = 0x04,
  class_code = 0x09,
  cache_line_size = 0x0c,
  latency_timer = 0x0d,
  base_address_0 = 0x10,
  subsystem_vendor_id = 0x2c,
  subsystem_id = 0x2e,
  interrupt_line = 0x3c,
  interrupt_pin = 0x3d,
};

constexpr std::uint32_t ufs_class = 0x010900;
constexpr std::uint16_t command_bits = 0x0547;  ///< memory, I/O, bus master, parity, SERR, INTx disable

template <class Bytes>
void put(Bytes& bytes, std::uint32_t offset, std::uint32_t size, std::uint32_t value) {
  for (std::uint32_t i = 0; i < size; ++i, value >>= 8) bytes[offset + i] = static_cast<std::uint8_t>(value);
}

std::uint16_t parse_half(std::string_view text, std::string_view whole) {
  std::uint16_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc() || stop != end || text.empty())
    throw UserError("'" + std::string(whole) + "' is no PCI id; 8086:98fa is one");
  return value;
}

}  // namespace

PciId PciId::parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view device = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  return {parse_half(text.substr(0, colon), text), parse_half(device, text)};
}

PciFunction::PciFunction(PciId id, std::uint32_t bar_size) : bar_size_(bar_size) {
  ensure(bar_size >= 16 && (bar_size & (bar_size - 1)) == 0, "PciFunction: the size of a BAR is a power of two");
  put(bytes_, vendor_id, 2, id.vendor);
  put(bytes_, device_id, 2, id.device);
  put(bytes_, class_code, 3, ufs_class);
  put(bytes_, subsystem_vendor_id, 2, id.vendor);
  put(bytes_, subsystem_id, 2, id.device);
  put(bytes_, interrupt_pin, 1, 1);
  put(writeable_, command, 2, command_bits);
  put(writeable_, cache_line_size, 1, 0xff);
  put(writeable_, latency_timer, 1, 0xff);
  put(writeable_, interrupt_line, 1, 0xff);
  // Only the bits above its size of an address can be written, which tells the size.
  put(writeable_, base_address_0, 4, ~(bar_size - 1));
}

std::uint32_t PciFunction::read(std::uint64_t offset, std::uint32_t size) const {
  if (offset >= header || size > 4 || offset + size > header) return ~std::uint32_t{0};
  std::uint32_t value = 0;
  for (std::uint32_t i = size; i > 0; --i) value = value << 8 | bytes_[offset + i - 1];
  return value;
}

void PciFunction::write(std::uint64_t offset, std::uint32_t size, std::uint32_t value) {
  if (offset >= header || size > 4 || offset + size > header) return;
  for (std::uint32_t i = 0; i < size; ++i, value >>= 8) {
    const std::uint8_t mask = writeable_[offset + i];
    std::uint8_t& byte = bytes_[offset + i];
    byte = static_cast<std::uint8_t>((byte & ~mask) | (value & mask));
  }
}

}  // namespace icesim::cosim
