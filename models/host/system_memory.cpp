// SPDX-License-Identifier: Apache-2.0
#include "models/host/system_memory.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <cstring>

namespace icesim {

SystemMemory::SystemMemory(const sc_core::sc_module_name& name, const SystemMemoryConfig& config)
    : sc_core::sc_module(name), size_(config.size.n) {
  socket.register_b_transport(this, &SystemMemory::transport);
  socket.register_transport_dbg(this, &SystemMemory::debug);
  socket.register_get_direct_mem_ptr(this, &SystemMemory::grant);
}

void SystemMemory::read_pages(std::uint64_t address, void* to, std::size_t length) const {
  ensure(contains(address, length), "SystemMemory: read inside the memory");
  auto* out = static_cast<std::byte*>(to);
  while (length != 0) {
    const std::uint64_t offset = address % page_bytes;
    const std::size_t piece = std::min<std::size_t>(length, page_bytes - offset);
    const std::byte* page = find(address / page_bytes);
    if (page == nullptr) {
      std::memset(out, 0, piece);
    } else {
      std::memcpy(out, page + offset, piece);
    }
    address += piece;
    out += piece;
    length -= piece;
  }
}

void SystemMemory::write_pages(std::uint64_t address, const void* from, std::size_t length) {
  ensure(contains(address, length), "SystemMemory: write inside the memory");
  const auto* in = static_cast<const std::byte*>(from);
  while (length != 0) {
    const std::uint64_t offset = address % page_bytes;
    const std::size_t piece = std::min<std::size_t>(length, page_bytes - offset);
    std::memcpy(touch(address / page_bytes) + offset, in, piece);
    address += piece;
    in += piece;
    length -= piece;
  }
}

void SystemMemory::transport(tlm::tlm_generic_payload& access, sc_core::sc_time&) {
  const std::uint64_t length = access.get_data_length();
  if (access.get_byte_enable_ptr() != nullptr) {
    access.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  } else if (access.get_streaming_width() < length) {
    access.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
  } else if (!contains(access.get_address(), length)) {
    access.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  } else {
    if (access.is_read()) read(access.get_address(), access.get_data_ptr(), length);
    if (access.is_write()) write(access.get_address(), access.get_data_ptr(), length);
    access.set_response_status(tlm::TLM_OK_RESPONSE);
  }
}

unsigned SystemMemory::debug(tlm::tlm_generic_payload& access) {
  const std::uint64_t address = access.get_address();
  if (address >= size_) return 0;
  const auto length = static_cast<unsigned>(std::min<std::uint64_t>(access.get_data_length(), size_ - address));
  if (access.is_read()) read(address, access.get_data_ptr(), length);
  if (access.is_write()) write(address, access.get_data_ptr(), length);
  return length;
}

/// Grants direct access to the page, which stays where it is as long as the memory does.
bool SystemMemory::grant(tlm::tlm_generic_payload& access, tlm::tlm_dmi& dmi) {
  const std::uint64_t page = access.get_address() / page_bytes;
  if (!contains(page * page_bytes, page_bytes)) return false;
  dmi.set_dmi_ptr(reinterpret_cast<unsigned char*>(touch(page)));
  dmi.set_start_address(page * page_bytes);
  dmi.set_end_address(page * page_bytes + page_bytes - 1);
  dmi.allow_read_write();
  return true;
}

std::byte* SystemMemory::find(std::uint64_t page) const {
  Recent& recent = recent_[page % recent_.size()];
  if (recent.page == page) return recent.bytes;
  const auto found = pages_.find(page);
  if (found == pages_.end()) return nullptr;
  recent = {page, found->second.get()};
  return recent.bytes;
}

std::byte* SystemMemory::touch(std::uint64_t page) {
  if (std::byte* known = find(page)) return known;
  auto& storage = pages_[page];
  storage = std::make_unique<std::byte[]>(page_bytes);
  recent_[page % recent_.size()] = {page, storage.get()};
  return storage.get();
}

}  // namespace icesim
