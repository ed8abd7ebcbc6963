// SPDX-License-Identifier: Apache-2.0
#include "models/flash/streams/stream_config.hpp"

namespace icesim {

void FlashStreamConfig::describe(Fields& f) {
  f("hot", hot,
    choice("Whether hot blocks go to superblocks of their own: those that the host wrote before, not more than `window_ppm` ago"));
  f("window_ppm", window_ppm, {1, 16'000'000},
    assumption("Blocks that the host writes between two writes of a hot one at most, in millionths of those that it sees",
               "the rule is that of [hot-and-cold] with a window that stays, wide enough for a fifth of the blocks with four of five writes; translation layers do not publish theirs [no-figure]",
               "flash")
        .only_if(hot, "flash.streams.hot is false"));
}

void FlashStreamStatistics::describe(Statistics& s) const {
  s("hot_blocks_written", hot_blocks_written, "Blocks of the host that were hot when they were written");
}

}  // namespace icesim
