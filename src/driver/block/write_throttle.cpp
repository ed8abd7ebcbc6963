// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/write_throttle.hpp"

namespace icesim {
namespace {

using namespace literals;

constexpr Picoseconds close_to_reads = 100_ms;
constexpr std::uint64_t fewest_writes = 3;  ///< in a window, so that they are to blame
constexpr std::uint64_t most_quiet_windows = 5;

std::uint64_t whole_root(std::uint64_t n) {
  std::uint64_t root = 0;
  while ((root + 1) * (root + 1) <= n) ++root;
  return root;
}

}  // namespace

WriteThrottle::WriteThrottle(const WriteThrottleConfig& config, std::uint64_t num_tags, Picoseconds now)
    : config_(config), scale_(config.depth, num_tags), last_read_(now), window_(config.window) {}

WriteThrottle::Kind WriteThrottle::kind_of(const IoRequest& io) const {
  switch (io.operation) {
    case Operation::read: return Kind::read;
    case Operation::discard: return Kind::discard;
    case Operation::flush: return Kind::none;
    case Operation::write: break;
  }
  const bool exempt = config_.sync_writes == SyncWrites::exempt && (io.flags & IoRequest::sync) != 0;
  return exempt ? Kind::none : Kind::write;
}

/// Linux: get_limit.
std::uint64_t WriteThrottle::limit(Kind kind, bool awaited, Picoseconds now) const {
  if (kind == Kind::discard) return background();
  if (awaited) return scale_.depth();
  return now < last_read_ + close_to_reads ? background() : normal();
}

bool WriteThrottle::enter(Kind kind, const IoRequest& io, std::uint32_t submitter, Picoseconds now) {
  Row& row = row_of(kind);
  const bool awaited = (io.flags & (IoRequest::sync | IoRequest::metadata)) != 0;
  if (row.waiting.empty() && row.under_way < limit(kind, awaited, now)) {
    ++row.under_way;
    return true;
  }
  ++statistics_.waits;
  row.waiting.push({submitter, awaited});
  return false;
}

bool WriteThrottle::begin_window() {
  const bool begins = !timed_;
  timed_ = true;
  return begins;
}

void WriteThrottle::issue(const Request& request, Picoseconds now) {
  if (request.operation != Operation::read || watched_ != no_index) return;
  watched_ = request.number;
  watched_since_ = now;
}

void WriteThrottle::complete(const Request& request, Picoseconds issued, Picoseconds now) {
  const bool read = request.operation == Operation::read;
  if (read) last_read_ = now;
  if (watched_ == request.number) watched_ = no_index;
  if (!timed_ || request.operation == Operation::flush) return;
  if (!read) {
    ++writes_;
    return;
  }
  fastest_read_ = reads_ == 0 ? now - issued : std::min(fastest_read_, now - issued);
  ++reads_;
}

/// Whether those who wait may go on now that one less is under way (Linux: wbt_rqw_done).
bool WriteThrottle::enough_left(Kind kind) {
  const std::uint64_t under_way = row_of(kind).under_way;
  if (under_way == 0) return true;
  const std::uint64_t most = kind == Kind::discard ? background() : config_.write_cache ? 0 : normal();
  return under_way < most && most - under_way >= background() / 2;
}

/// Looks at the window that ends (Linux: wb_timer_fn, latency_exceeded). True when more may be under way from now on.
bool WriteThrottle::adapt(Picoseconds now) {
  const Picoseconds waits = watched_ == no_index ? Picoseconds{} : now - watched_since_;
  const std::uint64_t under_way = rows_[0].under_way + rows_[1].under_way;
  const bool known = reads_ > 0 && writes_ >= fewest_writes;
  const bool too_slow = waits > window_ || (waits > config_.target && reads_ == 0) ||
                        (known && fastest_read_ > config_.target);
  const bool quiet = !known && writes_ == 0 && under_way == 0;
  reads_ = writes_ = 0;
  bool up = false, down = false;
  if (too_slow) {
    down = scale_.down(true);
  } else if (!quiet) {
    up = scale_.up();
  } else if (++quiet_windows_ >= most_quiet_windows) {
    up = scale_.steps_down() > 0 && scale_.up();
    down = scale_.steps_down() < 0 && scale_.down(false);
  }
  if (up || down) quiet_windows_ = 0;
  statistics_.steps_up += up ? 1 : 0;
  statistics_.steps_down += down ? 1 : 0;
  return up;
}

/// Linux: rwb_arm_timer.
bool WriteThrottle::begin_next() {
  const std::int64_t steps = scale_.steps_down();
  window_ = config_.window;
  if (steps > 0) window_ = Picoseconds{(config_.window.n << 4) / whole_root(static_cast<std::uint64_t>(steps + 1) << 8)};
  // With two tags a step up leads to a depth of one, from which nothing leads back.
  const bool stays = steps < 0 && scale_.depth() == 1;
  timed_ = rows_[0].under_way + rows_[1].under_way > 0 || (steps != 0 && !stays);
  return timed_;
}

}  // namespace icesim
