// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/keyslot_manager.hpp"
#include "testbench/support/recorded_answers.hpp"

#include <array>
#include <utility>

/// Gives our keyslot manager what Linux's was given, and compares its answers with the recorded ones. There are two
/// kinds of files: operations of one thread, with the whole state now and then; and scenarios of threads that wait.
namespace icesim::test {

/// What both kinds say of the state of a keyslot manager, from `column` on: key and references of each keyslot, and the
/// idle ones, the next victim first.
inline bool same_state(const RecordedAnswers& file, std::size_t column, const KeyslotManager& manager) {
  std::vector<std::uint64_t> keys, references, idle;
  for (Keyslot keyslot{0}; keyslot.n < manager.num_keyslots(); ++keyslot.n) {
    keys.push_back(manager.key_in(keyslot));
    references.push_back(manager.references(keyslot));
  }
  for (const Keyslot keyslot : manager.idle()) idle.push_back(keyslot.n);
  const auto recorded_keys = file.list(column), recorded_references = file.list(column + 1);
  const auto recorded_idle = file.list(column + 2);
  return recorded_keys == keys && recorded_references == references && recorded_idle == idle;
}

/// The keyslot that holds `key`.
inline RecordedAnswers::Number keyslot_with(const KeyslotManager& manager, KeyId key) {
  RecordedAnswers::Number found;
  for (Keyslot keyslot{0}; keyslot.n < manager.num_keyslots(); ++keyslot.n)
    if (manager.key_in(keyslot) == key) found = keyslot.n;
  return found;
}

inline KeyId key_of(const RecordedAnswers& file, std::size_t column) {
  const std::uint64_t key = file.number(column, std::numeric_limits<KeyId>::max());
  if (key == no_key) file.fail("key 0 stands for no key");
  return static_cast<KeyId>(key);
}

constexpr std::uint64_t most_keyslots = 1u << 16;

/// One thread: operation,key,answer,slot,evict_result,wakes,programs, and state,operations,keys,references,idle.
class KeyslotOperations {
 public:
  using Number = RecordedAnswers::Number;

  KeyslotOperations(RecordedAnswers& file, std::uint32_t keyslots) : file_(file), manager_(keyslots) {}

  void take_line() {
    if (file_.text(0) == "state") {
      file_.expect_columns(5);
      const bool same_count = file_.number(1) == operations_;
      return file_.compare(same_state(file_, 2, manager_) && same_count);
    }
    static constexpr std::string_view kinds[]{"get",   "get_with_failing_program",  "put",
                                              "evict", "evict_with_failing_driver", "reprogram_all"};
    const std::size_t kind = file_.word(0, kinds);
    file_.expect_columns(7);
    ++operations_;
    if (kind <= 1) return get(kind == 0);
    if (kind == 2) return put();
    if (kind <= 4) return evict(kind == 3);
    reprogram();
  }

 private:
  enum Answer : std::size_t { hit, program, sleep, error };

  void get(bool programs) {
    static constexpr std::string_view answers[]{"hit", "program", "sleep", "error"};
    const std::size_t recorded = file_.word(2, answers);
    const KeyId key = key_of(file_, 1);
    const KeyslotManager::Result result = manager_.get(key);
    switch (result.outcome) {
      case KeyslotManager::Outcome::hit:
        return compare(recorded == hit, result.keyslot.n, false, 0);
      case KeyslotManager::Outcome::program: {
        const bool wakes = manager_.programmed(result.keyslot, key, programs);
        return compare(recorded == (programs ? program : error), result.keyslot.n, wakes, 1);
      }
      case KeyslotManager::Outcome::wait_idle:
        return compare(recorded == sleep, std::nullopt, false, 0);
      case KeyslotManager::Outcome::wait_unlocked:
        break;
    }
    compare(false, std::nullopt, false, 0);
  }

  void put() {
    expect_none(2);
    const Keyslot keyslot{file_.number(3, manager_.num_keyslots() - 1)};
    key_of(file_, 1);
    if (manager_.references(keyslot) == 0) return file_.compare(false);
    const bool wakes = manager_.put(keyslot);
    compare(true, keyslot.n, wakes, 0);
  }

  void evict(bool clears) {
    static constexpr std::string_view results[]{"not_found", "evicted", "busy", "io_error"};
    const std::size_t recorded = file_.word(4, results);
    expect_none(2);
    Keyslot keyslot{};
    switch (manager_.evict(key_of(file_, 1), keyslot)) {
      case KeyslotManager::EvictResult::not_found:
        return compare(recorded == 0, std::nullopt, false, 0);
      case KeyslotManager::EvictResult::evicted:
        // Whether the hardware could be told changes nothing for the manager.
        return compare(recorded == (clears ? 1 : 3), keyslot.n, false, 0);
      case KeyslotManager::EvictResult::busy:
        return compare(recorded == 2, std::nullopt, false, 0);
    }
  }

  void reprogram() {
    expect_none(2);
    std::uint64_t programs = 0;
    manager_.reprogram_all([&](Keyslot, KeyId) { ++programs; });
    compare(true, std::nullopt, false, programs);
  }

  void expect_none(std::size_t column) const {
    if (file_.text(column) != "-") file_.fail("an answer to " + std::string(file_.text(0)) + ", which has none");
  }
  void compare(bool answer, Number keyslot, bool wakes, std::uint64_t programs) {
    const bool same_keyslot = file_.number_or_none(3, manager_.num_keyslots() - 1) == keyslot;
    const bool same_wakes = (file_.number(5, 1) == 1) == wakes;
    const bool same_programs = file_.number(6) == programs;
    file_.compare(answer && same_keyslot && same_wakes && same_programs);
  }

