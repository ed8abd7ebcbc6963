// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/ufshcd/probe.hpp"

/// What other controllers than the standard's ask for before and behind HCE (RegistersConfig).
namespace icesim {
namespace {

constexpr std::uint64_t reset_lines = 4;  ///< of controller, engine, UniPro and M-PHY
/// MediaTek's own register of the controller [linux-mediatek-ufs].
constexpr auto clock_control = static_cast<Reg>(0x140);
constexpr std::uint32_t clocks_run = 0x80;

}  // namespace

/// A pause, or work of the core.
void Probe::add_wait(Action::Kind kind, Picoseconds time) {
  Action a;
  a.kind = kind;
  a.time = time;
  plan_.push_back(a);
}

/// Linux: ufs_mtk_hce_enable_notify. The engine is asked for only where there is one.
void Probe::plan_platform() {
  const Picoseconds lines = costs_.mmio_write * reset_lines;
  add_wait(Action::Kind::reset_lines, lines);
  add_wait(Action::Kind::pause, config_.registers.reset_hold);
  add_wait(Action::Kind::work, lines);
  if (config_.crypto) add_wait(Action::Kind::work, config_.registers.enable_call);
  add_read(clock_control, &Probe::let_clocks_run);
}

void Probe::let_clocks_run(std::uint32_t value) { hcd_.write(clock_control, value | clocks_run); }

/// Linux: ufs_intel_hce_enable_notify.
void Probe::enable_crypto(std::uint32_t value) { hcd_.write(Reg::HCE, value | HCE::CGE); }

Step Probe::prepare() {
  begin_anew();
  plan_platform();
  return Step::compute(Work::Kind::probe, 0, Picoseconds{1'000'000});
}

}  // namespace icesim
