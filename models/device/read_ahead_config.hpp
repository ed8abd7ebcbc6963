// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

namespace icesim {

/// Memory of the device for what sequential reads will ask for next.
struct ReadAheadConfig {
  Bytes read_ahead{0};
  std::uint64_t read_ahead_streams = 4;

  bool on() const { return read_ahead > Bytes{0}; }
  std::uint64_t blocks() const { return read_ahead / logical_block; }
  /// Reads for it that the flash works on at once, at most.
  std::uint64_t flights() const { return 2 * blocks() * read_ahead_streams; }

  void describe(Fields& f) {
    f("read_ahead", read_ahead, {Bytes{0}, Bytes{1 << 20}, logical_block},
      choice("What the flash reads into the device's memory behind a read that begins where an earlier one ended, for the "
             "next one of that stream; 0: nothing"));
    f("read_ahead_streams", read_ahead_streams, {1, 16},
      assumption("Streams that `read_ahead` follows at once, each with as much memory; a new one takes the place of the one that "
                 "was read longest ago",
                 "translation layers do not publish it [no-figure]")
        .only_if(on(), "device.read_ahead is 0"));
  }
};

struct ReadAheadStatistics {
  std::uint64_t blocks = 0, hits = 0, waits = 0, dropped = 0;

  void describe(Statistics& s) const {
    s("blocks", blocks, "Blocks that the flash read ahead");
    s("hits", hits, "Blocks that a read found in memory");
    s("waits", waits, "Blocks that a read found on their way there");
    s("dropped", dropped, "Blocks that were read ahead for nothing: written, skipped, or the stream's place was taken");
  }
};

}  // namespace icesim
