// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/seldom.hpp"
#include "icesim/driver/block/block_layer.hpp"
#include "icesim/driver/block/key_reaper.hpp"
#include "icesim/driver/issue_gate.hpp"
#include "icesim/driver/keys/key_restorer.hpp"
#include "icesim/driver/keys/keys_config.hpp"
#include "icesim/driver/keys/path/make_key_path.hpp"
#include "icesim/driver/ufshcd/errors/error_handler.hpp"
#include "icesim/driver/ufshcd/payload_check.hpp"
#include "icesim/driver/ufshcd/probe.hpp"
#include "icesim/driver/ufshcd/ufshcd.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace icesim {

/// What a driver is built from.
struct DriverSetup {
  BlockLayerConfig block_layer;
  KeysConfig keys;
  HostCosts costs;
  ProbeConfig probe;
  KeyPathConfig key_path;
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
  /// Begins the initialisation; `ready` is called at its end, and requests may be submitted from then on.
  void start();
  void submit(const IoRequest& io) {
    if (seldom(reaper_.has_value()) && lives(io.key) && moves_payload(io.operation)) reaper_->begins(io.key);
    if (seldom(restorer_.has_value())) restore_if(restorer_->begins());
    if (seldom(gate_.has_value()) && (io.flags & IoRequest::held) != 0) gate_->hold(io.record);
    blocks_->submit(io);
  }
  /// What the trace tells of a key, at this time.
  void key_event(const KeyEvent& event) {
    if (gate_ && event.kind == KeyEvent::Kind::issue) gate_->issue(event.key);
    if (reaper_ && event.kind == KeyEvent::Kind::eviction) reaper_->evicted(event.key);
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
    if (reaper_) reaper_->stop();
  }

  Step step(Work work, std::uint32_t value) override;
  Step interrupt() override { return hcd_.interrupt(); }
  Ahead ahead(Work work, std::uint32_t value) const override { return hcd_.ahead(work, value); }

  StageRecorder& recorder() { return hcd_; }
  /// The request under a tag; null for that of internal commands.
  Request* request(Tag tag) { return seldom(tag == hcd_.reserved_tag()) ? nullptr : &blocks_->request(tag); }
  const ProbeResult& probed() const { return probe_.result(); }
  const KeyslotManager& keyslots() const { return *keyslots_; }
  const KeyPath& key_path() const { return *path_; }
  /// KeyUses::fewest_programs() of the run so far; only with keys.optimum.
  std::uint64_t fewest_programs() const { return key_uses_ ? key_uses_->fewest_programs() : 0; }
  Keyring& keyring() { return keys_; }
  BlockLayer::Sleeping sleeping() const { return blocks_ ? blocks_->sleeping() : BlockLayer::Sleeping{}; }

  /// Statistics group `driver`.
  void describe(Statistics& s) const;
  /// What has become of keys; null where they live for ever.
  const KeyReaperStatistics* key_reaper() const { return reaper_ ? &reaper_->statistics() : nullptr; }
  /// How often keys were written again; null where they never are.
  const KeyRestorerStatistics* key_restorer() const { return restorer_ ? &restorer_->statistics() : nullptr; }
  const RecordedKeyslotStatistics& recorded_keyslots() const { return recorded_keyslots_; }
  const PayloadStatistics* payload() const { return check_ ? &check_->statistics() : nullptr; }

 private:
  /// Out of line, for the sake of the steps after the initialisation.
  [[gnu::noinline]] Step probe(Work work, std::uint32_t value);
  [[gnu::noinline]] Step rare(Work work, std::uint32_t value);
  Step reap(Work work, std::uint32_t value);
  Step restore(Work work, std::uint32_t value);
  void restore_if(bool begins) {
    if (begins) blocks_->hold();
  }
  void begin_to_restore();
  void keyslots_unlocked() override;
  void free_keyslots();
  KeyWork clear(Keyslot keyslot);
  static bool lives(KeyId key) { return key != no_key && key != device_key; }
  void begin_service();
  /// Observes in front of the observer only where keys do not live for ever, or are written again.
  void bio_ended(const Bio& bio, const Request& request, const Timeline& timeline) override;

  DriverSetup setup_;
  HostPort& host_;
  BioObserver& observer_;
  std::function<void()> ready_;
  std::function<RequestQueue&(Ufshcd&)> through_;
  Keyring keys_;
  std::unique_ptr<KeyPath> path_;
  Ufshcd hcd_;
  Probe probe_;
  std::optional<PayloadCheck> check_;
  std::optional<KeyUses> key_uses_;  ///< only with keys.optimum
  std::optional<KeyslotManager> keyslots_;
  std::optional<IssueGate> gate_;  ///< only with keys.life=trace
  std::optional<BlockLayer> blocks_;
  RecordedKeyslotStatistics recorded_keyslots_;
  std::optional<ErrorHandler> handler_;  ///< only where commands time out
  std::optional<KeyReaper> reaper_;      ///< only where keys do not live for ever
  std::optional<KeyRestorer> restorer_;  ///< only where keys are written again
};

}  // namespace icesim
