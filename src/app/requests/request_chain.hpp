// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "icesim/result/by/keyslot_holders.hpp"
#include "icesim/workload/origins/origin_joiner.hpp"

namespace icesim::app {

/// The way from the simulation to who hears of requests: what their trace tells of them is added on it, and who held the
/// keyslot that they waited for. Costs a run nothing where nobody wants to hear.
class RequestChain {
 public:
  RequestChain() = default;
  RequestChain(const RequestChain&) = delete;
  RequestChain& operator=(const RequestChain&) = delete;

  RequestFan& sinks() { return fan_; }
  bool wanted() const { return !fan_.empty(); }
  OriginJoiner& joiner() { return joiner_; }
  /// Where the simulation tells of requests.
  RequestRecorder& entry() { return holders_; }

 private:
  RequestFan fan_;
  OriginJoiner joiner_{fan_};
  KeyslotHolders holders_{joiner_};
};

}  // namespace icesim::app
