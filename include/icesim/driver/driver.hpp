// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/seldom.hpp"
#include "icesim/driver/block/block_layer.hpp"
#include "icesim/driver/issue_gate.hpp"
#include "icesim/driver/keys/keys_config.hpp"
#include "icesim/driver/keys/path/make_key_path.hpp"
#include "icesim/driver/keys/threads/key_operations.hpp"
#include "icesim/driver/keys/threads/key_reaper.hpp"
#include "icesim/driver/keys/threads/key_restorer.hpp"
#include "icesim/driver/power/clock_gate.hpp"
#include "icesim/driver/power/gear_scaling.hpp"
#include "icesim/driver/ufshcd/errors/error_handler.hpp"
#include "icesim/driver/ufshcd/payload_check.hpp"
#include "icesim/driver/ufshcd/probe.hpp"
#include "icesim/driver/ufshcd/ufshcd.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace icesim {

/// A virtual machine from which requests come, and the keyslots of the file that are its own, or all of them.
struct VirtualMachine {
  std::string name;
  Keyslot first{0};
  std::uint32_t keyslots = 0;  ///< 0: all, with all others
  bool guest = false;          ///< not the host: the hypervisor programs its keys
};

/// What a driver is built from.
struct DriverSetup {
  BlockLayerConfig block_layer;
  KeysConfig keys;
  HostCosts costs;
  ProbeConfig probe;
  KeyPathConfig key_path;
  PowerConfig power;
  std::vector<VirtualMachine> vms;  ///< none: nobody tells them apart
  Picoseconds hypervisor{};         ///< what a guest's key costs in addition
  std::uint32_t cores = 1;
  Core interrupt_core = 0;
  std::uint64_t seed = 0;
  bool verify = false;
};

/// How keyslots went by the trace (keys.life=trace).
struct RecordedKeyslotStatistics {
  std::uint64_t recorded = 0;
  std::uint64_t as_recorded = 0;

  void describe(Statistics& s) const {
    s("recorded", recorded, "Requests of which the trace tells the keyslot");
    s("as_recorded", as_recorded, "Those that had the same keyslot here");
  }
};

/// The whole driver stack: keyring, block layer, keyslot manager, host controller driver, initialisation.
class Driver final : public HostClient, private BioObserver, private KeyslotLockObserver {
 public:
  Driver(const DriverSetup& setup, HostPort& host, BioObserver& observer, std::function<void()> ready);

  /// What commands go through on their way to the hardware; called before the initialisation begins.
  void pass_commands(std::function<RequestQueue&(Ufshcd&)> through) { through_ = std::move(through); }
  /// Who is told what becomes of keyslots; called before the initialisation begins.
  void record(KeyslotRecorder& recorder) { keyslot_recorder_ = &recorder; }
  /// Begins the initialisation; `ready` is called at its end, and requests may be submitted from then on.
  void start();
  void submit(const IoRequest& io) {
    if (seldom(!reapers_.empty()) && lives(io.key, io.vm) && moves_payload(io.operation)) reaper_of(io.vm).begins(io.key);
    if (seldom(restorer_.has_value())) restore_if(restorer_->begins());
    if (seldom(gate_.has_value()) && (io.flags & IoRequest::held) != 0) gate_->hold(io.record);
    blocks_->submit(io);
  }
  /// What the trace tells of a key, at this time.
  void key_event(const KeyEvent& event) {
    if (gate_ && event.kind == KeyEvent::Kind::issue) gate_->issue(event.key);
    if (!reapers_.empty() && event.kind == KeyEvent::Kind::eviction) reaper_of(event.vm).evicted(event.key);
    if (restorer_ && event.kind == KeyEvent::Kind::resume) restore_if(restorer_->resumed());
  }
  /// Whether requests wait for the trace to issue them.
  bool holds() const { return gate_ && gate_->holds(); }
  /// The trace tells no more: no request is held back any longer.
  void issue_all() {
    if (gate_) gate_->issue_all();
  }
  /// No request comes any more.
  void stop() {
    for (const auto& each : reapers_) each->stop();
    for (const auto& each : operations_) each->stop();
    if (clocks_) clocks_->stop();
    if (gears_) gears_->stop();
  }

  Step step(Work work, std::uint32_t value) override;
  Step interrupt() override { return hcd_.interrupt(); }
  Handler message(std::uint32_t number) override { return hcd_.message(number); }
  Ahead ahead(Work work, std::uint32_t value) const override { return hcd_.ahead(work, value); }

