// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/spread/spread.hpp"

#include "src/driver/spread/exponential.hpp"

#include <algorithm>

namespace icesim {

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
