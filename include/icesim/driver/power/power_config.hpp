// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/spread/spread.hpp"
#include "icesim/driver/power/frequency_scaling_config.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace icesim {

/// What becomes of a request that finds the clocks off.
enum class GatedRequest : std::uint8_t { blocks, reissued };

/// When the host turns its clocks off, and what it takes to turn them on.
struct ClockGatingConfig {
  Picoseconds delay{};
  GatedRequest request = GatedRequest::blocks;
  SpreadTime worker{Spread::two_point, Picoseconds{10'000'000}, Picoseconds{1'610'000'000}, 50'000};
  SpreadTime clocks{Spread::exponential, Picoseconds{190'000'000}, Picoseconds{10'000'000'000}, 10'000};

  bool on() const { return delay.n > 0; }

  static constexpr std::array<Choice, 2> requests{
      {{"blocks", "Whoever issues it sleeps until they are on (Linux since 6.4)"},
       {"reissued", "It goes back to the block layer, and the worker that turns them on issues it again (up to Linux 6.3)"}}};

  void describe(Fields& f) {
    using namespace literals;
    f("delay", delay, {0_ps, 10'000'000_us},
      fact("Time without a command or key work after which the link hibernates and the host's clocks go off; 0: never",
           "Linux's default is 150 ms, a Pixel 6a's about 5 ms [linux-clock-gating] [pixel6a-reissue]"));
    f("request", request, requests, fact("What becomes of a request that finds the clocks off", "[linux-clock-gating]"));
    SpreadGroup on_core{worker, "Time"}, on_again{clocks, "Time"};
    f.group("worker", on_core, "From asking for the clocks until the worker that turns them on has a core");
    f.group("clocks", on_again, "Supplies, clocks and physical layer come back, before hibern8 is left");
  }

 private:
  struct SpreadGroup {
    SpreadTime& t;
    std::string_view sentence;
    void describe(Fields& f) {
      using namespace literals;
      t.describe(f, {sentence, "as a Pixel 6a's add up to [pixel6a-reissue]", "power", {0_ps, 100_ms}, {0_ps, 1'000_ms}});
    }
  };
};

/// What becomes of the keys in the hardware while the host is suspended.
enum class SuspendedKeys : std::uint8_t { kept, lost };

/// When the host is suspended by runtime power management, and what it takes to resume.
struct RuntimeSuspendConfig {
  Picoseconds after{};
  Picoseconds resume{2'000'000'000};
  SuspendedKeys keys = SuspendedKeys::kept;

  bool on() const { return after.n > 0; }

  static constexpr std::array<Choice, 2> fates{
      {{"kept", "The host sleeps with power: link in hibern8 or off, keyslots as they were (spm_lvl up to 4)"},
       {"lost", "Its power goes: the keys of all keyslots are put back before any command (spm_lvl 5, or a power domain that is off)"}}};

  void describe(Fields& f) {
    using namespace literals;
    f("after", after, {0_ps, Picoseconds{std::uint64_t{3600} * 1'000'000'000'000}},
      fact("Time without a command or key work after which the host is suspended; 0: never",
           "Linux's autosuspend takes 2 s [linux-runtime-suspend]"));
    const Fields::Only only(f, on(), ".after is 0");
    f("resume", resume, {0_ps, 1'000_ms},
      assumption("Time to resume, before hibern8 is left: supplies, device, and what the driver does", "[no-figure]",
                 "power"));
    f("keys", keys, fates, fact("What becomes of the keys", "by spm_lvl and platform [linux-runtime-suspend]"));
  }
};

/// Power states of the host: `power`.
struct PowerConfig {
  ClockGatingConfig gating;
  RuntimeSuspendConfig suspend;
  FrequencyScalingConfig scaling;
  Picoseconds auto_hibern8{150'000'000'000};
  Picoseconds self_test{};  ///< of the engine; follows from ice.self_test

  /// Clocks go off.
  bool on() const { return gating.on() || suspend.on(); }
  /// Requests are held back for some power state, by a worker.
  bool holds() const { return on() || scaling.on(); }
  bool loses_keys() const { return suspend.on() && suspend.keys == SuspendedKeys::lost; }
  /// Idle time after which the link hibernates.
  Picoseconds first_delay() const {
    if (!gating.on()) return suspend.after;
    return suspend.on() && suspend.after < gating.delay ? suspend.after : gating.delay;
  }
  /// Throws UserError where values do not fit each other.
  void check() const;

  void describe(Fields& f) {
    constexpr std::string_view never = "power.gating.delay and power.suspend.after are 0";
    for (const char* path : {"power.gating.request", "power.gating.worker", "power.gating.clocks"}) f.only_if(on(), path, never);
    f.group("gating", gating, "Clock gating: an idle host lets its link hibernate and turns its clocks off");
    f("auto_hibern8", auto_hibern8, {Picoseconds{}, Picoseconds{102'300'000'000'000}},
      fact("Idle time that the driver writes into AHIT where the controller has controller.auto_hibern8; 0: none",
           "Linux's default; rounded down as it does [linux-auto-hibern8]"));
    f.group("suspend", suspend, "Runtime suspend: a host that has been idle for longer sleeps, perhaps without its keys");
    f.group("scaling", scaling, "Frequency scaling: a host with little to do lowers the gear of its link");
  }
};

}  // namespace icesim
