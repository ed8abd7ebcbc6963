// SPDX-License-Identifier: Apache-2.0
#include "models/flash/cells/suspension.hpp"

namespace icesim {

void FlashSuspensionConfig::describe(Fields& f) {
  using namespace literals;
  f("most", most, {0, 64},
    assumption("How often one program or erase is suspended for reads of the host; 0: never",
               "parts that can do it do not publish a limit [no-figure]", most > 0 ? "flash" : ""));
  const Fields::Only only(f, most > 0, ".most is 0");
  f("program_time", program_time, {1_ns, 10_ms},
    assumption("From the suspension of a program to the first read", "a simulator's [nand-simulators]"));
  f("erase_time", erase_time, {1_ns, 10_ms},
    assumption("From the suspension of an erase to the first read", "a simulator's [nand-simulators]"));
  f("resume_time", resume_time, {0_ns, 10_ms},
    assumption("What a suspended operation needs beyond the rest of its time", "data sheets are not public [no-figure]"));
}

void FlashSuspensionStatistics::describe(Statistics& s) const {
  s("programs", programs, "Times a program of a die was suspended");
  s("erases", erases, "Times an erase of a die was suspended");
}

}  // namespace icesim
