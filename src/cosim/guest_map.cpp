// SPDX-License-Identifier: Apache-2.0
#include "icesim/cosim/guest_map.hpp"

#include "icesim/base/error.hpp"
#include "src/cosim/shared_memory.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace icesim::cosim {
namespace {

std::string hex(std::uint64_t value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), digits[value & 0xf]);
    value >>= 4;
  } while (value != 0);
  return "0x" + text;
}

}  // namespace

GuestMap::GuestMap() = default;
GuestMap::~GuestMap() = default;

void GuestMap::map(std::uint64_t address, std::uint64_t size, int file, std::uint64_t offset) {
  const std::string name = "guest: memory of " + hex(size) + " bytes at " + hex(address);
  if (size == 0 || address + size < address || offset + size < offset) throw UserError(name + ": no such range");
  for (const Region& region : regions_) {
    if (address < region.address + region.size && region.address < address + size)
      throw UserError(name + " overlaps what has been mapped at " + hex(region.address));
  }
  // Bytes behind the end of the file would be a signal on access (SharedMemory, of those that are cut off later).
  struct stat status {};
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < 0 ||
      static_cast<std::uint64_t>(status.st_size) < offset + size)
    throw UserError(name + ": its file does not hold them from " + hex(offset));
  if (offset % static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) != 0)
    throw UserError(name + ": its offset " + hex(offset) + " is not at a page");
  auto memory = std::make_unique<SharedMemory>(size, file, static_cast<off_t>(offset));
  if (memory->bytes() == nullptr) throw UserError(name + ": " + std::strerror(errno));
  std::byte* const bytes = memory->bytes();
  regions_.push_back({address, size, bytes, std::move(memory)});
}

bool GuestMap::lost() const {
  return std::any_of(regions_.begin(), regions_.end(), [](const Region& region) { return region.memory->lost(); });
}

std::byte* GuestMap::at(std::uint64_t address, std::uint64_t size, const char* what) const {
  std::byte* const bytes = find(address, size);
  if (bytes == nullptr)
    throw UserError(std::string("guest: ") + what + " at " + hex(address) + " lies outside the guest's memory");
  return bytes;
}

}  // namespace icesim::cosim
