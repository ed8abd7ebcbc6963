// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_array.hpp"

namespace icesim {

/// Suspends what a die does with its cells, if a read of the host waits for it.
void FlashArray::suspend(std::uint32_t die) {
  FlashDie& d = dies_[die];
  if (!d.may_suspend(cycle_, suspension_->most) || translation_.collect_first(die)) return;
  const bool erases = d.active.work == FlashWork::erase;
  ++(erases ? statistics_.suspension.erases : statistics_.suspension.programs);
  const Cycles left = later(cycle_, erases ? suspension_->erase_time : suspension_->program_time);
  count_busy(die, left);
  d.suspend(cycle_);
  after(die, Kind::suspended, left);
}

/// Goes on with what was suspended.
void FlashArray::resume(std::uint32_t die) {
  FlashDie& d = dies_[die];
  d.cells_from = cycle_;
  d.ends = later(cycle_, suspension_->resume_time) + d.left();
  after(die, Kind::done, d.ends);
  if (caches_) load(die);
}

/// A program or an erase that may be suspended has its cells from `from` on until `end`.
void FlashArray::use_cells(std::uint32_t die, Cycles from, Cycles end) {
  FlashDie& d = dies_[die];
  d.cells_from = from;
  d.ends = end;
  // A read may wait by then.
  if (from > cycle_) after(die, Kind::cells, from);
}

}  // namespace icesim
