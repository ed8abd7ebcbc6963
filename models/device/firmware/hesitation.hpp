// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/random.hpp"
#include "icesim/base/spread/spread.hpp"

namespace icesim {

/// For how long a command waits for something of the device's own, beside other commands: tables, wear, temperature, or in an
/// emulator the machine below it.
struct HesitationConfig : SpreadTime {
  HesitationConfig() : SpreadTime{Spread::fixed, {}, Picoseconds{10'000'000'000}, 10'000} {}

  bool on() const { return spread != Spread::fixed || time.n > 0; }

  void describe(Fields& f) {
    using namespace literals;
    SpreadTime::describe(f, {"The time, for each command; with a fixed one of 0 there is none", "recorded latencies tell it ('icesim fit') [no-figure]",
                             on() ? "device" : "", {0_ps, 10_ms}, {0_ps, 100_ms}});
  }
};

/// Draws that time, the same on every machine, for one command after the other.
class Hesitation {
 public:
  explicit Hesitation(const HesitationConfig& config) : config_(config) {}
  Picoseconds next() {
    const Picoseconds time = config_.draw(random_);
    sum_ += time;
    return time;
  }
  const TimeSum& sum() const { return sum_; }

 private:
  HesitationConfig config_;
  Random random_{0x6865736974617465};
  TimeSum sum_;
};

}  // namespace icesim
