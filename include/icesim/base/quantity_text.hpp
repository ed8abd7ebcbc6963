// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace icesim {

/// Writes a number with its unit so that parse_quantity() gives back exactly the same number.
/// Times and frequencies use the largest unit not above the value, with as many decimals as it takes ("937.5us");
/// bytes use the largest binary unit that divides them ("16KiB"); counts and cycles are plain integers.
std::string quantity_text(std::uint64_t value, Unit unit);
inline std::string quantity_text(Picoseconds time) { return quantity_text(time.n, Unit::picoseconds); }
inline std::string quantity_text(Bytes size) { return quantity_text(size.n, Unit::bytes); }
inline std::string quantity_text(Hertz frequency) { return quantity_text(frequency.n, Unit::hertz); }

/// Reads what quantity_text() writes, any other unit of the same kind, or a bare integer in the base unit
/// (ps, B, Hz). Decimals are fine as long as the result is a whole number of base units.
/// Throws UserError without a position ("'3 miles' is not a time; ...") on junk and on overflow.
std::uint64_t parse_quantity(std::string_view text, Unit unit);

/// Whether quantity_text() writes a unit behind the number: not behind counts and cycles.
inline bool has_symbol(Unit unit) { return unit == Unit::picoseconds || unit == Unit::bytes || unit == Unit::hertz; }

/// Symbol of the unit in which raw values are kept: ps, B, Hz, cycles, count.
std::string_view unit_symbol(Unit unit);

}  // namespace icesim
