// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <array>

namespace icesim::sample {

using namespace literals;

enum class Mode { open, closed };
inline constexpr std::array<Choice, 2> modes{{{"open", "By time."}, {"closed", "By completion."}}};

struct Engine {
  std::uint64_t num_keyslots = 32;
  Cycles latency{63};
  Picoseconds wake = 5_us;
  Hertz clock = 300_MHz;
  bool bypass = false;

  void describe(Fields& f) {
    f("num_keyslots", num_keyslots, {1, 256}, fact("Entries of x-CRYPTOCFG.", "[ufshci-crypto]"));
    f("latency", latency, {1, 64}, fact("Cycles of one block.", "[aes-cost-model]"));
    f("wake", wake, Range(1_us, 1_ms), assumption("Wake-up time.", "no source found", "ice"));
    f("clock", clock, Range(1_MHz, 2000_MHz), fact("Clock.", "[aes-cost-model]"));
    f("bypass", bypass, choice("Switches the engine off."));
  }
};

struct Flash {
  Bytes page = 16_KiB;
  Picoseconds read{40'000'000};
  std::uint64_t seed = 0;

  void describe(Fields& f) {
    f("page", page, Range(512_B, 1_MiB), fact("Page size.", "[nand-conzone]"));
    f("read", read, Range(0_ps, 1_s), assumption("Time of a read | tR.", "varies", "flash"));
    f("seed", seed, {0, ~std::uint64_t{0}}, assumption("Seed of wear.", "arbitrary"));
  }
};

struct Config {
  Mode mode = Mode::open;
  Engine ice;
  struct Device {
    Flash flash;
    void describe(Fields& f) { f.group("flash", flash, "NAND dies."); }
  } device;

  void describe(Fields& f) {
    f("mode", mode, modes, choice("How requests arrive."));
    f.group("ice", ice, "Inline crypto engine.");
    f.group("device", device, "UFS device.");
  }
};

}  // namespace icesim::sample
