// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace icesim::cosim {

class SharedMemory;

/// The guest's memory as far as the guest has handed it over: pieces of its physical addresses, mapped from files. What
/// lies outside cannot be reached, as if nothing answered on the bus.
class GuestMap {
 public:
  GuestMap();
  ~GuestMap();
  GuestMap(const GuestMap&) = delete;
  GuestMap& operator=(const GuestMap&) = delete;

  /// Maps `size` bytes of a file from `offset` as the guest's memory at `address`. Throws UserError when the file does
  /// not hold them or the addresses are taken.
  void map(std::uint64_t address, std::uint64_t size, int file, std::uint64_t offset);
  bool empty() const { return regions_.empty(); }
  void swap(GuestMap& other) noexcept { regions_.swap(other.regions_); }
  /// True once somebody touched a piece that its file did not hold any more; zeros are there then. The guest can make
  /// its files shorter at any time: ask after an access that matters.
  bool lost() const;

  /// Where these bytes lie, or null when they are not all in one piece. Fit for the hardware's accesses: no exception.
  std::byte* find(std::uint64_t address, std::uint64_t size) const {
    for (const Region& region : regions_) {
      if (address >= region.address && size <= region.size && address - region.address <= region.size - size)
        return region.bytes + (address - region.address);
    }
    return nullptr;
  }
  /// The same for what the guest has promised to be there; throws UserError that names `what`.
  std::byte* at(std::uint64_t address, std::uint64_t size, const char* what) const;

 private:
  struct Region {
    std::uint64_t address;
    std::uint64_t size;
    std::byte* bytes;
    std::unique_ptr<SharedMemory> memory;
  };
  std::vector<Region> regions_;
};

}  // namespace icesim::cosim
