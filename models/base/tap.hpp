// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/spec/utrd.hpp"
#include "models/base/ports.hpp"

#include <array>
#include <cstdint>

namespace icesim {

/// Watches the host controller from inside; what passes between modules is watched at their ports.
/// An observer, never a participant: the controller is the same with and without one, and without one it pays for the
/// test of a pointer. Times lie at or after the time of the call.
class Tap {
 public:
  virtual ~Tap() = default;
  /// A register is written or read, with effect at `at`.
  virtual void access(bool write, std::uint32_t offset, std::uint32_t value, Picoseconds at) = 0;
  /// The doorbell register holds `tags` from now on.
  virtual void doorbell(std::uint32_t tags, Picoseconds at) = 0;
  /// Fetch unit `unit` takes `tag` at `from` and is free again at `ready`.
  virtual void fetch(std::size_t unit, Tag tag, Picoseconds from, Picoseconds ready) = 0;
  /// The command under `tag` ends.
  virtual void completion(Tag tag, Ocs ocs, Picoseconds at) = 0;
  virtual void interrupt(bool level, Picoseconds at) = 0;
};

/// Tells two.
class BothTaps : public Tap {
 public:
  BothTaps(Tap& first, Tap& second) : taps_{&first, &second} {}
  void access(bool write, std::uint32_t offset, std::uint32_t value, Picoseconds at) override {
    for (Tap* const tap : taps_) tap->access(write, offset, value, at);
  }
  void doorbell(std::uint32_t tags, Picoseconds at) override {
    for (Tap* const tap : taps_) tap->doorbell(tags, at);
  }
  void fetch(std::size_t unit, Tag tag, Picoseconds from, Picoseconds ready) override {
    for (Tap* const tap : taps_) tap->fetch(unit, tag, from, ready);
  }
  void completion(Tag tag, Ocs ocs, Picoseconds at) override {
    for (Tap* const tap : taps_) tap->completion(tag, ocs, at);
  }
  void interrupt(bool level, Picoseconds at) override {
    for (Tap* const tap : taps_) tap->interrupt(level, at);
  }

 private:
  std::array<Tap*, 2> taps_;
};

/// Watches the flow control of the link from inside, likewise.
class LinkTap {
 public:
  virtual ~LinkTap() = default;
  /// An AFC acknowledges `frames` data frames of `direction`: it is on the lanes of the other direction from `begin`
  /// until `end`, and the transmitter of the frames knows of it at `known`. All lie in the future, in the order of the
  /// AFCs.
  virtual void acknowledgement(Direction direction, std::uint32_t frames, Picoseconds begin, Picoseconds end,
                               Picoseconds known) = 0;
};

}  // namespace icesim
