// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/seldom.hpp"
#include "models/base/clock_domain.hpp"

#include <array>
#include <string>
#include <systemc>
#include <type_traits>

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
///
/// Work that leads nowhere ends in a Bug: much of it at one instant in which nothing comes about, or so much time
/// without that, as a Watch says, nothing needs it. This is looked at once in a few million pieces of work, so it costs
/// a count.
/// **Spec**: [systemc-standard], temporal decoupling.
class Agenda : public sc_core::sc_module {
 public:
  enum class Pace : std::uint8_t { kernel, ahead };
  class Wake;
  class LastWord;

  /// Knows what the work is for.
  class Watch {
   public:
    virtual ~Watch() = default;
    /// Counts what comes about, such as ends of requests: everything of which there is an end.
    virtual std::uint64_t progress() const = 0;
    /// The most time that may pass until something more comes about; 0 when nothing is waited for.
    virtual Picoseconds patience() const = 0;
    /// Who waits for whom, for a report.
    virtual std::string waiting() const = 0;
  };
  /// The last time at which somebody is woken: nothing that is known ahead lies ten hours ahead, so that no time wraps.
  static constexpr Picoseconds last_time{~std::uint64_t{0} - (std::uint64_t{1} << 55)};

  explicit Agenda(const sc_core::sc_module_name& name, Pace pace = Pace::kernel);

  void set_pace(Pace pace) { pace_ = pace; }
  Picoseconds now() const {
    return seldom(!running_) ? idle_now() : now_;
  }
  /// Ends the simulation: nothing is woken any more.
  void stop();
  /// True when it has stopped because somebody wanted to be woken after `last_time`.
  bool out_of_time() const { return out_of_time_; }

  /// Who is asked whether work leads somewhere; without one, only time counts.
  void watch(const Watch& watch) { watch_ = &watch; }
  /// Looks at what has come about after each so many pieces of work, from now on.
  void look_every(std::uint64_t work) {
    work_between_looks_ = until_look_ = work;
  }
  /// Counts a piece of work: a wake-up, or what a module does without one. Throws a Bug when all of it leads nowhere.
  void count_work() {
    if (seldom(--until_look_ == 0)) look();
  }
  /// What such a Bug says; empty when there is none. The kernel passes on only its own kind of exceptions.
  const std::string& stuck() const { return stuck_; }
  /// The modules that will be woken, and when.
  std::string due() const;

 private:
  void step();
  [[gnu::cold]] void look();
  [[noreturn]] void give_up(const std::string& why);
  [[gnu::cold]] Picoseconds idle_now() const;
  [[gnu::cold]] void notify_kernel(Picoseconds at);
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
  bool out_of_time_ = false;
  Picoseconds now_{};

  /// So many may find nothing new: there may be millions of threads, all of which a lock lets have a try at one
  /// instant.
  static constexpr std::uint32_t looks_at_an_instant = 16;
  std::uint64_t work_between_looks_ = std::uint64_t{1} << 22;
  std::uint64_t until_look_ = work_between_looks_;
  const Watch* watch_ = nullptr;
  std::uint64_t progress_ = 0;             ///< at the last look
  Picoseconds progressed_{};               ///< a look that found some, or nothing to wait for
  Picoseconds looked_{~std::uint64_t{0}};  ///< the last one
  std::uint32_t looks_ = 0;                ///< in a row at this instant that found none
  std::string stuck_;
};

/// A module's place on the agenda.
class Agenda::Wake {
 public:
  static constexpr Picoseconds never{~std::uint64_t{0}};

  /// Calls `run(module)`; see run_step.
  template <class Module>
  Wake(Agenda& agenda, void (*run)(void*), Module* module) : Wake(agenda, run, module, name_of(module)) {}
  ~Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  Picoseconds now() const { return agenda_.now(); }
  /// Counts work that the module does without being woken for it.
  void count_work() { agenda_.count_work(); }
  /// Wakes the module at `at`, or earlier when that has been asked for; `at` is not in the past.
  void no_later_than(Picoseconds at) {
    Picoseconds& mine = agenda_.at_[place_];
    if (at >= mine) return;
    mine = at;
    if (seldom(!agenda_.running_)) agenda_.notify_kernel(at);
  }
  /// The module is not woken for what has been asked so far.
  void forget() { agenda_.at_[place_] = never; }

 private:
  friend class Agenda;

  Wake(Agenda& agenda, void (*run)(void*), void* module, const char* name);
  template <class Module>
  static const char* name_of(const Module* module) {
    if constexpr (std::is_base_of_v<sc_core::sc_object, Module>) return module->name();
    return "an observer";
  }

  Agenda& agenda_;
  void (*run_)(void*);
  void* module_;
  const char* name_;
  std::size_t place_ = 0;
};

/// The last word at an instant, when all modules have run that are woken at it: there an interrupt line tells its
/// level. An agenda has one at most.
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
    if (seldom(!agenda_.running_)) agenda_.notify_kernel(agenda_.now());
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
