// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

namespace icesim {

/// The self test that an inline crypto engine makes when it comes out of power collapse, before it may have keys, as its
/// driver waits for it [ice-self-test].
///
/// **Timing**: it begins when a thread looks for its end for the first time, and takes a given time; 0: there is none, and
/// nobody looks. To look is a register read, `mmio_read`, which tells what is so at its end. While the test goes on the thread
/// sleeps for `poll`, has a core after `thread_wake`, and looks again.
/// **Spec**: [ice-self-test].
/// **Not modelled**: that it fails, or goes on for longer than the driver waits, 5 ms; that of the first initialisation; that
/// Linux may wake somewhat sooner than it asked for.
class SelfTest {
 public:
  static constexpr Picoseconds poll{50'000'000};
  static constexpr Picoseconds longest{5'000'000'000};

  explicit SelfTest(Picoseconds time) : time_(time) {}

  bool on() const { return time_.n > 0; }
  void begin(Picoseconds now) { end_ = now + time_; }
  bool goes_on(Picoseconds now) const { return now < end_; }

 private:
  Picoseconds time_;
  Picoseconds end_{};
};

}  // namespace icesim
