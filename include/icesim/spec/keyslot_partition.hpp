// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Which keyslots of one file virtual machines have: each so many for itself, one behind the other from the first on, or
/// all together the whole file. The first part is that of the host [ice-vm-keyslots].
class KeyslotPartition {
 public:
  static constexpr std::size_t most_vms = 8;
  static constexpr std::uint64_t most_keyslots = 256;
  struct Part {
    std::string name;
    std::uint64_t keyslots = 0;
  };

  /// All share all.
  bool shared() const { return parts_.empty(); }
  /// In the order of their keyslots; none when they are shared.
  const std::vector<Part>& parts() const { return parts_; }
  /// Of all parts together.
  std::uint64_t keyslots() const;

  /// "host:16,android:32", "shared". Throws UserError.
  static KeyslotPartition of(std::string_view text);
  std::string text() const;
  static TextForm form();
  /// Throws UserError for a name that no virtual machine can have: they are parts of the names of statistics.
  static void check_name(std::string_view name);

 private:
  std::vector<Part> parts_;
};

}  // namespace icesim
