// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/reference/ice/aes_xts_block.hpp"
#include "testbench/reference/ice/aes_xts_twin.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace icesim::twin {

/// What stood on the ports of an AES-XTS engine just before one rising clock edge.
struct RecordedCycle {
  bool decrypt = false;
  bool clear_valid = false;
  std::optional<AesBlock> load_tweak;  ///< the number, when one is loaded
  bool ready_in = false;
  bool in_valid = false;
  bool in_ready = false;
  AesBlock in_data;
  bool out_valid = false;
  AesBlock out_data;
};

/// A recording of an engine's ports, cycle by cycle, and what its first line says of the engine.
///
/// The file is text, perhaps compressed by gzip: a line `# key=HEX keybits=N workers=W blocks_per_data_unit=N ; ...`,
/// one with the names of the columns, and one per cycle. `registers_per_round=N` may follow in the first line.
struct Recording {
  AesXtsTwinConfig config;
  std::vector<std::uint8_t> key;
  std::vector<RecordedCycle> cycles;

  /// Throws UserError that names file and line.
  static Recording read(const std::string& path);
};

struct ReplayResult {
  std::uint64_t cycles = 0;
  std::uint64_t blocks = 0;            ///< that came out in the recording
  std::uint64_t differences = 0;       ///< cycles in which in_ready, out_valid or out_data differ
  std::optional<std::uint64_t> first;  ///< the first of them
};

/// Gives the recorded inputs to a twin with the recorded engine's parameters, and compares the outputs of every cycle.
/// The first `settling` cycles, before the recorded engine was flushed, do not count.
ReplayResult replay(const Recording& recording);
inline constexpr std::uint64_t settling = 3;

}  // namespace icesim::twin
