// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/ports.hpp"

#include <cstddef>
#include <vector>

namespace icesim {

/// The data segment of a UPIU that is held longer than the call that handed it over. A place that is used again
/// allocates only for more bytes than ever before.
class UpiuBytes {
 public:
  /// Copies the data of `upiu`, if it has any, and lets it point to the copy, which stays where it is until the next
  /// call.
  void keep(Upiu& upiu) {
    if (upiu.data == nullptr || upiu.data == bytes_.data()) return;
    bytes_.assign(upiu.data, upiu.data + upiu.data_length);
    upiu.data = bytes_.data();
  }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace icesim
