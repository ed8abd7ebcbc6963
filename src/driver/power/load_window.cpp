// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/power/load_window.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::uint64_t microsecond = 1'000'000;

std::uint64_t microseconds(Picoseconds from, Picoseconds to) { return (to - from).n / microsecond; }

}  // namespace

void LoadWindow::busy(Picoseconds now) {
  if (!since_) {
    since_ = now;
    busy_ = 0;
  }
  busy_since_ = now;
}

void LoadWindow::idle(Picoseconds now) {
  busy_ += microseconds(*busy_since_, now);
  busy_since_.reset();
}

LoadWindow::Load LoadWindow::look(Picoseconds now) {
  Load load;
  if (since_) load = {busy_ + (busy_since_ ? microseconds(*busy_since_, now) : 0), microseconds(*since_, now)};
  since_ = now;
  busy_ = 0;
  if (busy_since_) busy_since_ = now;
  return load;
}

bool LoadWindow::wants_higher(const Load& load, bool higher, const FrequencyScalingConfig& config) {
  constexpr std::uint64_t highest = 200'000'000;  // Hz; only the ratio tells
  const std::uint64_t lower = highest / 100 * config.lower_clock, up = config.up_threshold, down = config.down_differential;
  if (load.total == 0 || load.busy * 100 > load.total * up) return true;
  if (load.busy * 100 > load.total * (up - down)) return higher;
  return load.busy * (higher ? highest : lower) / load.total * 100 / (up - down / 2) > lower;
}

}  // namespace icesim
