// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/ring.hpp"
#include "icesim/driver/block/depth_scale.hpp"
#include "icesim/driver/block/request.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace icesim {

/// Writes that a trace calls synchronous.
enum class SyncWrites : std::uint8_t { throttled, exempt };

struct WriteThrottleConfig {
  bool on = false;
  Picoseconds target{2'000'000'000};
  Picoseconds window{100'000'000'000};
  std::uint64_t depth = 16;
  SyncWrites sync_writes = SyncWrites::throttled;
  bool write_cache = true;  ///< the device has one; told by the system, no parameter

  static constexpr std::array<Choice, 2> sync_kinds{
      {{"throttled", "They are what fsync writes: up to the whole depth is let through"},
       {"exempt", "They are direct I/O, which is not throttled"}}};

  void describe(Fields& f) {
    using namespace literals;
    f("on", on, assumption("Writes are held back so that reads do not wait for them", "Linux does [linux-wbt]", "throttle"));
    const Fields::Only only(f, on, ".on is false");
    f("target", target, {1_us, 10_s},
      fact("The fastest read of a window should not take longer", "2 ms for what does not rotate [linux-wbt]"));
    f("window", window, {1_ms, 10_s}, fact("After so long the depth is looked at; shorter when it is small", "[linux-wbt]"));
    f("depth", depth, {2, 256}, fact("Writes let through at a time, at first; three quarters of the tags at most", "[linux-wbt]"));
    f("sync_writes", sync_writes, sync_kinds,
      assumption("What writes are that a trace calls synchronous", "traces tell direct I/O and fsync not apart [linux-wbt]",
                 "throttle"));
  }
};

struct WriteThrottleStatistics {
  std::uint64_t waits = 0;
  std::uint64_t steps_up = 0;
  std::uint64_t steps_down = 0;

  void describe(Statistics& s) const {
    s("waits", waits, "Writes and discards that were held back");
    s("steps_up", steps_up, "Times more writes were let through from then on");
    s("steps_down", steps_down, "Times fewer writes were let through from then on, because reads took too long");
  }
};

/// Linux's writeback throttling [linux-wbt]: holds writes and discards back before they get a tag. So many of each may be
/// under way: of writes the whole depth for what somebody waits for, a quarter within 100 ms of a read, otherwise half;
/// of discards a quarter. Those who wait go on in order, once so many have ended that it is worth while: with a write
/// cache all. At the end of a window in which the fastest read, or one that is under way, took longer than the target,
/// the depth goes down; if reads were fast or there were none, up; if nothing was going on, slowly back.
///
/// **Not modelled**: tasks that balance dirty pages, REQ_BACKGROUND and swap, which traces do not tell; jiffies.
class WriteThrottle {
 public:
  enum class Kind : std::uint8_t { none, read, write, discard };

  WriteThrottle(const WriteThrottleConfig& config, std::uint64_t num_tags, Picoseconds now);

  Kind kind_of(const IoRequest& io) const;
  static bool holds_back(Kind kind) { return kind == Kind::write || kind == Kind::discard; }
  /// A read comes down.
  void submit_read(Picoseconds now) { last_read_ = now; }
  /// Whether a write or discard may go on, and counts. Otherwise its submitter sleeps until it is woken, and counts then.
  bool enter(Kind kind, const IoRequest& io, std::uint32_t submitter, Picoseconds now);
  /// Somebody who went on sees to it that window_ended() is called at the end of a window: it begins now.
  bool begin_window();
  Picoseconds window() const { return window_; }

  /// A request goes to the device.
  void issue(const Request& request, Picoseconds now);
  /// A request will be issued again.
  void put_back(const Request& request) {
    if (watched_ == request.number) watched_ = no_index;
  }
  /// A request has ended that was issued at `issued`.
  void complete(const Request& request, Picoseconds issued, Picoseconds now);
  /// A write or discard counts no more; calls `wake(submitter)` for those who go on.
  template <class Wake>
  void leave(Kind kind, Picoseconds now, Wake&& wake) {
    Row& row = row_of(kind);
    --row.under_way;
    if (enough_left(kind)) wake_all(kind, now, wake);
  }
  /// True when another window begins.
  template <class Wake>
  bool window_ended(Picoseconds now, Wake&& wake) {
    if (adapt(now)) {
      wake_all(Kind::write, now, wake);
      wake_all(Kind::discard, now, wake);
    }
    return begin_next();
  }

  std::size_t sleeping() const { return rows_[0].waiting.size() + rows_[1].waiting.size(); }
  std::uint64_t depth() const { return scale_.depth(); }
  const WriteThrottleStatistics& statistics() const { return statistics_; }

 private:
  struct Waiter {
    std::uint32_t submitter = 0;
    bool awaited = false;
  };
  struct Row {
    std::uint64_t under_way = 0;
    Ring<Waiter> waiting;
  };

  Row& row_of(Kind kind) { return rows_[kind == Kind::discard ? 1 : 0]; }
  std::uint64_t normal() const { return scale_.depth() <= 2 ? scale_.depth() : (scale_.depth() + 1) / 2; }
  std::uint64_t background() const { return scale_.depth() <= 2 ? 1 : (scale_.depth() + 3) / 4; }
  std::uint64_t limit(Kind kind, bool awaited, Picoseconds now) const;
  bool enough_left(Kind kind);
  template <class Wake>
  void wake_all(Kind kind, Picoseconds now, Wake&& wake) {
    Row& row = row_of(kind);
    for (; !row.waiting.empty() && row.under_way < limit(kind, row.waiting.front().awaited, now); row.waiting.pop()) {
      ++row.under_way;
      wake(row.waiting.front().submitter);
    }
  }
  bool adapt(Picoseconds now);
  bool begin_next();

  WriteThrottleConfig config_;
  DepthScale scale_;
  std::array<Row, 2> rows_;
  Picoseconds last_read_;
  std::uint32_t watched_ = no_index;  ///< a read that is under way, by its number
  Picoseconds watched_since_{};
  bool timed_ = false;
  Picoseconds window_;
  // Of the window.
  std::uint64_t reads_ = 0;
  std::uint64_t writes_ = 0;
  Picoseconds fastest_read_{};
  std::uint64_t quiet_windows_ = 0;
  WriteThrottleStatistics statistics_;
};

}  // namespace icesim
