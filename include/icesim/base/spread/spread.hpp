// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/random.hpp"
#include "icesim/base/units.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace icesim {

/// How a time that nobody has published, or that varies, is distributed.
enum class Spread : std::uint8_t { fixed, uniform, exponential, two_point };

/// A time that is drawn anew for each event: `time`, or spread from it up to `longest`, the same on every machine.
struct SpreadTime {
  Spread spread = Spread::fixed;
  Picoseconds time{};
  Picoseconds longest{};
  std::uint64_t tail_ppm = 10'000;  ///< with two_point: events of a million that take `longest`

  static constexpr std::array<Choice, 4> spreads{
      {{"fixed", "Always `time`"},
       {"uniform", "From `time` to `longest`, each as likely"},
       {"exponential", "`time` on average, at most `longest`"},
       {"two-point", "`time`, or `longest` in `tail_ppm` of a million"}}};

  /// Throws UserError where `longest` counts and is less than `time`; `name` is that of the group.
  void check(std::string_view name) const;
  Picoseconds draw(Random& random) const;
};

}  // namespace icesim
