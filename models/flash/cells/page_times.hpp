// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <array>

namespace icesim {

/// Which pages share the cells of a wordline, and how far their times are apart.
struct FlashWordlineConfig {
  static constexpr std::uint64_t most_pages = 4;

  std::uint64_t pages = 3;
  std::uint64_t read_spread_ppm = 0;
  std::uint64_t program_spread_ppm = 0;

  bool pages_differ() const { return pages > 1 && (read_spread_ppm > 0 || program_spread_ppm > 0); }
  void describe(Fields& f);
};

/// The times of pages by their place in a wordline.
///
/// Of n pages of a wordline the first (lower) one takes spread less than `time`, the last (upper) one as much more, those
/// between lie evenly between: their mean is `time`. Page p of a block is page p % n of its wordline. A program of several
/// pages takes `time` times the mean of theirs, so that of whole wordlines takes `time`.
///
/// **Spec**: [nand-simulators], which have a time for each page of TLC.
///
/// **Not modelled** Orders in which wordlines are programmed in several passes.
class FlashPageTimes {
 public:
  /// A spread of 0 is one time for all.
  FlashPageTimes(const FlashWordlineConfig& config, std::uint64_t pages_per_program, Picoseconds read, Picoseconds program);

  Picoseconds read(std::uint64_t page) const { return read_[page % pages_]; }
  /// Of the program whose last page is `page`.
  Picoseconds program(std::uint64_t page) const { return program_[page % pages_]; }

 private:
  using Times = std::array<Picoseconds, FlashWordlineConfig::most_pages>;

  std::uint64_t pages_;
  Times read_{};
  Times program_{};  ///< by the last page of the program
};

}  // namespace icesim
