// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/wide.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Numbers from here on cannot be compared in 128 bits, and no run has them.
inline constexpr Wide flat_number_end = Wide{1} << 100;

/// One value of a JSON document, with the names that lead to it: /statistics, keyslots.hits, value.
struct FlatValue {
  enum class Kind { object, array, text, number, flag, other };

  std::vector<std::string> names;  ///< those of an array's items are their numbers, from 0
  Kind kind = Kind::other;
  std::string text;  ///< of texts, numbers and flags: as it would be written
  Wide number = 0;   ///< of whole numbers that are not negative, below flat_number_end; others are `other`

  bool is_at(std::initializer_list<std::string_view> path) const;
  /// "/statistics/keyslots.hits/value".
  std::string pointer() const;
};

/// All values in the order of the document, each object and array before what is in it. Numbers keep all their digits.
/// Throws UserError "FILE:LINE:COLUMN: ..." on malformed text, on nesting deeper than any file of ours, and on more
/// than `most` values, which no file of its kind has, and "FILE: key ... is repeated".
std::vector<FlatValue> flatten_json(std::string_view json, const std::string& file, std::size_t most = 200'000);

}  // namespace icesim
