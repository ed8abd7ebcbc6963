// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/request_queue.hpp"
#include "icesim/driver/host_port.hpp"

#include <optional>
#include <vector>

namespace icesim {

/// Requests that are held back for a power state, and issued in order once it is over, for some work each: on the core of
/// their submitter, or one after the other on that of a worker. The time is of Stage::power.
class ParkedRequests {
 public:
  /// `issue` is the kind of their work; its index is that of issue().
  ParkedRequests(HostPort& host, RequestQueue& below, Work::Kind issue) : host_(host), below_(below), issue_(issue) {}

  bool empty() const { return parked_.empty(); }
  /// `asked`: it has asked for the state to be over, before anybody else.
  void park(Request& request, bool asked = false);
  /// All go on, but those that do so already; without a worker each on its submitter's core.
  void let_go(std::optional<Core> worker, Picoseconds cost);
  /// One's work is done, but it has to wait again.
  void keep(std::uint32_t number) { find(number)->goes = false; }
  /// One's work is done, of which `cost` was no wait. It goes below.
  struct Issued {
    bool asked;
    Picoseconds waited;
  };
  Issued issue(std::uint32_t number, Picoseconds cost);

 private:
  struct Parked {
    Request* request;
    Picoseconds since;
    bool asked;
    bool goes;  ///< it is being issued
  };
  std::vector<Parked>::iterator find(std::uint32_t number);

  HostPort& host_;
  RequestQueue& below_;
  Work::Kind issue_;
  std::vector<Parked> parked_;
};

}  // namespace icesim
