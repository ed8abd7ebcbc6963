// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/cdb.hpp"

namespace icesim::cdb {
namespace {

/// Where a command's fields are: bytes 2.. hold the LBA.
struct Layout {
  std::size_t lba_size;
  std::size_t group;
  std::size_t blocks;
  std::size_t blocks_size;
  std::size_t control;
};

constexpr Layout ten{4, 6, 7, 2, 9};
constexpr Layout sixteen{8, 14, 10, 4, 15};
constexpr std::size_t lba = 2;

const Layout* layout_of(std::uint8_t opcode) {
  switch (opcode) {
    case read_10:
    case write_10:
    case synchronize_cache_10:
      return &ten;
    case read_16:
    case write_16:
    case synchronize_cache_16:
    case write_same_16:
      return &sixteen;
    default:
      return nullptr;
  }
}

std::uint64_t big_endian(const Bytes16& bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes[at + i];
  return value;
}

void put(Bytes16& bytes, std::size_t at, std::size_t size, std::uint64_t value) {
  for (std::size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * (size - 1 - i)));
}

}  // namespace

bool decode(const Bytes16& bytes, Command& command) {
  const Layout* layout = layout_of(bytes[0]);
  if (layout == nullptr) return false;
  command.opcode = bytes[0];
  command.flags = bytes[1];
  command.lba = big_endian(bytes, lba, layout->lba_size);
  command.blocks = static_cast<std::uint32_t>(big_endian(bytes, layout->blocks, layout->blocks_size));
  command.group = bytes[layout->group];
  command.control = bytes[layout->control];
  return true;
}

Bytes16 encode(const Command& command) {
  Bytes16 bytes{};
  const Layout* layout = layout_of(command.opcode);
  if (layout == nullptr) return bytes;
  bytes[0] = command.opcode;
  bytes[1] = command.flags;
  put(bytes, lba, layout->lba_size, command.lba);
  put(bytes, layout->blocks, layout->blocks_size, command.blocks);
  bytes[layout->group] = command.group;
  bytes[layout->control] = command.control;
  return bytes;
}

}  // namespace icesim::cdb
