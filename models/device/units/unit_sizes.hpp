// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Sizes of the logical units from number 1 on, each a multiple of a logical block; the last one is also that of all behind it.
class UnitSizes {
 public:
  static constexpr std::size_t most_units = 7;  ///< beside number 0
  static constexpr Bytes largest{std::uint64_t{1} << 36};

  /// Nothing is told: all have the size that is told elsewhere.
  bool equal() const { return sizes_.empty(); }
  std::size_t given() const { return sizes_.size(); }
  /// Of unit `lun`, which is not 0; some size is told.
  Bytes of_unit(std::uint64_t lun) const { return lun <= sizes_.size() ? sizes_[lun - 1] : sizes_.back(); }

  /// "16MiB,64KiB", "equal". Throws UserError.
  static UnitSizes of(std::string_view text);
  std::string text() const;
  static TextForm form();

 private:
  std::vector<Bytes> sizes_;
};

}  // namespace icesim
