// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace icesim {

/// How a key gets into the hardware.
enum class KeyPathKind : std::uint8_t { registers, firmware, hwkm_v1, hwkm_v2, none };

/// How long the secure world works for one call.
enum class Spread : std::uint8_t { fixed, uniform, exponential, two_point };

/// A call into the secure world, and who else calls it.
struct SecureCallConfig {
  Spread spread = Spread::fixed;
  Picoseconds time{50'000'000};
  Picoseconds longest{200'000'000};
  std::uint64_t tail_ppm = 10'000;
  Picoseconds entry{2'000'000};
  Picoseconds buffer{1'000'000};
  std::uint64_t others_ppm = 0;
  Picoseconds others_hold{50'000'000};
  std::uint64_t busy_ppm = 0;

  static constexpr std::array<Choice, 4> spreads{
      {{"fixed", "Each call takes `time`"},
       {"uniform", "From `time` to `longest`, each as likely"},
       {"exponential", "`time` on average, at most `longest`"},
       {"two-point", "`time`, or `longest` in `tail_ppm` of a million calls"}}};

  void describe(Fields& f) {
    using namespace literals;
    f("spread", spread, spreads,
      assumption("How the time of the secure world is distributed", "no vendor has published it [no-figure]",
                 "firmware"));
    f("time", time, {5_us, 200_us},
      assumption("Time of the secure world for one call", "no vendor has published it [no-figure]", "firmware"));
    const auto when = [](bool used) { return std::string_view(used ? "firmware" : ""); };
    f("longest", longest, {5_us, 10_ms},
      assumption("Longest time of the secure world, where it is distributed; at least `time`", "[no-figure]",
                 when(spread != Spread::fixed)));
    f("tail_ppm", tail_ppm, {0, 1'000'000},
      assumption("Calls of a million that take `longest`, with two-point", "[no-figure]",
                 when(spread == Spread::two_point)));
    f("entry", entry, {0_ps, 100_us},
      assumption("Into the secure world and back, beside its work", "0.5 to 3.1 us on Arm's boards [smc-round-trip]",
                 "firmware"));
    f("buffer", buffer, {0_ps, 100_us},
      assumption("Taking and giving back one buffer that the secure world may read", "two locks and a tree [no-figure]",
                 "firmware"));
    f("others_ppm", others_ppm, {0, 900'000},
      assumption("Share of the time in which another caller holds the mutex of all calls, in parts per million",
                 "crypto, displays and remote processors use it, too [linux-qcom-scm]", "firmware"));
    f("others_hold", others_hold, {0_ps, 1_ms},
      assumption("Longest time for which such a caller holds it", "[no-figure]", when(others_ppm > 0)));
    f("busy_ppm", busy_ppm, {0, 1'000'000},
      assumption("Calls of a million that the secure world refuses as busy; each is tried again after 30 ms, 21 times",
                 "[linux-qcom-scm]", "firmware"));
  }
};

/// Key paths: `crypto.path` and what its steps cost.
struct KeyPathConfig {
  KeyPathKind path = KeyPathKind::registers;
  SecureCallConfig call;
  Picoseconds derivation{20'000'000};
  std::uint64_t failing_program = 0;

  static constexpr std::array<Choice, 5> paths{
      {{"registers", "The CPU writes the key to x-CRYPTOCFG: 19 register writes (JEDEC)"},
       {"firmware", "The secure world writes it, called by the CPU with the key (Qualcomm ICE)"},
       {"hwkm-v1", "The CPU hands a wrapped key to a key manager in hardware, word by word (Qualcomm HWKM 1)"},
       {"hwkm-v2", "The secure world unwraps the key inside of the hardware (Qualcomm HWKM 2)"},
       {"none", "The controller does not encrypt; keys in the trace are ignored"}}};

  bool encrypts() const { return path != KeyPathKind::none; }
  bool calls_secure_world() const { return path == KeyPathKind::firmware || path == KeyPathKind::hwkm_v2; }

  /// Throws UserError where values do not fit each other.
  void check() const;

  void describe(Fields& f) {
    using namespace literals;
    f("path", path, paths, choice("How a key reaches the engine"));
    f.group("call", call, "Calls into the secure world: firmware, hwkm-v2");
    f("derivation", derivation, {0_ps, 1_ms},
      assumption("Time in which the key manager in hardware derives a key: hwkm-v1", "[no-figure]",
                 path == KeyPathKind::hwkm_v1 ? "keyslot_program" : ""));
    f("failing_program", failing_program, {0, ~std::uint64_t{0}},
      choice("The key program of this number fails, counted from 1; 0: none"));
  }
};

}  // namespace icesim