  StageRecorder& recorder() { return hcd_; }
  /// The request under a tag; null for that of internal commands.
  Request* request(Tag tag) { return seldom(tag == hcd_.reserved_tag()) ? nullptr : &blocks_->request(tag); }
  /// Number of the record that the command under a tag was made for, as far as it was made for one; else 0.
  std::uint64_t record_of(Tag tag) { return !blocks_ || tag == hcd_.reserved_tag() ? 0 : blocks_->request(tag).record; }
  const ProbeResult& probed() const { return probe_.result(); }
  /// That of a virtual machine, or of all.
  const KeyslotManager& keyslots(std::size_t vm = 0) const { return manager_of(vm); }
  /// Of all managers together.
  KeyslotStatistics keyslot_statistics() const;
  /// By virtual machine.
  VmKeyslotStatistics vm_statistics(std::size_t vm) const;
  /// Time for which guests asked the hypervisor.
  TimeSum hypervisor_time() const;
  const KeyPath& key_path() const { return *path_; }
  /// KeyUses::fewest_programs() of the run so far; only with keys.optimum.
  std::uint64_t fewest_programs() const;
  Keyring& keyring() { return keys_; }
  BlockLayer::Sleeping sleeping() const { return blocks_ ? blocks_->sleeping() : BlockLayer::Sleeping{}; }

  /// Statistics group `driver`.
  void describe(Statistics& s) const;
  /// What has become of keys; all zero where they live for ever.
  KeyReaperStatistics key_reapers() const;
  /// How often keys were written again; null where they never are.
  const KeyRestorerStatistics* key_restorer() const { return restorer_ ? &restorer_->statistics() : nullptr; }
  /// Operations on wrapped keys; all zero where there are none.
  KeyOperationStatistics key_operations() const;
  /// All zero where the clocks never go off.
  ClockGateStatistics clock_gate() const { return clocks_ ? clocks_->statistics() : ClockGateStatistics{}; }
  /// And where the gear never changes.
  GearScalingStatistics gear_scaling() const { return gears_ ? gears_->statistics() : GearScalingStatistics{}; }
  const RecordedKeyslotStatistics& recorded_keyslots() const { return recorded_keyslots_; }
  /// The device may lose its power; called before anything is written.
  void expect_power_loss() {
    if (check_) check_->expect_power_loss();
  }
  /// It does, now.
  void device_lost_power() {
    if (check_) check_->power_lost();
  }
  const PayloadStatistics* payload() const { return check_ ? &check_->statistics() : nullptr; }

 private:
  /// Out of line, for the sake of the steps after the initialisation.
  [[gnu::noinline]] Step probe(Work work, std::uint32_t value);
  [[gnu::noinline]] Step rare(Work work, std::uint32_t value);
  Step reap(Work work, std::uint32_t value);
  Step restore(Work work, std::uint32_t value);
  Step operate(Work work, std::uint32_t value);
  void restore_if(bool begins) {
    if (begins) blocks_->hold();
  }
  void begin_to_restore();
  void keyslots_unlocked() override;
  void free_keyslots();
  void free_keyslots(KeyslotThread& thread, std::uint32_t vm);
  KeyWork clear(Keyslot keyslot);
  static bool lives(KeyId key, std::uint32_t vm) { return key != no_key && key != device_key - vm; }
  KeyReaper& reaper_of(std::uint32_t vm) { return *reapers_[reapers_.size() > 1 ? vm : 0]; }
  void begin_service();
  KeyslotManager& manager_of(std::size_t vm) const { return *keyslots_[keyslots_.size() > 1 ? vm : 0]; }
  std::vector<KeyslotManager*> managers() const;
  void make_keyslots();
  std::uint32_t num_vms() const { return setup_.vms.empty() ? 1 : static_cast<std::uint32_t>(setup_.vms.size()); }
  void make_reapers();
  void make_operations();
  /// The top of what power states put on `below`.
  RequestQueue& make_power_states(RequestQueue& below);
  void tell_power_states(bool reset_begins);
  /// What key work that is no request's goes to.
  RequestQueue& key_queue() { return clocks_ ? static_cast<RequestQueue&>(*clocks_) : hcd_; }
  /// Observes in front of the observer only where keys do not live for ever, or are written again.
  void bio_ended(const Bio& bio, const Request& request, const Timeline& timeline) override;

  DriverSetup setup_;
  HostPort& host_;
  BioObserver& observer_;
  std::function<void()> ready_;
  KeyslotRecorder* keyslot_recorder_ = nullptr;
  std::function<RequestQueue&(Ufshcd&)> through_;
  Keyring keys_;
  std::unique_ptr<KeyPath> path_;
  Ufshcd hcd_;
  Probe probe_;
  std::optional<PayloadCheck> check_;
  std::vector<std::unique_ptr<KeyUses>> key_uses_;  ///< of each manager, only with keys.optimum
  std::vector<std::unique_ptr<KeyslotManager>> keyslots_;  ///< of each virtual machine, or one of all
  std::optional<GearScaling> gears_;  ///< only where the gear of the link changes
  std::optional<ClockGate> clocks_;  ///< only where they may go off
  std::optional<IssueGate> gate_;  ///< only with keys.life=trace
  std::optional<BlockLayer> blocks_;
  RecordedKeyslotStatistics recorded_keyslots_;
  std::optional<ErrorHandler> handler_;  ///< only where commands time out
  std::vector<std::unique_ptr<KeyReaper>> reapers_;  ///< of each virtual machine, only where keys do not live for ever
  std::vector<std::unique_ptr<KeyOperations>> operations_;  ///< of each virtual machine, only where keys are wrapped
  std::optional<KeyRestorer> restorer_;  ///< only where keys are written again
};

}  // namespace icesim
