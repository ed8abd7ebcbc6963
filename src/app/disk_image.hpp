// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/ports.hpp"

#include <string>

namespace icesim::app {

/// The blocks of a device as a file: what lies in the flash, byte for byte, with holes for blocks that were never
/// written.
class DiskImage {
 public:
  /// The image of a device of `capacity` bytes; it need not exist yet. Without a path there is none.
  DiskImage(std::string path, Bytes capacity) : path_(std::move(path)), capacity_(capacity) {}

  bool exists() const { return !path_.empty(); }
  /// Stores the file's blocks in the flash. Throws UserError when it cannot be read or is larger than the device.
  void load(FlashBackend& flash) const;
  /// Writes the file anew from the flash: under a temporary name, then renamed. Throws UserError.
  void save(const FlashBackend& flash) const;

 private:
  std::string path_;
  Bytes capacity_;
};

}  // namespace icesim::app
