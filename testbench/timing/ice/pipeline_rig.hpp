// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/ice/aes_xts_pipeline.hpp"

namespace icesim::test {

inline const ClockDomain ice{Hertz{300'000'000}, Cycles{2}};

inline Picoseconds edge(std::uint64_t n) { return ice.edge(Cycles{n}); }

/// Puts a key of this data unit size into a keyslot, as a driver does.
inline void program(KeyslotFile& keyslots, std::uint64_t keyslot, Bytes data_unit) {
  CryptoConfig entry;
  entry.set_config({data_unit_mask(data_unit), 0, true});
  for (std::size_t step = 0; step < program_writes; ++step) {
    const CryptoConfigWrite write = program_write(entry, step);
    keyslots.write(static_cast<std::uint32_t>(keyslot * CryptoConfig::word_count) + write.offset / 4, write.value);
  }
}

}  // namespace icesim::test