  RecordedAnswers& file_;
  KeyslotManager manager_;
  std::uint64_t operations_ = 0;
};

/// Several threads: event,thread,key,outcome,slot,wakes,present, until end,keys,references,idle.
class KeyslotScenario {
 public:
  using Number = RecordedAnswers::Number;
  using Outcome = KeyslotManager::Outcome;

  KeyslotScenario(RecordedAnswers& file, std::uint32_t keyslots, std::size_t threads)
      : file_(file), manager_(keyslots), threads_(threads) {}

  /// False when the scenario has ended.
  bool take_line() {
    if (file_.text(0) == "end") {
      file_.expect_columns(4);
      file_.compare(same_state(file_, 1, manager_));
      return false;
    }
    static constexpr std::string_view kinds[]{"get", "run", "ok", "fail", "put"};
    static constexpr std::string_view words[]{"hit", "program", "lock", "sleep", "got", "error", "idle", "shared"};
    const std::size_t kind = file_.word(0, kinds);
    file_.expect_columns(7);
    const std::uint64_t number = file_.number(1, threads_.size());
    if (number == 0) file_.fail("there is no thread 0");
    Thread& thread = threads_[number - 1];
    const KeyId key = key_of(file_, 2);
    const std::size_t recorded = file_.word(3, words);
    const Answer answer = carry_out(kind, thread, key);
    if (answer.wakes) wake_sleepers();
    const Number present = keyslot_with(manager_, key);
    const std::uint64_t last = manager_.num_keyslots() - 1;
    const bool same_keyslot = file_.number_or_none(4, last) == answer.keyslot;
    const bool same_wakes = (file_.number(5, 1) == 1) == answer.wakes;
    const bool same_present = file_.number_or_none(6, last) == present;
    file_.compare(answer.possible && words[recorded] == answer.outcome && same_keyslot && same_wakes && same_present);
    return true;
  }

 private:
  struct Thread {
    enum class State { idle, waits_for_lock, sleeps, woken, programs, holds };
    State state = State::idle;
    KeyId key = no_key;
    Keyslot keyslot{};
  };
  using State = Thread::State;
  struct Answer {
    bool possible = false;  ///< a thread only does what it can
    std::string_view outcome{};
    Number keyslot{};
    bool wakes = false;
  };

  Answer carry_out(std::size_t kind, Thread& thread, KeyId key) {
    const bool fresh = thread.state == State::idle;
    if (kind != 0 && key != thread.key) return {};
    switch (kind) {
      case 0:
        if (!fresh) return {};
        thread.key = key;
        return settle(thread, manager_.get(key));
      case 1:
        if (thread.state == State::woken) return settle(thread, manager_.get_again(key, Outcome::wait_idle));
        if (thread.state == State::waits_for_lock)
          return settle(thread, manager_.get_again(key, Outcome::wait_unlocked));
        return {};
      case 2:
      case 3: {
        if (thread.state != State::programs) return {};
        const bool wakes = manager_.programmed(thread.keyslot, key, kind == 2);
        thread.state = kind == 2 ? State::holds : State::idle;
        return {true, kind == 2 ? "got" : "error", thread.keyslot.n, wakes};
      }
      default: {
        if (thread.state != State::holds) return {};
        thread.state = State::idle;
        const bool idle = manager_.put(thread.keyslot);
        return {true, idle ? "idle" : "shared", thread.keyslot.n, idle};
      }
    }
  }

  Answer settle(Thread& thread, const KeyslotManager::Result& result) {
    thread.keyslot = result.keyslot;
    switch (result.outcome) {
      case Outcome::hit:
        thread.state = State::holds;
        return {true, "hit", result.keyslot.n};
      case Outcome::program:
        thread.state = State::programs;
        return {true, "program", result.keyslot.n};
      case Outcome::wait_idle:
        thread.state = State::sleeps;
        return {true, "sleep"};
      case Outcome::wait_unlocked:
        break;
    }
    thread.state = State::waits_for_lock;
    return {true, "lock"};
  }

  void wake_sleepers() {
    for (Thread& each : threads_)
      if (each.state == State::sleeps) each.state = State::woken;
  }

  RecordedAnswers& file_;
  KeyslotManager manager_;
  std::vector<Thread> threads_;
};

/// A file of either kind.
inline ReplayResult replay_keyslots(RecordedAnswers file) {
  std::optional<KeyslotOperations> operations;
  std::optional<KeyslotScenario> scenario;
  while (file.next()) {
    if (scenario) {
      if (!scenario->take_line()) scenario.reset();
    } else if (file.text(0) == "scenario" && !operations) {
      if (file.columns() < 6) file.fail("a scenario has a number, keyslots, threads, keys and a name");
      file.number(1), file.number(4);
      const std::uint64_t keyslots = file.number(2, most_keyslots);
      if (keyslots == 0) file.fail("a scenario has keyslots");
      scenario.emplace(file, static_cast<std::uint32_t>(keyslots), file.number(3, most_keyslots));
    } else if (operations) {
      operations->take_line();
    } else {
      if (file.text(0) != "state" || file.columns() != 5) file.fail("the first line is neither a state nor a scenario");
      const std::size_t keyslots = file.list(2).size();
      if (keyslots == 0 || keyslots > most_keyslots) file.fail("a keyslot manager has 1 to 65536 keyslots");
      operations.emplace(file, static_cast<std::uint32_t>(keyslots));
      operations->take_line();
    }
  }
  if (scenario) file.fail("the last scenario has no end");
  return file.result();
}

}  // namespace icesim::test
