// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/units.hpp"
#include "models/power/energy_bounds.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace icesim {

/// Least and greatest power, in microwatts.
struct PowerBounds {
  std::uint64_t low;
  std::uint64_t high_percent;  ///< of `low`
};

/// What a block draws in each state, besides what its work costs.
struct BlockPower {
  PowerBounds awake, asleep, suspended;
};

/// What blocks draw for as long as they are in a state: `energy.standing`.
struct StandingPowerConfig {
  bool counted = false;
  BlockPower controller{{5'000, 1'000}, {200, 1'000}, {20, 1'000}};
  BlockPower engine{{1'000, 1'000}, {100, 1'000}, {10, 1'000}};
  BlockPower link{{20'000, 1'000}, {100, 2'000}, {20, 2'000}};
  BlockPower device{{5'000, 2'000}, {1'000, 1'000}, {500, 1'000}};

  void describe(Fields& f) {
    f("counted", counted, choice("Whether the energy of a run counts what blocks draw with time, working or not, too"));
    const Fields::Only only(f, counted, ".counted is false");
    Block{controller, "[no-figure]"}.group(f, "controller", "Host controller; it is asleep while its clocks are off");
    Block{engine, "[no-figure]"}.group(f, "engine", "Inline crypto engine; it is asleep while its clocks are off");
    Block{link, "[no-figure]"}.group(f, "link", "Link, both ends; it is asleep in hibern8, by gating or the controller's");
    Block{device, "[device-power]"}.group(f, "device", "Device; it is asleep while its link hibernates");
  }

 private:
  struct State {
    PowerBounds& bounds;
    std::string_view source;

    void group(Fields& f, std::string_view name, std::string_view sentence) { f.group(name, *this, sentence); }
    void describe(Fields& f) {
      f("low", bounds.low, {0, 10'000'000}, assumption("Least power in this state, in microwatts", source));
      f("high_percent", bounds.high_percent, {100, 100'000}, assumption("Greatest power in this state, in percent of the least", source));
    }
  };
  struct Block {
    BlockPower& power;
    std::string_view source;

    void group(Fields& f, std::string_view name, std::string_view sentence) { f.group(name, *this, sentence); }
    void describe(Fields& f) {
      State{power.awake, source}.group(f, "awake", "Awake, working or not; work costs more");
      State{power.asleep, source}.group(f, "asleep", "Asleep");
      State{power.suspended, source}.group(f, "suspended", "The host is suspended");
    }
  };
};

/// For how long a run was in its states.
struct PowerTimes {
  TimeSum all;
  TimeSum hibernated;  ///< the link, by the controller itself
  TimeSum gated;       ///< the clocks were off and the link hibernated
  TimeSum suspended;   ///< a part of `gated`
};

/// Statistics group `energy.standing`: power of a state times the time in it, low to high, each rounded down to picojoules;
/// sums are those of the rounded parts.
///
/// **Timing**: of the run's time suspended is that of `power.suspended_time`, asleep the rest of `power.gated_time`, for link
/// and device `controller.hibernated_time`, too; awake the rest, on its way into sleep and out of it as well.
/// A sleep that has begun before the replay counts from its begin, up to all of the time.
/// **Not modelled**: that clocks that are slower draw less; what the CPU, the memory and supplies draw.
class StandingPower {
 public:
  StandingPower(const StandingPowerConfig& config, const PowerTimes& times);

  const EnergyBounds& all() const { return parts_.back().all; }

  void describe(Statistics& s) const;

 private:
  struct Part {
    EnergyBounds awake, asleep, suspended, all, sleepless;
    void describe(Statistics& s) const;
  };

  static EnergyBounds energy(const PowerBounds& power, TimeSum time);
  static Part part(const BlockPower& power, TimeSum all, TimeSum asleep, TimeSum suspended);

  std::array<Part, 5> parts_;  ///< controller, engine, link, device, and the sum of them
};

}  // namespace icesim
