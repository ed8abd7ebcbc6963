// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/histogram.hpp"
#include "icesim/driver/block/block_layer.hpp"
#include "icesim/driver/host_port.hpp"
#include "icesim/driver/power/clock_gate.hpp"
#include "icesim/driver/power/load_window.hpp"
#include "icesim/driver/power/parked_requests.hpp"
#include "icesim/driver/ufshcd/power_mode.hpp"
#include "icesim/driver/ufshcd/ufshcd.hpp"

#include <functional>

namespace icesim {

struct GearScalingStatistics {
  std::uint64_t looks = 0;
  std::uint64_t downs = 0;
  std::uint64_t ups = 0;
  std::uint64_t given_up = 0;
  TimeSum high_time;
  TimeSum low_time;
  std::uint64_t delayed = 0;
  TimeSum delay;
  Histogram change;

  void describe(Statistics& s) const {
    s("looks", looks, "Times the load was looked at");
    s("downs", downs, "Changes to the lower gear");
    s("ups", ups, "Changes to the highest gear");
    s("given_up", given_up, "Changes given up: commands did not end within a second, or errors were to be handled");
    s("high_time", high_time, "Time since the initialisation with the highest gear");
    s("low_time", low_time, "Time with the lower one");
    s("delayed", delayed, "Times a request was held back for a change");
    s("delay", delay, "Time for which they were, until the worker began to issue them");
    s("change", change, "From the decision to change until requests are held back no more");
  }
};

/// Between clock gating, if there is any, and the host controller's driver: lowers the gear of the link while there is little
/// to be done, as Linux's ufshcd does with UFSHCD_CAP_CLK_SCALING [linux-frequency-scaling].
///
/// **Timing**: a worker is woken (`thread_wake`) `polling_ms` after the start and after its last look, and looks at the load
/// since then (LoadWindow). To change the gear it holds requests back, has the clocks turned on where they are off, and reads
/// UTMRLDBR; while that is not 0 or a command is under way it sleeps for 20 ms, is woken and reads again, and gives up behind
/// the first such sleep that ends more than 1 s later, or when errors are handled. Then it sets the power mode: a read of
/// HCS, four writes, the interrupt and a wake for each setting (power_mode_settings). With `engine` the clocks go down behind
/// that, or up before it: at the end of `clock_change`, which takes the worker's time. Requests held back are issued by the
/// worker, one after the other, for `dispatch` each. Without a command under way that does not want the higher frequency it
/// does not look again until a command goes to the hardware: `polling_ms` later. A reset of the controller restores the
/// highest gear and, when it begins, the higher clocks, and a suspended host does not look.
/// **Spec**: [linux-frequency-scaling].
/// **Not modelled**: the clock of the controller, which keeps its frequency; hibern8 around a change of clocks; timer ticks, to which
/// Linux rounds the 20 ms; the wake of kblockd that issues what was held back; WriteBooster, which a platform may switch
/// with the gear.
class GearScaling final : public RequestQueue, public ProbeWaiter, public EndWatch {
 public:
  static constexpr Picoseconds doze{20'000'000'000};
  static constexpr Picoseconds patience{1'000'000'000'000};

  /// Commands go to `below`; the hardware is `hcd`'s, whose other UIC commands are `probe`'s. The link has `mode`.
  GearScaling(const FrequencyScalingConfig& config, const LinkMode& mode, const HostCosts& costs, HostPort& host, Core core,
              RequestQueue& below, Ufshcd& hcd, ProbeWaiter& probe);
  /// Tells whose commands are counted, whether errors are being handled, and who turns the clocks off, if anybody does. From
  /// now on the gear may change.
  void begin(const BlockLayer& blocks, std::function<bool()> handles_errors, ClockGate* gate);

  void queue_command(Request& request) override;
  KeyWork program_keyslot(Keyslot keyslot, KeyId key) override { return below_.program_keyslot(keyslot, key); }
  KeyWork clear_keyslot(Keyslot keyslot) override { return below_.clear_keyslot(keyslot); }
  KeyWork go_on_with_key(std::uint32_t value) override { return below_.go_on_with_key(value); }

  void ended() override;
  void uic_done() override;
  void command_done(Ocs ocs, const UpiuHeader& response) override { probe_.command_done(ocs, response); }

  /// The host is suspended.
  void rest();
  /// The controller is being reset; and that has ended. To be told before clock gating, and behind it.
  void reset();
  void restarted();
  /// The gear changes no more.
  void stop() { stopped_ = true; }

  Step step(Work work, std::uint32_t value);

  GearScalingStatistics statistics() const;

 private:
  enum class Wait : std::uint8_t { nothing, tasks, status, uic, clocks };  ///< of the worker, for an answer

  bool holds() const { return holds_ || resets_; }
  void look_later();
  Step look();
  Step read_tasks();
  Step looked_at_tasks(std::uint32_t tasks);
  Step set_next();
  Step write_setting(std::uint32_t status);
  Step change_clocks();
  Step finish(bool changed);
  void go_on();
  Step issue(std::uint32_t number);
  void set_level(bool high);

  FrequencyScalingConfig config_;
  LinkMode mode_;
  HostCosts costs_;
  HostPort& host_;
  Core core_;
  RequestQueue& below_;
  Ufshcd& hcd_;
  ProbeWaiter& probe_;
  const BlockLayer* blocks_ = nullptr;
  std::function<bool()> handles_errors_;
  ClockGate* gate_ = nullptr;
  LoadWindow window_;
  ParkedRequests parked_;
  std::array<UicSetting, 8> settings_{};
  std::size_t next_setting_ = 0;
  Wait wait_ = Wait::nothing;
  std::uint32_t life_ = 0;   ///< of the worker's task, which a reset ends
  std::uint32_t looks_ = 0;  ///< number of the look that is to come; others are off
  bool high_ = true;
  bool rests_ = false;       ///< it does not look until a command goes to the hardware
  bool quiet_ = false;       ///< it may rest behind this look
  bool holds_ = false;
  bool resets_ = false;
  bool last_ = false;        ///< it reads UTMRLDBR for the last time
  bool stopped_ = false;
  Picoseconds decided_{};
  Picoseconds level_since_{};
  GearScalingStatistics statistics_;
};

}  // namespace icesim
