// SPDX-License-Identifier: Apache-2.0
#include "disk_image.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace icesim::app {
namespace {

constexpr std::size_t block_size = logical_block.n;
using Block = std::array<std::byte, block_size>;

[[noreturn]] void throw_error(const std::string& path) { throw UserError(path + ": " + std::strerror(errno)); }

/// A file that is closed at the end.
struct File {
  std::string path;
  int fd;
  ~File() {
    if (fd >= 0) ::close(fd);
  }
};

/// Reads a block, behind the end of the file zeros.
void read_block(const File& file, off_t at, Block& block) {
  std::size_t done = 0;
  while (done < block.size()) {
    const ssize_t got = ::pread(file.fd, block.data() + done, block.size() - done, at + static_cast<off_t>(done));
    if (got < 0 && errno != EINTR) throw_error(file.path);
    if (got == 0) break;
    if (got > 0) done += static_cast<std::size_t>(got);
  }
  std::fill(block.begin() + static_cast<std::ptrdiff_t>(done), block.end(), std::byte{0});
}

}  // namespace

void DiskImage::load(FlashBackend& flash) const {
  if (!exists()) return;
  // A pipe would be waited for.
  const File file{path_, ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  if (file.fd < 0 && errno == ENOENT) return;
  struct stat status {};
  if (file.fd < 0 || ::fstat(file.fd, &status) != 0) throw_error(path_);
  if (!S_ISREG(status.st_mode)) throw UserError(path_ + ": a disk image is an ordinary file");
  if (static_cast<std::uint64_t>(status.st_size) > capacity_.n)
    throw UserError(path_ + ": " + std::to_string(status.st_size) + " bytes do not fit into a device of " +
                    std::to_string(capacity_.n) + " bytes (flash.capacity)");
  Block block;
  const Block zeros{};
  // Holes are skipped, which keeps a small file system on a large device quick.
  for (off_t at = 0; (at = ::lseek(file.fd, at, SEEK_DATA)) >= 0;) {
    const off_t end = ::lseek(file.fd, at, SEEK_HOLE);
    for (at -= at % static_cast<off_t>(block_size); at < end; at += static_cast<off_t>(block_size)) {
      read_block(file, at, block);
      if (block != zeros) flash.store(Lba{static_cast<std::uint64_t>(at) / block_size}, block.data());
    }
  }
  if (errno != ENXIO) throw_error(path_);
}

void DiskImage::save(const FlashBackend& flash) const {
  if (!exists()) return;
  OutputFile file(path_);
  std::uint64_t hole = 0;
  for (Lba block{}; block < Lba{capacity_ / logical_block}; ++block.n) {
    const std::byte* const content = flash.content(block);
    if (content == nullptr) {
      hole += block_size;
      continue;
    }
    if (hole > 0) file.skip(hole);
    hole = 0;
    file.write({reinterpret_cast<const char*>(content), block_size});
  }
  if (hole > 0) file.skip(hole);
  file.commit();
}

}  // namespace icesim::app
