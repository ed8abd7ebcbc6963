// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/seldom.hpp"
#include "icesim/base/units.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>
#include <unordered_map>

namespace icesim {

struct SystemMemoryConfig {
  Bytes size{std::uint64_t{1} << 36};

  void describe(Fields& f) {
    f("size", size, {Bytes{4096}, Bytes{std::uint64_t{1} << 48}},
      assumption("Bytes of memory; an access beyond is a bus error",
                 "large enough for any queue of a phone [our-choice]"));
  }
};

/// Byte-addressable memory of the host that holds descriptors and, where payload is simulated, data.
///
/// **Timing**: transport costs no time; DmaChannel times the controller's accesses, and the processor's are part of
/// its step costs. Untouched memory reads as zero. An access that is not wholly inside `size` transfers nothing and
/// answers TLM_ADDRESS_ERROR_RESPONSE; the direct functions throw Bug.
/// **Spec**: [systemc-standard], b_transport and transport_dbg; a plain RAM.
/// **Not modelled**: caches and coherence, DRAM pages and refresh, byte enables and streaming (answered with their TLM
/// error), direct memory interface.
class SystemMemory : public sc_core::sc_module {
 public:
  SystemMemory(const sc_core::sc_module_name& name, const SystemMemoryConfig& config);

  tlm_utils::simple_target_socket<SystemMemory, 128> socket{"socket"};

  /// Copies `length` bytes from `address`, for the processor's side.
  void read(std::uint64_t address, void* to, std::size_t length) const {
    const std::byte* const there = used_lately(address, length);
    if (seldom(there == nullptr)) return read_pages(address, to, length);
    std::memcpy(to, there, length);
  }
  /// Copies `length` bytes to `address`, for the processor's side.
  void write(std::uint64_t address, const void* from, std::size_t length) {
    std::byte* const there = used_lately(address, length);
    if (seldom(there == nullptr)) return write_pages(address, from, length);
    std::memcpy(there, from, length);
  }
  /// True when all `length` bytes from `address` exist.
  bool contains(std::uint64_t address, std::uint64_t length) const {
    return address <= size_ && length <= size_ - address;
  }
  /// Pages that hold something, 4 KiB each.
  std::size_t pages() const { return pages_.size(); }

 private:
  static constexpr std::uint64_t page_bytes = 4096;
  static constexpr std::uint64_t no_page = ~std::uint64_t{0};

  /// Where bytes lie that are of one page and used lately; null if they are not.
  std::byte* used_lately(std::uint64_t address, std::size_t length) const {
    const std::uint64_t page = address / page_bytes;
    const std::uint64_t offset = address % page_bytes;
    const Recent& known = recent_[page % recent_.size()];
    const bool whole = length <= page_bytes - offset && contains(address, length);
    return known.page == page && whole ? known.bytes + offset : nullptr;
  }
  [[gnu::cold, gnu::noinline]] void read_pages(std::uint64_t address, void* to, std::size_t length) const;
  [[gnu::cold, gnu::noinline]] void write_pages(std::uint64_t address, const void* from, std::size_t length);
  void transport(tlm::tlm_generic_payload& access, sc_core::sc_time&);
  unsigned debug(tlm::tlm_generic_payload& access);
  bool grant(tlm::tlm_generic_payload& access, tlm::tlm_dmi& dmi);
  std::byte* find(std::uint64_t page) const;
  std::byte* touch(std::uint64_t page);

  std::uint64_t size_;
  std::unordered_map<std::uint64_t, std::unique_ptr<std::byte[]>> pages_;

  /// Pages used lately, by the low bits of their number.
  struct Recent {
    std::uint64_t page = no_page;
    std::byte* bytes = nullptr;
  };
  mutable std::array<Recent, 64> recent_{};
};

}  // namespace icesim
