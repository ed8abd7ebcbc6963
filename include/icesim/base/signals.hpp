// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

/// One pin, or one bundle of up to 64 pins, that a wave file shows.
struct Signal {
  std::string scope;  ///< the module it belongs to
  std::string name;
  unsigned width = 1;
  std::string sentence;
};

/// Told of every change of a list of signals, which are all 0 at the beginning.
class SignalRecorder {
 public:
  virtual ~SignalRecorder() = default;
  /// Comes first: the signals, which are known by their index from then on.
  virtual void declare(const std::vector<Signal>& signals) = 0;
  /// Signal number `signal` takes `value` at `at`, which may lie in the future and before what was told already. Of two
  /// changes at the same time the one told last holds.
  virtual void change(std::size_t signal, Picoseconds at, std::uint64_t value) = 0;
  /// The same, but nobody may know the value.
  virtual void hide(std::size_t signal, Picoseconds at) = 0;
  /// False when of all changes from `from` to `to` only the last value of each signal can matter.
  virtual bool shows(Picoseconds from, Picoseconds to) const = 0;
  /// Promises that no change before `now` will be told any more.
  virtual void settle(Picoseconds now) = 0;
  /// The simulation has ended; changes after `at` do not happen.
  virtual void end(Picoseconds at) = 0;
};

}  // namespace icesim
