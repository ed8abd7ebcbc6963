// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/block_layer.hpp"
#include "icesim/driver/host_port.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// Between the block layer and what is below it: holds back requests that have their keyslot, until the trace rings their
/// doorbells. The plug and the scheduler of the recorded system had them meanwhile, in what order no rule of ours may
/// know.
///
/// **Timing**: a request goes out at the time of its event, or when it has come so far, if that is later; what it has
/// waited counts as time in the scheduler, or in the plug when it has not been there.
/// **Not modelled**: work of the core that rings the doorbell then.
class IssueGate final : public RequestQueue {
 public:
  IssueGate(HostPort& host, RequestQueue& below) : host_(host), below_(below) {}
  void connect(const BlockLayer& blocks) { blocks_ = &blocks; }

  /// The record that comes next is to be held. Of a record's number the lower half counts, here and below.
  void hold(std::uint64_t record) { held_.push_back(static_cast<std::uint32_t>(record)); }
  /// It is not to be held any longer.
  void issue(std::uint32_t record);
  void issue_all();
  /// Whether there are some that have come so far.
  bool holds() const { return !parked_.empty(); }

  void queue_command(Request& request) override;
  KeyWork program_keyslot(Keyslot keyslot, KeyId key) override { return below_.program_keyslot(keyslot, key); }
  KeyWork clear_keyslot(Keyslot keyslot) override { return below_.clear_keyslot(keyslot); }
  KeyWork go_on_with_key(std::uint32_t value) override { return below_.go_on_with_key(value); }

 private:
  struct Parked {
    std::uint32_t record = 0;
    Request* request = nullptr;
  };

  void send(const Parked& parked);

  HostPort& host_;
  RequestQueue& below_;
  const BlockLayer* blocks_ = nullptr;
  std::vector<std::uint32_t> held_;
  std::vector<Parked> parked_;
};

}  // namespace icesim
