// SPDX-License-Identifier: Apache-2.0
#include "models/host/cpu_idle.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// Longer ones do not matter, and their squares would overflow.
constexpr std::uint64_t longest_us = std::uint64_t{1} << 31;
constexpr std::size_t least_kept = 6;
constexpr Wide small_variance = 400;

}  // namespace

void IdleTimes::add(Picoseconds idle) {
  us_[next_] = std::min(idle.n / 1'000'000, longest_us);
  next_ = (next_ + 1) % count;
}

Picoseconds IdleTimes::prediction() const {
  std::array<std::uint64_t, count> sorted = us_;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t kept = count;;) {
    const std::uint64_t longest = sorted[kept - 1];
    if (longest == 0) return unknown;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kept; ++i) sum += sorted[i];
    const std::uint64_t mean = sum / kept;
    Wide variance = 0;
    for (std::size_t i = 0; i < kept; ++i) {
      const Wide off = sorted[i] < mean ? mean - sorted[i] : sorted[i] - mean;
      variance += off * off;
    }
    variance /= kept;
    const bool close = kept >= least_kept && Wide{mean} * mean > variance * 36;
    if (close || variance <= small_variance) return Picoseconds{mean * 1'000'000};
    if (kept <= least_kept) return unknown;
    while (kept > 0 && sorted[kept - 1] == longest) --kept;
    if (kept == 0) return unknown;
  }
}

Picoseconds CpuIdle::wake(std::size_t core, Picoseconds since, Picoseconds at) {
  if (at == since) return {};
  const Picoseconds idle = at - since;
  const bool menu = config_.governor == IdleGovernor::menu;
  const Picoseconds expected = menu ? idle_[core].prediction() : idle;
  if (menu) idle_[core].add(idle);
  bool off = expected >= config_.off_residency;
  Picoseconds began = since;
  if (menu && !off && idle >= config_.tick) {
    off = true;
    began += config_.tick;
  }
  Picoseconds exit = config_.wfi_exit;
  if (off) exit = std::max(at, began + config_.off_entry) + config_.off_exit - at;
  ++(off ? statistics_.off_exits : statistics_.wfi_exits);
  statistics_.exit_time += exit;
  return exit;
}

}  // namespace icesim
