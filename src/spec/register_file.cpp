// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/register_file.hpp"

#include "icesim/base/error.hpp"

namespace icesim {

RegisterFile::RegisterFile() {
  for (const Register& reg : ufshci_registers) {
    access_[reg.offset / 4] = reg.access;
    implemented_[reg.offset / 4] = reg.implemented();
  }
  reset();
}

void RegisterFile::reset() {
  values_.fill(0);
  for (const Register& reg : ufshci_registers) values_[reg.offset / 4] = reg.reset;
}

void RegisterFile::map(std::uint32_t offset, std::uint32_t count, Access access) {
  ensure(offset % 4 == 0 && offset / 4 + count <= access_.size(), "RegisterFile::map: range lies inside the file");
  for (std::uint32_t i = 0; i < count; ++i) {
    access_[offset / 4 + i] = access;
    implemented_[offset / 4 + i] = 0xffffffffu;
  }
}

std::uint32_t RegisterFile::bus_read(std::uint32_t offset) {
  if (offset >= size || offset % 4 != 0) return 0;
  std::uint32_t& stored = values_[offset / 4];
  const std::uint32_t value = stored;
  switch (access_[offset / 4]) {
    case Access::reserved:
    case Access::write_only:
      return 0;
    case Access::read_clear:
      stored = 0;
      return value;
    default:
      return value;
  }
}

BusWrite RegisterFile::bus_write(std::uint32_t offset, std::uint32_t data) {
  if (offset >= size || offset % 4 != 0) return {};
  std::uint32_t& stored = values_[offset / 4];
  BusWrite write{data & implemented_[offset / 4], stored, stored, access_[offset / 4]};
  switch (write.access) {
    case Access::read_write:
      stored = write.data;
      break;
    case Access::write_clear:
      stored &= ~write.data;
      break;
    case Access::write_set:
      stored |= write.data;
      break;
    case Access::reserved:
    case Access::read_only:
    case Access::read_clear:
    case Access::write_only:
      break;
  }
  write.after = stored;
  return write;
}

}  // namespace icesim
