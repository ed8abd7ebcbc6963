// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace icesim {

/// Who chooses the state of an idle core.
enum class IdleGovernor : std::uint8_t { off, ideal, menu };

/// Idle states of the cores: waiting with its clock off (WFI), and with its power off. All cores have the same.
struct CpuIdleConfig {
  IdleGovernor governor = IdleGovernor::off;
  Picoseconds wfi_exit{1'000'000};
  Picoseconds off_entry{70'000'000};
  Picoseconds off_exit{160'000'000};
  Picoseconds off_residency{2'000'000'000};
  Picoseconds tick{4'000'000'000};

  bool on() const { return governor != IdleGovernor::off; }

  static constexpr std::array<Choice, 3> governors{
      {{"off", "None: an idle core has no way back"},
       {"ideal", "It knows how long the core will be idle"},
       {"menu", "It takes the time from the core's last eight, as Linux does"}}};

  void describe(Fields& f) {
    using namespace literals;
    constexpr std::string_view moves = "interrupt";
    f("governor", governor, governors, fact("Who chooses the state of an idle core", "[linux-cpu-idle]"));
    const Fields::Only only(f, on(), ".governor is off");
    f("wfi_exit", wfi_exit, {0_ps, 100_us},
      assumption("Time from an interrupt, or work, until a core in WFI goes on", "what Linux takes it for [linux-cpu-idle]", moves));
    f("off_entry", off_entry, {0_ps, 10_ms},
      assumption("Time to turn a core off, for which it cannot be interrupted", "a Cortex-A55 of a Pixel 6 [cpu-idle-states]", moves));
    f("off_exit", off_exit, {0_ps, 10_ms},
      assumption("Time until a core that is off goes on", "a Cortex-A55 of a Pixel 6; 160 us to 1 ms [cpu-idle-states]", moves));
    f("off_residency", off_residency, {0_ps, 1'000_ms},
      assumption("Idle time from which on it pays to turn a core off", "a Cortex-A55 of a Pixel 6 [cpu-idle-states]", moves));
    f("tick", tick, {1_us, 1'000_ms},
      assumption("With host.idle.governor=menu, time after which a core in WFI is looked at again",
                 "the scheduler's tick at 250 Hz, as is usual [linux-cpu-idle]", moves)
        .only_if(governor == IdleGovernor::menu, "only host.idle.governor=menu looks at it"));
  }
};

struct CpuIdleStatistics {
  std::uint64_t wfi_exits = 0;
  std::uint64_t off_exits = 0;
  TimeSum exit_time;

  void describe(Statistics& s) const {
    s("wfi_exits", wfi_exits, "Times that a core went on from WFI");
    s("off_exits", off_exits, "Times that one did which was off, or on its way there");
    s("exit_time", exit_time, "Time that both took");
  }
};

/// What a governor of idle states remembers of a core: how long it was idle, the last eight times (Linux: struct
/// menu_device).
///
/// prediction() is their mean, as long as they are close to each other: their standard deviation is at most 20 us or less
/// than a sixth of the mean. Otherwise the longest are left out, down to six; where even these are not close, and where there
/// are none, nothing is predicted. Times are in whole microseconds, before the first eight some are 0.
class IdleTimes {
 public:
  void add(Picoseconds idle);
  /// `unknown` where nothing is predicted.
  Picoseconds prediction() const;
  static constexpr Picoseconds unknown{~std::uint64_t{0}};

 private:
  static constexpr std::size_t count = 8;
  std::array<std::uint64_t, count> us_{};
  std::size_t next_ = 0;
};

/// Idle states of cores, and the way back [linux-cpu-idle] [cpu-idle-states].
///
/// **Timing**
/// - A core that has had nothing to do since t and gets work later waits in WFI, out of which it comes in `wfi_exit`, or is
///   off: from t on, where it is to be idle for `off_residency` or more. With `ideal` that is the time that it is; with
///   `menu` what IdleTimes predicts of those before, as long as this core is known to be idle; where nothing is predicted it is
///   off, and from t + `tick` on as well.
/// - A core that is turned off at s is off at s + `off_entry`; work that comes before waits until then; `off_exit` later it
///   begins.
/// - A core that gets work at the instant at which it had none any more was not idle.
/// **Not modelled**: timers, which Linux knows of before; states of clusters; latencies that somebody demands to be short;
/// cores that differ.
class CpuIdle {
 public:
  CpuIdle(const CpuIdleConfig& config, std::size_t cores) : config_(config), idle_(cores) {}

  /// A core idle from `since` on gets work at `at`: the time until it begins it.
  Picoseconds wake(std::size_t core, Picoseconds since, Picoseconds at);
  const CpuIdleStatistics& statistics() const { return statistics_; }

 private:
  CpuIdleConfig config_;
  std::vector<IdleTimes> idle_;
  CpuIdleStatistics statistics_;
};

}  // namespace icesim
