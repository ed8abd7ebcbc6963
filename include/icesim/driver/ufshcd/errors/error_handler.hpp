// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/block_layer.hpp"
#include "icesim/driver/ufshcd/errors/task_abort.hpp"
#include "icesim/driver/ufshcd/probe.hpp"
#include "icesim/driver/ufshcd/self_test.hpp"
#include "icesim/driver/ufshcd/ufshcd.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace icesim {

struct ErrorHandlerStatistics {
  std::uint64_t timeouts = 0;
  std::uint64_t left_behind = 0;
  std::uint64_t aborts = 0;
  std::uint64_t failed_aborts = 0;
  std::uint64_t task_timeouts = 0;
  std::uint64_t unit_resets = 0;
  std::uint64_t host_resets = 0;
  std::uint64_t failed_resets = 0;
  std::uint64_t given_up = 0;
  std::uint64_t requeued = 0;
  std::uint64_t keys_restored = 0;
  TimeSum time;

  void describe(Statistics& s) const {
    s("timeouts", timeouts, "Commands that did not end in time");
    s("left_behind", left_behind, "Commands that failed while the device may still have had them");
    s("aborts", aborts, "Commands of both kinds that were aborted, or had ended by then");
    s("failed_aborts", failed_aborts, "Those that could not be, so that the logical unit was reset");
    s("task_timeouts", task_timeouts, "Task management requests that the device did not answer in time");
    s("lu_resets", unit_resets, "Resets of the logical unit");
    s("host_resets", host_resets, "Resets of controller, link and device");
    s("failed_resets", failed_resets, "Of those, that failed: the link found no device, or was lost again");
    s("given_up", given_up, "Times the device was given up, because as many failed in a row as there may be");
    s("requeued", requeued, "Commands that a reset of the controller took, and that were put back");
    s("keys_restored", keys_restored, "Keys that were put back into their keyslots after such resets");
    s("handler_time", time, "Time in which errors were handled");
  }
};

