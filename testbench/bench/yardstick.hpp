// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <systemc>

namespace icesim::bench {

/// The measure of simulator speed: raw timed notifications of SystemC, 32 pending, each of which wakes an SC_METHOD that
/// notifies again. It moves with the machine as the simulator does.
class Yardstick : public sc_core::sc_module {
 public:
  static constexpr std::size_t pending = 32;

  explicit Yardstick(const sc_core::sc_module_name& name) : sc_module(name) {
    for (std::size_t i = 0; i < pending; ++i) {
      sc_core::sc_spawn_options options;
      options.spawn_method();
      options.set_sensitivity(&events_[i]);
      options.dont_initialize();
      sc_core::sc_spawn([this, i] { fire(i); }, sc_core::sc_gen_unique_name("fire"), &options);
      events_[i].notify(sc_core::sc_time::from_value(i + 1));
    }
  }

  std::uint64_t notifications() const { return count_; }

 private:
  void fire(std::size_t i) {
    ++count_;
    // Different periods, so that the queue is really sorted.
    events_[i].notify(sc_core::sc_time::from_value(1000 + 37 * i));
  }

  std::array<sc_core::sc_event, pending> events_;
  std::uint64_t count_ = 0;
};

/// Notifications per second of processor time, measured over about `duration` of simulated time.
double notifications_per_second();

}  // namespace icesim::bench
