// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/by/keyslot_holders.hpp"
#include "icesim/workload/origins/origin_joiner.hpp"

#include <vector>

namespace icesim::app {

/// Passes each request on to several who want to hear of it.
class RequestFan final : public RequestRecorder {
 public:
  void add(RequestRecorder& sink) { sinks_.push_back(&sink); }
  bool empty() const { return sinks_.empty(); }
  void request_ended(const RequestRecord& request) override {
    for (RequestRecorder* sink : sinks_) sink->request_ended(request);
  }

 private:
  std::vector<RequestRecorder*> sinks_;
};

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
