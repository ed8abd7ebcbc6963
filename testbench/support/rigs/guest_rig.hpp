// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/cosim/guest_map.hpp"
#include "icesim/spec/bytes.hpp"
#include "src/cosim/vhost_user.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace icesim::cosim::test {

/// A file without a name, as guests hand over their memory.
inline FileDescriptor memory_file(std::size_t size) {
  FileDescriptor file(::memfd_create("guest", MFD_CLOEXEC));
  ensure(file.valid() && ::ftruncate(file.get(), static_cast<off_t>(size)) == 0, "a test gets a file of its own");
  return file;
}

inline std::pair<Connection, Connection> connected() {
  std::array<int, 2> ends{};
  ensure(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "a test gets two sockets");
  return {Connection(FileDescriptor(ends[0])), Connection(FileDescriptor(ends[1]))};
}

/// Connects to a name that a server makes, and on which it listens a moment later.
inline Connection connect_to(const std::string& path) {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const auto connects = [&] {
    return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  };
  for (int tries = 1; !connects(); ++tries) {
    ensure(tries < 2000 && (errno == ENOENT || errno == ECONNREFUSED), "a test connects");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return Connection(std::move(socket));
}

/// A guest's memory at `base`, with two rings of `entries` in it, as the guest's driver writes them.
struct GuestRam {
  static constexpr std::uint64_t base = 0x1000'0000;
  static constexpr std::uint64_t size = 0x10000;
  static constexpr std::uint32_t entries = 8;
  static constexpr std::uint64_t buffers = 0x4000;  ///< from here on, free for messages

  FileDescriptor file = memory_file(size);
  GuestMap own;  ///< the guest's own view

  GuestRam() { own.map(base, size, file.get(), 0); }

  std::byte* at(std::uint64_t offset) const { return own.at(base + offset, 1, "a byte"); }
  static std::uint64_t table(std::uint32_t queue) { return queue * 0x1000u; }
  static std::uint64_t available(std::uint32_t queue) { return queue * 0x1000u + 0x400; }
  static std::uint64_t used(std::uint32_t queue) { return queue * 0x1000u + 0x800; }

  struct Part {
    std::uint64_t address;
    std::uint32_t bytes;
    bool to_guest;
  };
  /// Writes a chain from descriptor `first` on.
  void chain(std::uint32_t queue, std::uint16_t first, const std::vector<Part>& parts) const {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      std::byte* const entry = at(table(queue) + (first + i) * 16);
      const bool last = i + 1 == parts.size();
      store_le64(entry, parts[i].address);
      store_le32(entry + 8, parts[i].bytes);
      store_le16(entry + 12, static_cast<std::uint16_t>((last ? 0 : 1) | (parts[i].to_guest ? 2 : 0)));
      store_le16(entry + 14, static_cast<std::uint16_t>(last ? 0 : first + i + 1));
    }
  }
  void make_available(std::uint32_t queue, std::uint16_t head) const {
    std::byte* const ring = at(available(queue));
    const std::uint16_t index = load_le16(ring + 2);
    store_le16(ring + 4 + index % entries * 2, head);
    store_le16(ring + 2, static_cast<std::uint16_t>(index + 1));
  }
  std::uint16_t used_index(std::uint32_t queue) const { return load_le16(at(used(queue)) + 2); }
  std::uint32_t used_head(std::uint32_t queue, std::uint16_t n) const {
    return load_le32(at(used(queue)) + 4 + n % entries * 8);
  }
  std::uint32_t used_length(std::uint32_t queue, std::uint16_t n) const {
    return load_le32(at(used(queue)) + 8 + n % entries * 8);
  }
};

}  // namespace icesim::cosim::test
