// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/histogram.hpp"
#include "icesim/base/random.hpp"
#include "icesim/driver/block/block_layer.hpp"
#include "icesim/driver/host_port.hpp"
#include "icesim/driver/power/parked_requests.hpp"
#include "icesim/driver/power/power_config.hpp"
#include "icesim/driver/ufshcd/self_test.hpp"
#include "icesim/driver/ufshcd/ufshcd.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace icesim {

struct ClockGateStatistics {
  std::uint64_t gatings = 0;
  std::uint64_t ungatings = 0;
  TimeSum gated_time;
  std::uint64_t delayed = 0;
  std::uint64_t reissued = 0;
  std::uint64_t keys_delayed = 0;
  Histogram ungate;
  bool suspends = false;  ///< they may be
  std::uint64_t suspensions = 0;
  TimeSum suspended_time;
  bool loses_keys = false;
  std::uint64_t restored_keys = 0;
  TimeSum restore_time;

  void describe(Statistics& s) const {
    s("gatings", gatings, "Times the link hibernated and the clocks went off");
    s("ungatings", ungatings, "Times they came back");
    s("gated_time", gated_time, "Time for which the clocks were off, up to each time that somebody asked for them");
    s("delayed", delayed, "Requests that found the clocks off, or on their way off or on");
    s("reissued", reissued, "Of these, requests that were issued a second time: who asks for the clocks is, those who come meanwhile are held back");
    s("keys_delayed", keys_delayed, "Keys to be programmed or evicted that found them so");
    if (suspends) {
      s("suspensions", suspensions, "Times the host was suspended");
      s("suspended_time", suspended_time, "Time for which it was, up to each time that somebody asked for it");
    }
    if (loses_keys) {
      s("restored_keys", restored_keys, "Keys put back into their keyslots at its resumes");
      s("restore_time", restore_time, "Time that this took");
    }
    s("ungate", ungate, "From asking for the clocks until they are on and the link is awake");
  }
};

/// Between the block layer and the host controller's driver: turns the clocks off while nothing is to be done, as Linux's
/// ufshcd_hold and ufshcd_release do with UFSHCD_CAP_HIBERN8_WITH_CLK_GATING [linux-clock-gating].
///
/// **Timing**: `delay` after the last command or key work has ended a worker is woken (`thread_wake`); unless something is to
/// be done by then it reads HCS and writes DME_HIBERNATE_ENTER; when the interrupt has told of its end and the worker is
/// woken again, the clocks are off. Who needs them meanwhile waits until they are off and on again. Who finds them off
/// has them turned on: the worker has a core after `worker`, is woken, sleeps for `clocks`, is woken, reads HCS and writes
/// DME_HIBERNATE_EXIT; woken at its end it has them on. Then requests go on in order: woken each by `thread_wake` on their
/// submitter's core, or, `reissued`, by the worker, one after the other, for `dispatch` each. The time is of Stage::power,
/// or before a key is programmed of Stage::key_power. A reset of the controller turns the clocks on, too.
/// With runtime suspend the host is suspended `after` the last command or key work, which turns the clocks off as above
/// where they are on. Who wants it then waits for `resume` more behind `clocks`; and behind the end of hibern8 until the
/// worker has put the keys back, when they are lost: those of all keyslots, as KeyPath::program() or restore() does it. Where
/// they are, the engine's SelfTest goes before hibern8 is left.
/// **Spec**: [linux-clock-gating] [linux-runtime-suspend]; the re-issue [pixel6a-reissue].
/// **Not modelled**: work to turn the clocks off; START STOP UNIT and what the device does in its sleep; that the hardware has
/// no keys while they are lost; that a thread that sleeps for the clocks does not go on with the rest of its
/// plug; that a command which the reset finds waiting, and that is issued behind it, did not get the tags of others.
class ClockGate final : public RequestQueue, public ProbeWaiter, public EndWatch, private KeyHold {
 public:
  /// Commands and key work go to `below`; the hardware is `hcd`'s, whose other UIC commands are `probe`'s.
  ClockGate(const PowerConfig& config, const HostCosts& costs, HostPort& host, Core core, RequestQueue& below, Ufshcd& hcd,
            ProbeWaiter& probe, std::uint64_t seed);
  /// Tells whose commands are counted, and whether errors are being handled. From now on the clocks may go off.
  void begin(const BlockLayer& blocks, std::function<bool()> handles_errors, std::vector<KeyslotManager*> keyslots);

