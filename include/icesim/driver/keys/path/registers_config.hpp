// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <array>
#include <cstdint>

namespace icesim {

/// Whose controller takes keys by the standard's registers.
enum class RegistersVariant : std::uint8_t { jedec, mediatek, intel };

/// How the controllers with the standard's registers for keys (`crypto.path=registers`) differ: not in how a key is written
/// (RegistersPath), but in how controller and engine are enabled, at the initialisation and behind each reset.
///
/// - `jedec`: the keys, if there are any, are written; HCE <- HCE and CGE in one write; a millisecond later HCE is polled
///   [ufshci-enable].
/// - `mediatek`: before the keys are written four reset lines are pulled (controller, engine, UniPro, M-PHY: as many register
///   writes elsewhere), held for `reset_hold` and let go; the secure world is called to enable the engine (`enable_call`); bit
///   7 of the controller's register at 140h is set. HCE is written as with `jedec` and polled 600 us later. The engine's clock
///   is raised with all clocks (`boost`), else it stays at clocks.ice_low [linux-mediatek-ufs].
/// - `intel`: the controller takes CGE only when it is enabled: HCE is written as with `jedec` and reads 1 without CGE;
///   behind the write of IE it is read, and written back with CGE [linux-intel-ufs].
///
/// **Not modelled**: what the secure world does to enable the engine, and that it may refuse; UniPro in low-power mode, where
/// MediaTek's driver pulls no line; the time in which a regulator and the clock follow, once, before the first register is read.
struct RegistersConfig {
  RegistersVariant variant = RegistersVariant::jedec;
  Picoseconds reset_hold{100'000'000};
  Picoseconds enable_call{3'000'000};
  bool boost = true;

  static constexpr std::array<Choice, 3> variants{
      {{"jedec", "Enabled with the controller, in one write"},
       {"mediatek", "Reset by lines of its own and enabled by the secure world before the controller; its clock is raised"},
       {"intel", "Enabled by a second write, when the controller is"}}};

  void describe(Fields& f) {
    using namespace literals;
    f("variant", variant, variants,
      fact("Whose controller it is, which decides how its engine is enabled: registers",
           "the standard's [ufshci-enable], others [linux-mediatek-ufs] [linux-intel-ufs]"));
    const Fields::Only only(f, variant == RegistersVariant::mediatek, "only crypto.registers.variant=mediatek looks at it");
    f("reset_hold", reset_hold, {100_us, 110_us},
      fact("Time for which the reset lines are held: mediatek", "Linux asks for 100 to 110 us [linux-mediatek-ufs]"));
    f("enable_call", enable_call, {0_ps, 200_us},
      assumption("Call of the secure world that enables the engine: mediatek",
                 "a call without work takes up to 3.1 us [smc-round-trip], its work is published nowhere [no-figure]",
                 "retry"));
    f("boost", boost,
      fact("The engine's clock is raised while there are clocks, else it is clocks.ice_low: mediatek",
           "where the device tree says so [linux-mediatek-ufs]"));
  }
};

}  // namespace icesim
