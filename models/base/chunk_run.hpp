// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/clock_domain.hpp"
#include "models/base/small_divisor.hpp"

#include <cstdint>

namespace icesim {

/// A piece of a byte stream: all bytes before `end` (counted from the start of the stream) are there at time `at`.
struct Chunk {
  std::uint64_t end;
  Picoseconds at;
};

/// Chunks of one size whose times follow one rule, held as the rule instead of as a list.
///
/// Chunk i < count() ends at end + i * step. It comes from a source at
///
///     edge(first + ceil((offset + i * stride) / divisor)) + delay      of the source's clock,
///
/// and once it has crossed into another clock, at edge'(next'(that time) + later) of that one. Times are those that
/// the blocks on the way would work out chunk by chunk, to the picosecond.
/// `fewest` and `most` bound the distance of chunks, so that a block can prove what happens in between without looking:
/// floor(x + y) - floor(x) lies between floor(y) and floor(y) + 1, and with t' = t + d the next edges of t and t' lie
/// between floor(d / period) and next(d) cycles apart.
class ChunkRun {
 public:
  /// How the chunks leave their source; cycles are those of `clock`.
  struct Source {
    ClockDomain clock;
    std::uint64_t first = 0;
    std::uint64_t offset = 0;
    std::uint64_t stride = 1;
    SmallDivisor divisor{1};
    Picoseconds delay{};
  };

  /// No chunks.
  ChunkRun() = default;
  ChunkRun(std::uint64_t count, std::uint64_t end, std::uint64_t step, const Source& source)
      : count_(count), end_(end), step_(step), source_(source) {}

  std::uint64_t count() const { return count_; }
  std::uint64_t step() const { return step_; }
  std::uint64_t end(std::uint64_t i) const { return end_ + i * step_; }
  Picoseconds at(std::uint64_t i) const {
    const Picoseconds left = source_.clock.edge(Cycles{source_cycle(i)}) + source_.delay;
    return crossed_ ? target_.edge(target_.next(left) + Cycles{later_}) : left;
  }
  Chunk operator[](std::uint64_t i) const { return {end(i), at(i)}; }
  /// First edge of `clock` at or after at(i).
  std::uint64_t next(const ClockDomain& clock, std::uint64_t i) const {
    if (!crossed_ && source_.delay.n == 0 && same(clock, source_.clock)) return source_cycle(i);
    if (!crossed_ || !same(clock, target_)) return clock.next(at(i)).n;
    return clock.next(source_.clock.edge(Cycles{source_cycle(i)}) + source_.delay).n + later_;
  }

  /// At least so many edges of `clock` lie between next(i) and next(i + n), whatever i.
  std::uint64_t fewest(const ClockDomain& clock, std::uint64_t n) const {
    const std::uint64_t cycles = source_.divisor.down(n * source_.stride);
    if (!crossed_ && source_.delay.n == 0 && same(clock, source_.clock)) return cycles;
    const std::uint64_t across = whole(crossed_ ? target_ : clock, source_.clock.edge(Cycles{cycles}));
    return !crossed_ || same(clock, target_) ? across : whole(clock, target_.edge(Cycles{across}));
  }
  /// At most so many.
  std::uint64_t most(const ClockDomain& clock, std::uint64_t n) const {
    const std::uint64_t cycles = source_.divisor.up(n * source_.stride);
    if (!crossed_ && source_.delay.n == 0 && same(clock, source_.clock)) return cycles;
    const std::uint64_t across =
        (crossed_ ? target_ : clock).next(source_.clock.edge(Cycles{cycles}) + Picoseconds{1}).n;
    return !crossed_ || same(clock, target_) ? across : clock.next(target_.edge(Cycles{across}) + Picoseconds{1}).n;
  }

  /// True when the chunks of `other` are of the same size and follow each other by the same rule: bounds of one are
  /// those of the other.
  bool spaced_like(const ChunkRun& other) const {
    return step_ == other.step_ && source_.stride == other.source_.stride && source_.delay == other.source_.delay &&
           source_.divisor.n() == other.source_.divisor.n() && same(source_.clock, other.source_.clock) &&
           same(target_, other.target_);
  }

  void clear() { count_ = 0; }
  /// Drops the first chunk.
  void drop_first() {
    --count_;
    end_ += step_;
    source_.offset += source_.stride;
  }
  /// Puts `bytes` more before all chunks.
  void shift(std::uint64_t bytes) { end_ += bytes; }
  /// True when pass_through(clock, ...) can hold what it would say.
  bool can_pass_through(const ClockDomain& clock) const { return !crossed_ || same(clock, target_); }
  /// All chunks leave a block `later` cycles after the first edge of its clock on which they are there.
  void pass_through(const ClockDomain& clock, std::uint64_t later) {
    if (crossed_) {
      later_ += later;
    } else if (source_.delay.n == 0 && same(clock, source_.clock)) {
      source_.first += later;
    } else {
      crossed_ = true;
      target_ = clock;
      later_ = later;
    }
  }

 private:
  /// Clocks of one frequency have the same edges.
  static bool same(const ClockDomain& a, const ClockDomain& b) { return a.frequency() == b.frequency(); }
  /// Whole cycles in `time`, or one fewer.
  static std::uint64_t whole(const ClockDomain& clock, Picoseconds time) {
    return time.n == 0 ? 0 : clock.next(time).n - 1;
  }
  std::uint64_t source_cycle(std::uint64_t i) const {
    return source_.first + source_.divisor.up(source_.offset + i * source_.stride);
  }

  static constexpr ClockDomain none{Hertz{1}, Cycles{0}};

  std::uint64_t count_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t step_ = 1;
  Source source_{none};
  bool crossed_ = false;
  ClockDomain target_ = none;
  std::uint64_t later_ = 0;
};

}  // namespace icesim