  void queue_command(Request& request) override;
  KeyWork program_keyslot(Keyslot keyslot, KeyId key) override { return begin_key({KeyCall::Kind::program, keyslot, key}); }
  KeyWork clear_keyslot(Keyslot keyslot) override { return begin_key({KeyCall::Kind::clear, keyslot, no_key}); }
  KeyWork restore_keys() { return begin_key({KeyCall::Kind::restore, Keyslot{}, no_key}); }
  KeyWork operate_on_key() { return begin_key({KeyCall::Kind::operate, Keyslot{}, no_key}); }
  KeyWork go_on_with_key(std::uint32_t value) override;

  void ended() override { ended(host_.now()); }
  /// The controller is being reset; and that has ended.
  void reset();
  void restarted();
  /// Somebody else needs the clocks from now on, or, unless this returns true, from when `wake` is called; until release()
  /// or reset(), after which it is not.
  bool hold(std::function<void()> wake);
  void release();
  /// Who is told that the host is being suspended.
  void tell_sleep(std::function<void()> told) { sleeps_ = std::move(told); }
  /// The clocks go off no more.
  void stop() { stopped_ = true; }

  void uic_done() override;
  void command_done(Ocs ocs, const UpiuHeader& response) override { probe_.command_done(ocs, response); }

  Step step(Work work, std::uint32_t value);

  const ClockGateStatistics& statistics() const { return statistics_; }

 private:
  enum class State : std::uint8_t { on, closes, off, opens, resets };
  enum class Wait : std::uint8_t { nothing, core, clocks, resume, look, pause, uic, keys };  ///< of the worker
  struct KeyCall {
    enum class Kind : std::uint8_t { program, clear, restore, operate };
    Kind kind;
    Keyslot keyslot;
    KeyId key;
  };

  void await(std::function<void()> wake) override;
  KeyWork begin_key(const KeyCall& call);
  KeyWork call(const KeyCall& call);
  KeyWork counted(const KeyWork& work);
  void ended(Picoseconds at);
  void set_timer(Picoseconds at);
  bool idle() const;
  /// A reset waits for key work, not key work for a reset.
  bool holds_no_key() const { return state_ == State::on || state_ == State::resets; }
  Step timer();
  Step look_at_sleep();
  Step opened();
  Step restore();
  Step look();
  void ask();
  void wake_worker() { host_.queue(core_, Step::compute(Work::Kind::power_work, life_, costs_.thread_wake)); }
  Step work();
  Step read_status();
  Step write_command(std::uint32_t status);
  Step open();
  Step sleep(Picoseconds time);
  void now_on();
  void let_go();
  Step issue(std::uint32_t number);

  PowerConfig config_;
  HostCosts costs_;
  HostPort& host_;
  Core core_;
  RequestQueue& below_;
  Ufshcd& hcd_;
  ProbeWaiter& probe_;
  Random random_;
  SelfTest self_test_;
  const BlockLayer* blocks_ = nullptr;
  std::function<bool()> handles_errors_;
  std::vector<KeyslotManager*> keyslots_;
  State state_ = State::on;
  Wait wait_ = Wait::nothing;
  std::uint32_t life_ = 0;  ///< of the worker's task, which a reset ends
  bool asked_ = false;      ///< somebody waits for the clocks
  bool timer_ = false;
  Picoseconds timer_at_{};
  std::uint32_t timers_ = 0;  ///< that were set; the last one counts
  bool stopped_ = false;
  bool key_work_ = false;
  bool suspended_ = false;
  std::optional<KeyCall> call_;  ///< that waits for the clocks
  std::function<void()> wake_;   ///< its caller
  bool held_ = false;                ///< by somebody else
  std::function<void()> held_wake_;  ///< who waits for the clocks
  std::function<void()> sleeps_;
  ParkedRequests parked_;
  Picoseconds idle_since_{};
  Picoseconds off_since_{};
  Picoseconds asleep_since_{};
  Picoseconds asked_at_{};
  ClockGateStatistics statistics_;
};

}  // namespace icesim
