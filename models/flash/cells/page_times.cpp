// SPDX-License-Identifier: Apache-2.0
#include "models/flash/cells/page_times.hpp"

#include "icesim/base/wide.hpp"

namespace icesim {

void FlashWordlineConfig::describe(Fields& f) {
  f("pages", pages, {1, most_pages},
    assumption("Pages that share the cells of a wordline, if their times are apart: 1 is SLC, 3 TLC, 4 QLC",
               "as many as are programmed at once [nand-conzone]")
        .only_if(read_spread_ppm > 0 || program_spread_ppm > 0, "flash.wordline.read_spread_ppm and program_spread_ppm are 0"));
  f("read_spread_ppm", read_spread_ppm, {0, 900'000},
    assumption("How much shorter than flash.read_time that of a wordline's first page is, and how much longer that of its "
               "last one, in millionths; 0: all are alike",
               "310000 comes near a simulator's 56.5, 77.5 and 106 us [nand-simulators]",
               read_spread_ppm > 0 ? "flash" : ""));
  f("program_spread_ppm", program_spread_ppm, {0, 900'000},
    assumption("The same of flash.program_time, where flash.pages_per_program does not program whole wordlines",
               "840000 comes near a simulator's 0.82, 2.2 and 5.7 ms [nand-simulators]",
               program_spread_ppm > 0 ? "flash" : ""));
}

FlashPageTimes::FlashPageTimes(const FlashWordlineConfig& config, std::uint64_t pages_per_program, Picoseconds read,
                               Picoseconds program)
    : pages_(config.pages) {
  const std::uint64_t n = pages_;
  // Moves a time by the spread times (sum of 2 page - (n - 1) over the pages) / ((n - 1) * count).
  const auto moved = [n](Picoseconds time, std::uint64_t spread_ppm, std::uint64_t last, std::uint64_t count) {
    std::uint64_t above = 0, below = 0;
    for (std::uint64_t page = last + n * count - (count - 1), i = 0; i < count; ++i, ++page) {
      above += 2 * (page % n);
      below += n - 1;
    }
    const std::uint64_t far = above > below ? above - below : below - above;
    const std::uint64_t by = n == 1 ? 0 : static_cast<std::uint64_t>(Wide{time.n} * spread_ppm * far / ((n - 1) * count * 1'000'000));
    return above > below ? time + Picoseconds{by} : time - Picoseconds{by};
  };
  for (std::uint64_t page = 0; page < n; ++page) {
    read_[page] = moved(read, config.read_spread_ppm, page, 1);
    program_[page] = moved(program, config.program_spread_ppm, page, pages_per_program);
  }
}

}  // namespace icesim
