// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/spread/spread.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "src/base/spread/exponential.hpp"

#include <algorithm>
#include <string>

namespace icesim {

void SpreadTime::check(std::string_view name) const {
  if (spread == Spread::fixed || longest >= time) return;
  const std::string group(name);
  throw UserError(group + ".longest: " + quantity_text(longest) + " is less than " + group + ".time=" + quantity_text(time));
}

Picoseconds SpreadTime::draw(Random& random) const {
  switch (spread) {
    case Spread::fixed:
      break;
    case Spread::uniform:
      return time + Picoseconds{random.below((longest - time).n + 1)};
    case Spread::exponential:
      return std::min(exponential(random, time), longest);
    case Spread::two_point:
      return random.below(1'000'000) < tail_ppm ? longest : time;
  }
  return time;
}

}  // namespace icesim
