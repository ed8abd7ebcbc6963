// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/ufshcd/ufshcd.hpp"
#include "models/faults/fault_injector.hpp"

#include <vector>

namespace icesim {

/// Things that go wrong in a run whose driver is ours: stands between the driver's block layer and its hardware, and tells
/// the injector of each command.
class RunFaults final : public RequestQueue {
 public:
  /// Throws UserError when a fault cannot happen.
  RunFaults(Agenda& agenda, const std::vector<Fault>& faults, std::uint64_t keyslots, HostPort& host)
      : host_(host), injector_(agenda, faults, keyslots) {}

  FaultInjector& injector() { return injector_; }
  const FaultInjector& injector() const { return injector_; }
  /// What takes the commands in the place of `hcd`.
  RequestQueue& before(Ufshcd& hcd) {
    hcd_ = &hcd;
    return *this;
  }

  void queue_command(Request& request) override;
  KeyWork program_keyslot(Keyslot keyslot, KeyId key) override { return hcd_->program_keyslot(keyslot, key); }
  KeyWork clear_keyslot(Keyslot keyslot) override { return hcd_->clear_keyslot(keyslot); }
  KeyWork go_on_with_key(std::uint32_t value) override { return hcd_->go_on_with_key(value); }

 private:
  HostPort& host_;
  FaultInjector injector_;
  Ufshcd* hcd_ = nullptr;
};

}  // namespace icesim
