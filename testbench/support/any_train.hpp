// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/train.hpp"
#include "testbench/support/random_config.hpp"

#include <algorithm>

namespace icesim::test {

inline std::uint64_t any_of(std::uint64_t least, std::uint64_t most, std::uint64_t usual) {
  return *any_in({least, most}, usual);
}

/// A clock beside `other`: often one with the same edges.
inline ClockDomain any_clock_beside(const ClockDomain& other) {
  const std::uint64_t hertz =
      *rc::gen::weightedOneOf<std::uint64_t>({{3, rc::gen::just(other.frequency().n)},
                                              {1, rc::gen::just<std::uint64_t>(300'000'000)},
                                              {1, rc::gen::just<std::uint64_t>(1'166'080'000)},
                                              {2, any_in({10'000'000, 2'000'000'000}, 403'000'000)}});
  return {Hertz{hertz}, Cycles{any_of(1, 4, 2)}};
}

/// Chunks of `step` bytes, the first of which ends at `end`, about `distance` cycles of `receiver` apart: exactly as
/// many, some more, some fewer, or any number; from a clock of its own and perhaps through another one.
inline ChunkRun any_run(const ClockDomain& receiver, std::uint64_t distance, std::uint64_t step, std::uint64_t end,
                        Picoseconds from) {
  const ClockDomain clock = any_clock_beside(receiver);
  const std::uint64_t divisor = any_of(1, 4, 1);
  const std::uint64_t about =
      static_cast<std::uint64_t>(Wide{distance} * divisor * clock.frequency().n / receiver.frequency().n);
  const std::uint64_t stride = *rc::gen::weightedOneOf<std::uint64_t>(
      {{3, rc::gen::just(about)},
       {3, rc::gen::map(any_in({0, 6}, 3),
                        [=](std::uint64_t off) { return std::max<std::uint64_t>(about + off, 3) - 3; })},
       {2, rc::gen::map(any_in({1, 200}, 110), [=](std::uint64_t percent) { return about * percent / 100; })},
       {1, any_in({0, 5'000}, 280)}});
  ChunkRun run(any_of(1, 260, 120), end, step,
               {clock, clock.next(from).n, any_of(0, 1, 0) == 0 ? any_of(0, 60, 0) : any_of(0, 600, 0), stride, divisor,
                Picoseconds{*rc::gen::element<std::uint64_t>(0, 0, 1, 100'000, 123'457)}});
  if (any_of(0, 2, 0) > 0) run.pass_through(any_clock_beside(receiver), any_of(0, 80, 30));
  return run;
}

/// A train with such a run, and a few chunks before and behind it; its ends are multiples of `grain` except the last.
inline Train any_train(const ClockDomain& receiver, std::uint64_t distance, std::uint64_t step, std::uint64_t grain,
                       Picoseconds from) {
  Train train;
  std::uint64_t end = 0;
  for (std::uint64_t chunks = any_of(0, 3, 1); chunks > 0; --chunks) {
    from += Picoseconds{any_of(0, 400'000, 50'000)};
    train.head().push_back({end += grain * any_of(1, 40, 15), from});
  }
  const bool whole = any_of(0, 3, 1) > 0;
  train.run() = any_run(receiver, distance, step, end + (whole ? step : grain * any_of(1, 40, 15)), from);
  end = train.run().end(train.run().count() - 1);
  from = train.run().at(train.run().count() - 1);
  for (std::uint64_t chunks = any_of(0, 2, 1); chunks > 0; --chunks) {
    from += Picoseconds{any_of(0, 400'000, 50'000)};
    train.tail().push_back({end += chunks > 1 ? grain * any_of(1, 40, 15) : any_of(1, 700, 100), from});
  }
  return train;
}

/// The same train as a list.
inline Train list_of(Train train) {
  train.data();
  return train;
}

}  // namespace icesim::test
