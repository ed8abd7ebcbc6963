// SPDX-License-Identifier: Apache-2.0
#include "models/flash/cells/cache_program.hpp"

namespace icesim {

void FlashCacheProgramConfig::describe(Fields& f) {
  using namespace literals;
  f("on", on,
    choice("Whether a die that programs takes the data of its next program into a register of their own, if that is of the same superblock"));
  f("busy_time", busy_time, {0_ns, 100_ms},
    assumption("tCBSY: from the begin of a program in the cells until that register takes data",
               "short, say data sheets [cache-program], without a figure in what was found [no-figure]", "flash")
        .only_if(on, ".on is false"));
}

void FlashCacheProgramStatistics::describe(Statistics& s) const {
  s("programs", programs, "Programs of dies whose data came while another one was under way");
}

}  // namespace icesim
