// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

namespace icesim {

/// A block device as Linux numbers it.
struct BlockDevice {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  /// From the kernel's own number, major << 20 | minor.
  static constexpr BlockDevice of_number(std::uint64_t number) {
    return {static_cast<std::uint32_t>(number >> 20), static_cast<std::uint32_t>(number & 0xf'ffff)};
  }
  friend bool operator==(BlockDevice a, BlockDevice b) { return a.major == b.major && a.minor == b.minor; }
};

/// Successive blocks of 4096 bytes that hold successive pages of a file.
struct FileExtent {
  std::uint64_t block = 0;  ///< first one, from the start of its device
  std::uint64_t blocks = 1;
  std::uint64_t inode = 0;  ///< 0: metadata of the file system
  std::uint64_t page = 0;   ///< of the file, in the first block
};

/// Hears what a trace says, between its requests, about files: who has which blocks, and what a file is. A reader whose
/// format has such events tells them in their order (TraceOptions::files).
class FileListener {
 public:
  virtual ~FileListener() = default;
  virtual void extent(BlockDevice device, const FileExtent& extent) = 0;
  /// The file's path from the root of its file system: "/user/0/com.example/a.db".
  virtual void path(std::uint64_t inode, std::string_view path) = 0;
  /// The inode is a directory: its blocks are encrypted by the CPU, never inline [linux-fscrypt].
  virtual void directory(std::uint64_t inode) = 0;
  /// A device (partition, device mapper) passes sectors of 512 bytes on to another.
  virtual void remap(BlockDevice from, std::uint64_t from_sector, BlockDevice to, std::uint64_t to_sector,
                     std::uint64_t sectors) = 0;
  /// Says which device the requests are of; extents may have been heard before.
  virtual void traced(BlockDevice device) = 0;
};

}  // namespace icesim
