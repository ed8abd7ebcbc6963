// SPDX-License-Identifier: Apache-2.0
#include "disk_image.hpp"

#include "icesim/base/error.hpp"

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

/// A file that is closed at the end, and removed unless it got its name.
struct File {
  std::string path;
  int fd;
  bool temporary = false;
  ~File() {
    if (fd >= 0) ::close(fd);
    if (temporary) ::unlink(path.c_str());
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

void write_block(const File& file, off_t at, const std::byte* block) {
  for (std::size_t done = 0; done < block_size;) {
    const ssize_t put = ::pwrite(file.fd, block + done, block_size - done, at + static_cast<off_t>(done));
    if (put < 0 && errno != EINTR) throw_error(file.path);
    if (put > 0) done += static_cast<std::size_t>(put);
  }
}

}  // namespace

void DiskImage::load(FlashBackend& flash) const {
  if (!exists()) return;
  const File file{path_, ::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
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
  const std::string name = path_ + ".tmp" + std::to_string(::getpid());
  File file{name, ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
  if (file.fd < 0) throw_error(name);
  file.temporary = true;
  if (::ftruncate(file.fd, static_cast<off_t>(capacity_.n)) != 0) throw_error(name);
  for (Lba block{}; block < Lba{capacity_ / logical_block}; ++block.n) {
    if (const std::byte* const content = flash.content(block))
      write_block(file, static_cast<off_t>(block.n * block_size), content);
  }
  if (::rename(name.c_str(), path_.c_str()) != 0) throw_error(path_);
  file.temporary = false;
}

}  // namespace icesim::app
