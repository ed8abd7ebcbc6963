// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/clock_domain.hpp"

#include <array>
#include <systemc>

namespace icesim {

/// The time of a system's modules, and which of them is woken next: one kernel notification for all of them.
///
/// A module has a Wake and asks it to be woken no later than at a time. Modules woken at one instant run one after the
/// other; they hand each other only what lies in the future, so the order among them does not matter.
///
/// **Timing**: with Pace::kernel every wake-up happens at its kernel time, so modules may be connected to any other
/// ones. With Pace::ahead the agenda runs on by itself up to the next thing that is pending in the kernel, as
/// temporally decoupled models do, and the kernel's time catches up at the end: the same wake-ups at the same times,
/// without the kernel's cost for each. Then nobody else may be notified by what the modules do; `now()` is the time
/// that counts.
/// **Spec**: [systemc-standard], temporal decoupling.
class Agenda : public sc_core::sc_module {
 public:
  enum class Pace : std::uint8_t { kernel, ahead };
  class Wake;
  class LastWord;

  explicit Agenda(const sc_core::sc_module_name& name, Pace pace = Pace::kernel);

  void set_pace(Pace pace) { pace_ = pace; }
  Picoseconds now() const {
    if (__builtin_expect(static_cast<long>(running_), 1) != 0) return now_;
    return idle_now();
  }
  /// Ends the simulation: nothing is woken any more.
  void stop();

 private:
  void step();
  Picoseconds idle_now() const;
  void notify_kernel(Picoseconds at);
  void put(std::size_t place, Wake& wake, Picoseconds at);
  Picoseconds horizon() const;
  std::size_t earliest() const;

  /// By place; times apart from the rest, since all of them are looked at for every wake-up.
  static constexpr std::size_t max_wakes = 16;
  std::size_t count_ = 0;
  std::array<Picoseconds, max_wakes> at_{};
  std::array<Wake*, max_wakes> wakes_{};
  LastWord* last_word_ = nullptr;
  bool last_word_asked_ = false;
  sc_core::sc_event wake_{"wake"};
  Pace pace_;
  bool running_ = false;
  bool stopped_ = false;
  Picoseconds now_{};
};

/// A module's place on the agenda.
class Agenda::Wake {
 public:
  static constexpr Picoseconds never{~std::uint64_t{0}};

  /// Calls `run(module)`; see run_step.
  Wake(Agenda& agenda, void (*run)(void*), void* module);
  ~Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  Picoseconds now() const { return agenda_.now(); }
  /// Wakes the module at `at`, or earlier when that has been asked for; `at` is not in the past.
  void no_later_than(Picoseconds at) {
    Picoseconds& mine = agenda_.at_[place_];
    if (at >= mine) return;
    mine = at;
    if (!agenda_.running_) agenda_.notify_kernel(at);
  }

 private:
  friend class Agenda;

  Agenda& agenda_;
  void (*run_)(void*);
  void* module_;
  std::size_t place_ = 0;
};

/// The last word at an instant, when all modules have run that are woken at it: there an interrupt line tells its level.
/// An agenda has one at most.
class Agenda::LastWord {
 public:
  /// Calls `run(module)`; see run_step.
  LastWord(Agenda& agenda, void (*run)(void*), void* module);
  ~LastWord();
  LastWord(const LastWord&) = delete;
  LastWord& operator=(const LastWord&) = delete;

  /// Asks to be called at this instant.
  void ask() {
    agenda_.last_word_asked_ = true;
    if (!agenda_.running_) agenda_.notify_kernel(agenda_.now());
  }

 private:
  friend class Agenda;

  Agenda& agenda_;
  void (*run_)(void*);
  void* module_;
};

/// What a Wake or a LastWord calls to call a member function of its module.
template <class Module, void (Module::*step)()>
void run_step(void* module) {
  (static_cast<Module*>(module)->*step)();
}

}  // namespace icesim
