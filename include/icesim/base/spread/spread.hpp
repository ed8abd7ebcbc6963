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

/// What is to be said of a time that is drawn.
struct SpreadDoc {
  std::string_view sentence;  ///< of the time
  std::string_view reason;    ///< for its default, and for how it is distributed
  std::string_view moves;     ///< stage of the request's latency
  Range time;
  Range longest;
};

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

  void describe(Fields& f, const SpreadDoc& doc) {
    f("spread", spread, spreads, assumption("How `time` is distributed", doc.reason, doc.moves));
    f("time", time, doc.time, assumption(doc.sentence, doc.reason, doc.moves));
    f("longest", longest, doc.longest,
      assumption("The longest, where it is distributed; at least `time`", doc.reason, doc.moves).only_if(spread != Spread::fixed, ".spread is fixed"));
    f("tail_ppm", tail_ppm, {0, 1'000'000},
      assumption("Of a million, those that take `longest`, with two-point", doc.reason, doc.moves)
          .only_if(spread == Spread::two_point, ".spread is not two-point"));
  }
};

}  // namespace icesim