/// A thread that gets back commands which do not end, and resets what has a fatal error, as Linux does (scsi_error,
/// ufshcd_err_handler) [linux-error-handler].
///
/// - A command that timed out is aborted `abort_delay` later, while others go on: TaskAbort. It is put back, which counts as
///   a try, with its keyslot.
/// - When that fails, no command is issued any more. When all others have ended or timed out as well, the device is
///   told to reset the logical unit, and the controller to forget its commands, each of which is put back.
/// - When that fails, or at once where the controller reports a fatal error, the controller is reset: HCE is cleared, all
///   commands are given back as never carried out, which does not count as a try; the keys are put back into all keyslots
///   that have one, in their order and under their locks, before HCE is set; Probe::restart() does the rest. What
///   Probe::prepare() does goes before the keys, and between them the engine's SelfTest.
/// - Behind a reset of the logical unit, or of the controller in place of that, but not for a fatal error, the logical unit is
///   asked whether it is ready (TEST UNIT READY), once more if it tells of the reset, which ends its unit attention. When it
///   does not answer well, the controller is reset, or if it was, the device is given up. Else the first request that is told
///   of the reset is tried again.
/// - When no device is found behind such a reset, it is made again, up to `most_resets` times in a row. Then the device is given
///   up: no command is issued any more, and each request that would have been ends with an error.
/// - When a fatal error is reported while the device is initialised anew, the next command of that would wait for ever: unless
///   it has ended before, the reset has failed `restart_timeout` later.
/// - A command that failed at the controller when the device may have it (OCS A of a write: the device would wait for its
///   data for ever) is aborted at the device before it is put back or ends. Linux does not do that: its next command under
///   that tag would be rejected.
/// **Timing**: woken, the thread works on its core after `thread_wake`. Registers are read until they say what is waited
/// for: HCE every 10 us, the doorbell every 1 ms, SQRTS every 20 us. Ending a command takes `complete`, also one that is not
/// issued.
/// **Spec**: [linux-error-handler], [ufshci-interrupts], [ufshci-errors], [linux-keyslot-manager].
/// **Not modelled**: that TEST UNIT READY goes under the tag of a command that failed, and not the driver's own; errors of the link that do not end in a reset; the
/// tries of a query and NOP OUT, and that the latter's are shorter; the tries of a request after the device was given up, each of which would fail. With queues, what a queue tells when the
/// controller is reset is carried out again.
class ErrorHandler final : public CommandWatch, public KeyslotLockObserver, public ErrorWatch {
 public:
  static constexpr std::uint64_t most_resets = 5;
  static constexpr Picoseconds abort_delay{10'000'000'000};
  static constexpr Picoseconds task_timeout{100'000'000'000};
  static constexpr Picoseconds test_timeout{10'000'000'000'000};
  static constexpr Picoseconds restart_timeout{1'500'000'000'000};
  static constexpr std::uint32_t most_tests = 2;
  static constexpr Picoseconds doorbell_poll{1'000'000'000};
  static constexpr Picoseconds enable_poll{10'000'000};
  static constexpr Picoseconds queue_poll{20'000'000};
  static constexpr Picoseconds longest_poll{1'000'000'000'000};

  ErrorHandler(HostPort& host, const HostCosts& costs, Core core, Ufshcd& hcd, Probe& probe, BlockLayer& blocks,
               std::vector<KeyslotManager*> keyslots, Picoseconds self_test = {})
      : host_(host), costs_(costs), core_(core), hcd_(hcd), probe_(probe), blocks_(blocks), keyslots_(std::move(keyslots)),
        self_test_(self_test) {}

  void timed_out(Request& request) override;
  void command_ended() override;
  void keyslots_unlocked() override;
  void task_done() override;
  void unit_tested(Failure failure) override;
  void fatal() override;
  void left_behind(Request& request, Failure failure) override;
  void refused(Request& request) override;
  /// The initialisation behind a reset has ended.
  void restarted() { wake(); }
  /// Something goes wrong, or has, and is not handled yet.
  bool busy() const { return state_ != State::rests; }
  /// Who is told that the controller is being reset, and when commands may be sent again.
  void tell_resets(std::function<void(bool begins)> told) { resets_ = std::move(told); }
  /// Who is told that everything has been handled.
  void tell_rest(std::function<void()> told) { rests_ = std::move(told); }

  Step step(Work work, std::uint32_t value);

  const ErrorHandlerStatistics& statistics() const { return statistics_; }

 private:
  enum class State : std::uint8_t {
    rests, asks, clears_task, looks, pauses, clears, stops_queue, cleans_up, waits_for_end, drains, tests,  // until a fatal error
    gives_back, stops, ends, prepares, tests_engine, sleeps, locks, restores, restarts
  };
  /// A command that is the handler's.
  struct Victim {
    Tag tag;
    Failure failure;
    Picoseconds due{};  ///< not sooner
    bool failed = false;  ///< its abort has
  };

  // the thread (error_handler.cpp)
  Step next();
  Step rest();
  Step sleep(State state, Picoseconds time);
  Step doze(State state);
  void wake();
  Step read(State state, Reg reg);
  bool may_poll(Picoseconds interval) { return longest_poll > interval * polls_++; }
  // one command, or all of the logical unit (error_handler_abort.cpp)
  Step ask(TaskFunction function);
  Step asked();
  Step answered(std::optional<TaskResponse> response);
  Step act(TaskAbort::Next next);
  Step looked(std::uint32_t value);
  Step clear();
  Step cleared(std::uint32_t value);
  Step stopped_queue(std::uint32_t value);
  Step cleaned_up(std::uint32_t value);
  Step wait_for_end();
  Step fail();
  Step release();
  Step released();
  Step recover();
  // everything (error_handler_reset.cpp)
  void stop_host();
  Step go_on();
  Step reset();
  Step stopped(std::uint32_t value);
  Step end_next();
  Step ended();
  Step prepare();
  Step test_engine();
  Step look_at_engine();
  Step tested_engine();
  Step restore();
  Step restored();
  Step tried();
  Step test();
  Step tested();
  Step give_up();

  Request& request() { return blocks_.request(victims_.front().tag); }

  HostPort& host_;
  HostCosts costs_;
  Core core_;
  Ufshcd& hcd_;
  Probe& probe_;
  BlockLayer& blocks_;
  std::vector<KeyslotManager*> keyslots_;  ///< of all virtual machines
  SelfTest self_test_;
  std::function<void(bool)> resets_;
  std::function<void()> rests_;
  State state_ = State::rests;
  std::uint32_t wait_ = 0;  ///< number of the wait, so that the end of an earlier one is known as stale
  bool asleep_ = true;
  bool fatal_ = false;
  bool stopped_ = false;    ///< no command is issued
  bool unit_is_reset_ = false;
  bool given_up_ = false;   ///< the device is
  bool tests_unit_ = false;  ///< before commands are issued again
  std::optional<Failure> tested_;  ///< how that ended
  std::uint32_t tests_ = 0;        ///< sent in a row
  std::deque<Victim> victims_;  ///< the first one is worked on
  std::vector<Tag> others_;     ///< of a reset
  TaskAbort abort_;
  TaskFunction function_{};
  bool task_done_ = false;
  std::uint64_t polls_ = 0;
  std::uint64_t tries_ = 0;  ///< resets that have failed in a row
  Picoseconds began_{};
  ErrorHandlerStatistics statistics_;
};

}  // namespace icesim
